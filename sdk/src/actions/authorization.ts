import { type Address, domainSeparator, erc20Abi, type Hex, parseAbi, type TypedDataDomain } from "viem";
import { readContract } from "viem/actions";
import { ArgumentInvalidError } from "../errors/base.ts";
import { PERMIT2_ADDRESS, permit2TypedData, permitTypedData, recoverableSignature } from "../permits.ts";
import { type AnyClient, withTypedErrors } from "./client.ts";
import { getApprovals, type Requirement } from "./requirements.ts";

/** How a spender may take tokens: an approval sent before, an ERC-2612 permit, or Permit2. */
export type Authorization = "approval" | "erc2612" | "permit2";

/** Signed permit as the zap takes it. */
export type ZapPermit = { kind: number; amount: bigint; nonce: bigint; deadline: bigint; signature: Hex };

export const NO_PERMIT: ZapPermit = { kind: 0, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" };

export type AuthorizationParameters = {
  authorization: Authorization;
  owner: Address;
  spender: Address;
  token: Address;
  amount: bigint;
  /** {s} */
  deadline: bigint;
};

const permitAbi = parseAbi([
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function nonces(address owner) view returns (uint256)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function nonceBitmap(address owner, uint256 word) view returns (uint256)",
]);

const ERC2612 = 1;
const PERMIT2 = 2;
const domainTypes = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

function separatorOf(domain: TypedDataDomain): Hex {
  return domainSeparator({ domain, types: { EIP712Domain: domainTypes } } as Parameters<typeof domainSeparator>[0]);
}

/** Name and version that a token signs permits under. Compared with what the token says, so that no signature is wasted. */
async function permitDomain(
  client: AnyClient,
  token: Address,
): Promise<{ name: string; version: string; chainId: number }> {
  const at = { address: token, abi: permitAbi } as const;
  const [name, separator, chainId, stated] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "name" }),
      readContract(client, { ...at, functionName: "DOMAIN_SEPARATOR" }),
      client.request({ method: "eth_chainId" }).then(Number),
      readContract(client, { ...at, functionName: "version" }).catch(() => undefined),
    ]),
  );
  const versions = [stated, "1", "2"].filter((version) => version !== undefined);
  const version = versions.find(
    (candidate) => separatorOf({ name, version: candidate, chainId, verifyingContract: token }) === separator,
  );
  if (version === undefined) {
    throw new ArgumentInvalidError("authorization", `erc2612 cannot be used with ${token}, whose permits are unusual`);
  }
  return { name, version, chainId };
}

/** Whether a token takes ERC-2612 permits that this package knows how to sign. */
export async function takesPermits(client: AnyClient, token: Address): Promise<boolean> {
  return permitDomain(client, token).then(
    () => true,
    () => false,
  );
}

async function permitRequirement(client: AnyClient, parameters: AuthorizationParameters): Promise<Requirement> {
  const { owner, spender, token, amount, deadline } = parameters;
  const [domain, nonce] = await Promise.all([
    permitDomain(client, token),
    withTypedErrors(() =>
      readContract(client, { address: token, abi: permitAbi, functionName: "nonces", args: [owner] }),
    ),
  ]);
  const typedData = permitTypedData({ ...domain, token, owner, spender, value: amount, nonce, deadline });
  const toPermit = (signature: Hex): ZapPermit => ({
    ...{ kind: ERC2612, amount, nonce: 0n, deadline },
    signature: recoverableSignature(signature),
  });
  return { kind: "permit", typedData, toPermit };
}

/** First nonce of Permit2 that the owner has not used. */
async function unusedNonce(client: AnyClient, owner: Address): Promise<bigint> {
  for (let word = 0n; ; word++) {
    const used = await withTypedErrors(() =>
      readContract(client, {
        address: PERMIT2_ADDRESS,
        abi: permitAbi,
        functionName: "nonceBitmap",
        args: [owner, word],
      }),
    );
    for (let bit = 0n; bit < 256n; bit++) if (((used >> bit) & 1n) === 0n) return (word << 8n) | bit;
  }
}

async function permit2Requirement(client: AnyClient, parameters: AuthorizationParameters): Promise<Requirement> {
  const { owner, spender, token, amount, deadline } = parameters;
  const [nonce, chainId] = await Promise.all([
    unusedNonce(client, owner),
    withTypedErrors(() => client.request({ method: "eth_chainId" }).then(Number)),
  ]);
  const typedData = permit2TypedData({ chainId, token, amount, spender, nonce, deadline });
  const toPermit = (signature: Hex): ZapPermit => ({
    ...{ kind: PERMIT2, amount, nonce, deadline },
    signature: recoverableSignature(signature),
  });
  return { kind: "permit2", typedData, toPermit };
}

/** Approvals and signatures that are missing for `spender` to take `amount` of `token` from `owner`. */
export async function getAuthorization(client: AnyClient, parameters: AuthorizationParameters): Promise<Requirement[]> {
  const { authorization, owner, spender, token, amount } = parameters;
  if (authorization === "approval") return getApprovals(client, owner, spender, [{ token, amount }]);
  if (authorization === "permit2") {
    const approvals = await getApprovals(client, owner, PERMIT2_ADDRESS, [{ token, amount }]);
    return [...approvals, await permit2Requirement(client, parameters)];
  }
  const allowance = await withTypedErrors(() =>
    readContract(client, { address: token, abi: erc20Abi, functionName: "allowance", args: [owner, spender] }),
  );
  return allowance >= amount ? [] : [await permitRequirement(client, parameters)];
}

import { type Address, concat, type Hex, numberToHex, size, slice } from "viem";
import type { TypedDataSigner } from "./eip712.ts";
import { ArgumentInvalidError } from "./errors/base.ts";

/** Permit2 has the same address on every chain. */
export const PERMIT2_ADDRESS: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

const permitTypes = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

export type PermitParameters = {
  chainId: number;
  token: Address;
  /** The token's EIP-712 name and version, from its `eip712Domain()` or documentation. */
  name: string;
  version: string;
  owner: Address;
  spender: Address;
  value: bigint;
  nonce: bigint;
  /** {s} */
  deadline: bigint;
};

/** ERC-2612 typed data, ready for `signTypedData` of any wallet. */
export function permitTypedData(parameters: PermitParameters) {
  const { chainId, token, name, version, owner, spender, value, nonce, deadline } = parameters;
  return {
    domain: { name, version, chainId, verifyingContract: token },
    types: permitTypes,
    primaryType: "Permit",
    message: { owner, spender, value, nonce, deadline },
  } as const;
}

export type PermitSignature = { deadline: bigint; v: number; r: Hex; s: Hex };

/** v, r and s of a 65-byte signature, as `permit` takes them. Cut by place: viem's parser would bring a curve into every page. */
export function splitSignature(signature: Hex): { v: number; r: Hex; s: Hex } {
  const last = size(signature) === 65 ? Number(slice(signature, 64)) : Number.NaN;
  const v = last === 0 || last === 1 ? 27 + last : last; // some wallets give the parity alone
  if (v !== 27 && v !== 28) throw new ArgumentInvalidError("signature", "must be 65 bytes that end in 0, 1, 27 or 28");
  return { v, r: slice(signature, 0, 32), s: slice(signature, 32, 64) };
}

/**
 * The signature as contracts take it: some wallets give the parity alone in its last byte, where contracts ask for 27 or 28.
 * Signatures of other lengths, such as those of accounts that are contracts, stay as they are.
 *
 * @example
 * requirement.toPermit(recoverableSignature(await wallet.signTypedData(requirement.typedData)));
 */
export function recoverableSignature(signature: Hex): Hex {
  const parity = size(signature) === 65 ? Number(slice(signature, 64)) : undefined;
  return parity === 0 || parity === 1 ? concat([slice(signature, 0, 64), numberToHex(27 + parity)]) : signature;
}

/**
 * Signs an ERC-2612 permit.
 *
 * @example
 * const { deadline, v, r, s } = await signPermit(account, {
 *   chainId: 1, token: usdc, name: "USD Coin", version: "2", owner: account.address,
 *   spender: zap, value: 100_000_000n, nonce: 0n, deadline,
 * });
 */
export async function signPermit(account: TypedDataSigner, parameters: PermitParameters): Promise<PermitSignature> {
  const signature = await account.signTypedData(permitTypedData(parameters));
  return { deadline: parameters.deadline, ...splitSignature(signature) };
}

const tokenPermissionsType = [
  { name: "token", type: "address" },
  { name: "amount", type: "uint256" },
] as const;

const permit2Types = {
  PermitTransferFrom: [
    { name: "permitted", type: "TokenPermissions" },
    { name: "spender", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
  TokenPermissions: tokenPermissionsType,
} as const;

export type Permit2Parameters = {
  chainId: number;
  token: Address;
  amount: bigint;
  spender: Address;
  /** Unordered: any number whose bit is not used yet. */
  nonce: bigint;
  /** {s} */
  deadline: bigint;
  permit2?: Address;
};

/** Permit2 SignatureTransfer typed data, ready for `signTypedData` of any wallet. */
export function permit2TypedData(parameters: Permit2Parameters) {
  const { chainId, token, amount, spender, nonce, deadline, permit2 = PERMIT2_ADDRESS } = parameters;
  return {
    domain: { name: "Permit2", chainId, verifyingContract: permit2 },
    types: permit2Types,
    primaryType: "PermitTransferFrom",
    message: { permitted: { token, amount }, spender, nonce, deadline },
  } as const;
}

export type Permit2Signature = { nonce: bigint; deadline: bigint; signature: Hex };

/**
 * Signs a Permit2 transfer of one token to be pulled once by `spender`.
 *
 * @example
 * const permit = await signPermit2(account, { chainId: 1, token: weth, amount, spender: zap, nonce: 7n, deadline });
 */
export async function signPermit2(account: TypedDataSigner, parameters: Permit2Parameters): Promise<Permit2Signature> {
  const signature = await account.signTypedData(permit2TypedData(parameters));
  return { nonce: parameters.nonce, deadline: parameters.deadline, signature };
}

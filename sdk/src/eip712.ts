import {
  type Address,
  encodeAbiParameters,
  type Hex,
  hashStruct,
  hashTypedData,
  type LocalAccount,
  type TypedDataDomain,
} from "viem";
import { ArgumentInvalidError } from "./errors/base.ts";

/** What can sign typed data: a viem account. A browser wallet signs `decisionTypedData(...)` with its own client. */
export type TypedDataSigner = Pick<LocalAccount, "address" | "signTypedData">;

export const Lane = { RISK: 0, DERISK: 1 } as const;
export type Lane = (typeof Lane)[keyof typeof Lane];

/** New weights for one epoch of one vault. Mirrors IKeeperRegistry. */
export type Decision = {
  vault: Address;
  epoch: number;
  /** Packed as by `packWeights`. */
  weights: readonly bigint[];
  lane: Lane;
  decisionHash: Hex;
  /** {s} last second in which it may be submitted. */
  validUntil: number;
};

/** A change of the basket. Mirrors IKeeperRegistry. */
export type BasketDecision = {
  vault: Address;
  /** `pendingBasket().lastId` + 1: basket decisions are numbered by themselves. */
  id: number;
  add: readonly Address[];
  drop: readonly Address[];
  decisionHash: Hex;
  /** {s} last second in which it may be submitted. */
  validUntil: number;
};

/** Where a signature counts: one registry on one chain. */
export type DecisionDomain = { chainId: number; keeperRegistry: Address };

export const decisionTypes = {
  Decision: [
    { name: "vault", type: "address" },
    { name: "epoch", type: "uint32" },
    { name: "weights", type: "uint256[]" },
    { name: "lane", type: "uint8" },
    { name: "decisionHash", type: "bytes32" },
    { name: "validUntil", type: "uint40" },
  ],
} as const;

export const basketDecisionTypes = {
  BasketDecision: [
    { name: "vault", type: "address" },
    { name: "id", type: "uint32" },
    { name: "add", type: "address[]" },
    { name: "drop", type: "address[]" },
    { name: "decisionHash", type: "bytes32" },
    { name: "validUntil", type: "uint40" },
  ],
} as const;

export function decisionDomain({ chainId, keeperRegistry }: DecisionDomain) {
  return {
    name: "Gimbal KeeperRegistry",
    version: "1",
    chainId,
    verifyingContract: keeperRegistry,
  } as const satisfies TypedDataDomain;
}

/**
 * Typed data of a decision, ready for `signTypedData` of any wallet.
 *
 * @example
 * const signature = await walletClient.signTypedData({ account, ...decisionTypedData(domain, decision) });
 */
export function decisionTypedData(domain: DecisionDomain, message: Decision) {
  return { domain: decisionDomain(domain), types: decisionTypes, primaryType: "Decision", message } as const;
}

/** Typed data of a basket decision. See `decisionTypedData`. */
export function basketDecisionTypedData(domain: DecisionDomain, message: BasketDecision) {
  return {
    domain: decisionDomain(domain),
    types: basketDecisionTypes,
    primaryType: "BasketDecision",
    message,
  } as const;
}

/** Struct hash that the vault hands to `KeeperRegistry.verify`. */
export function hashDecisionStruct(decision: Decision): Hex {
  return hashStruct({ data: decision, types: decisionTypes, primaryType: "Decision" });
}

/** Struct hash of a basket decision. */
export function hashBasketDecisionStruct(decision: BasketDecision): Hex {
  return hashStruct({ data: decision, types: basketDecisionTypes, primaryType: "BasketDecision" });
}

/** EIP-712 digest: equal to `KeeperRegistry.digest(hashDecisionStruct(decision))`. */
export function hashDecision(domain: DecisionDomain, decision: Decision): Hex {
  return hashTypedData(decisionTypedData(domain, decision));
}

/** EIP-712 digest of a basket decision. */
export function hashBasketDecision(domain: DecisionDomain, decision: BasketDecision): Hex {
  return hashTypedData(basketDecisionTypedData(domain, decision));
}

export type DecisionSignature = { signer: Address; signature: Hex };

/**
 * Signs a decision.
 *
 * @example
 * import { privateKeyToAccount } from "viem/accounts";
 * import { encodeSignatures, signDecision } from "@gimbal/sdk";
 *
 * const signed = await signDecision(privateKeyToAccount(key), { chainId, keeperRegistry }, decision);
 * const signatures = encodeSignatures([signed]);
 */
export async function signDecision(
  account: TypedDataSigner,
  domain: DecisionDomain,
  decision: Decision,
): Promise<DecisionSignature> {
  const signature = await account.signTypedData(decisionTypedData(domain, decision));
  return { signer: account.address, signature };
}

/** Signs a basket decision. See `signDecision`. */
export async function signBasketDecision(
  account: TypedDataSigner,
  domain: DecisionDomain,
  decision: BasketDecision,
): Promise<DecisionSignature> {
  const signature = await account.signTypedData(basketDecisionTypedData(domain, decision));
  return { signer: account.address, signature };
}

/** What `proposeWeights` takes: abi.encode(signer, signature) of each, by strictly ascending signer. */
export function encodeSignatures(signatures: readonly DecisionSignature[]): Hex[] {
  const sorted = [...signatures].sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1));
  sorted.forEach(({ signer }, index) => {
    if (index > 0 && BigInt(signer) === BigInt(sorted[index - 1]?.signer ?? "0x0")) {
      throw new ArgumentInvalidError("signatures", `must come from different signers, and ${signer} signed twice`);
    }
  });
  return sorted.map(({ signer, signature }) =>
    encodeAbiParameters([{ type: "address" }, { type: "bytes" }], [signer, signature]),
  );
}

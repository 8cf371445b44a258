import { AbiCoder, id as keccakOf, TypedDataEncoder } from "ethers";
import { basketDecisionTypes } from "../../sdk/src/index.ts";
import type { IndexVault, KeeperUpkeep } from "../../typechain-types/index.js";
import { type Protocol, SIGNERS } from "./protocol.ts";

/** Order of `UpkeepAction` in the contract. */
export const Action = {
  CHECK_PRICE: 0,
  SYNC: 1,
  CLOSE_EPOCH: 2,
  REFRESH_TARGETS: 3,
  APPLY_BASKET: 4,
  APPLY_FEES: 5,
  APPLY_STRATEGY: 6,
  DISTRIBUTE_FEES: 7,
} as const;
export type Action = (typeof Action)[keyof typeof Action];

const PLAN = "tuple(address vault, uint16 minMoveBps, uint256 minFeeShares, tuple(uint8 action, bytes arguments)[])";
const UPKEEP = "tuple(address vault, uint8 action, uint256 minimum, bytes arguments)";
const FEES = "tuple(uint64, uint16, address)";
const STRATEGY = "tuple(address, uint16, bytes32)";
const coder = AbiCoder.defaultAbiCoder();

export interface Announcement {
  action: Action;
  arguments: string;
}

export interface Plan {
  vault: string;
  /** {bps} 0 = never refresh. */
  minMoveBps?: number;
  /** {share wei} 0 = never distribute. */
  minFeeShares?: bigint;
  announcements?: readonly Announcement[];
}

export interface Upkeep {
  vault: string;
  action: Action;
  minimum?: bigint;
  arguments?: string;
}

/** `checkData` of a plan. */
export function encodePlan({ vault, minMoveBps = 0, minFeeShares = 0n, announcements = [] }: Plan): string {
  const list = announcements.map((announced) => [announced.action, announced.arguments]);
  return coder.encode([PLAN], [[vault, minMoveBps, minFeeShares, list]]);
}

/** `performData` of one thing to do. */
export function encodeUpkeep({ vault, action, minimum = 0n, arguments: args = "0x" }: Upkeep): string {
  return coder.encode([UPKEEP], [[vault, action, minimum, args]]);
}

/** Of a price check: the token's place, address and freeze as they were seen. */
export const checkArguments = (index: number, token: string, freeze: number): string =>
  coder.encode(["uint256", "address", "uint8"], [index, token, freeze]);

export const indexArguments = (index: number): string => coder.encode(["uint256"], [index]);

export const basketArguments = (add: readonly string[], drop: readonly string[]): string =>
  coder.encode(["address[]", "address[]"], [add, drop]);

export const feesArguments = (rate: bigint, mintFeeBps: number, recipient: string): string =>
  coder.encode([FEES], [[rate, mintFeeBps, recipient]]);

export const strategyArguments = (recipient: string, royaltyBps: number, hash: string): string =>
  coder.encode([STRATEGY], [[recipient, royaltyBps, hash]]);

/** Announces a basket change, signed by the first decision signer. */
export async function proposeBasket(protocol: Protocol, vault: IndexVault, add: string[], drop: string[]) {
  const [signer] = SIGNERS;
  if (signer === undefined) throw new Error("there are no decision signers");
  const { lastId } = await vault.pendingBasket();
  const decision = {
    vault: await vault.getAddress(),
    id: lastId + 1n,
    add,
    drop,
    decisionHash: keccakOf(`basket ${lastId + 1n}`),
    validUntil: 2 ** 40 - 1,
  };
  const types = { BasketDecision: basketDecisionTypes.BasketDecision.map((field) => ({ ...field })) };
  const digest = await protocol.keeperRegistry.digest(TypedDataEncoder.hashStruct("BasketDecision", types, decision));
  const signature = coder.encode(["address", "bytes"], [signer.address, signer.signingKey.sign(digest).serialized]);
  return vault.proposeBasket(decision.id, add, drop, decision.decisionHash, decision.validUntil, [signature]);
}

/** What `checkUpkeep` proposes, asked for as bots do: by eth_call from the zero address. */
export async function check(upkeep: KeeperUpkeep, plan: Plan): Promise<{ data: string; upkeep: Upkeep } | undefined> {
  const runner = upkeep.runner?.provider;
  if (!runner) throw new Error("the upkeep contract has no provider");
  const [needed, data] = await upkeep.connect(runner).checkUpkeep.staticCall(encodePlan(plan));
  if (!needed) {
    if (data !== "0x") throw new Error(`nothing is needed, and yet there is data to perform: ${data}`);
    return undefined;
  }
  const [vault, action, minimum, args] = coder.decode([UPKEEP], data)[0];
  return { data, upkeep: { vault, action: Number(action) as Action, minimum, arguments: args } };
}

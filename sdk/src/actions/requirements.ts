import { type Address, encodeFunctionData, erc20Abi, type Hex } from "viem";
import { call, readContract } from "viem/actions";
import type { basketDecisionTypedData, decisionTypedData } from "../eip712.ts";
import type { permit2TypedData, permitTypedData } from "../permits.ts";
import type { ZapPermit } from "./authorization.ts";
import { type AnyClient, withTypedErrors } from "./client.ts";
import type { Tx } from "./prepared.ts";

/** An approval that must be sent before the action. */
export type ApprovalRequirement = {
  kind: "approval";
  /** A currency, or a collection of tokens (ERC-721, ERC-1155). */
  token: Address;
  spender: Address;
  /** {raw tokens} approved by `tx`; of a collection {units}. */
  amount: bigint;
  /** Of a collection: its token with this id, or "all" that the account has there. Absent for a currency. */
  part?: bigint | "all" | undefined;
  tx: Tx;
};

/** Signatures of decision signers that are still missing. */
export type DecisionRequirement = {
  kind: "decision";
  typedData: ReturnType<typeof decisionTypedData> | ReturnType<typeof basketDecisionTypedData>;
  /** Signers of the vault that have not signed. */
  signers: readonly Address[];
  /** How many of them must sign. */
  missing: number;
};

/** An ERC-2612 permit to sign; `buildTx(toPermit(signature))` takes it along. */
export type PermitRequirement = {
  kind: "permit";
  typedData: ReturnType<typeof permitTypedData>;
  toPermit: (signature: Hex) => ZapPermit;
};

/** A Permit2 transfer to sign; `buildTx(toPermit(signature))` takes it along. */
export type Permit2Requirement = {
  kind: "permit2";
  typedData: ReturnType<typeof permit2TypedData>;
  toPermit: (signature: Hex) => ZapPermit;
};

export type Requirement = ApprovalRequirement | DecisionRequirement | PermitRequirement | Permit2Requirement;

export type TokenAmount = { token: Address; amount: bigint };

/** What an action takes for certain when it is sent now. */
export type Spend = TokenAmount & { owner: Address };

function approvalOf(token: Address, spender: Address, amount: bigint): ApprovalRequirement {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [spender, amount] });
  return { kind: "approval", token, spender, amount, tx: { to: token, data, value: 0n } };
}

async function succeeds(client: AnyClient, owner: Address, tx: Tx): Promise<boolean> {
  return call(client, { account: owner, ...tx }).then(
    () => true,
    () => false,
  );
}

/** Approvals of one token, in the order in which they must be sent. */
async function approvalsFor(
  client: AnyClient,
  owner: Address,
  spender: Address,
  { token, amount }: TokenAmount,
): Promise<ApprovalRequirement[]> {
  if (amount === 0n) return [];
  const allowance = await withTypedErrors(() =>
    readContract(client, { address: token, abi: erc20Abi, functionName: "allowance", args: [owner, spender] }),
  );
  if (allowance >= amount) return [];
  const approval = approvalOf(token, spender, amount);
  // Some tokens refuse to change an approval that is not zero; only they are asked for a second transaction.
  if (allowance === 0n || (await succeeds(client, owner, approval.tx))) return [approval];
  return [approvalOf(token, spender, 0n), approval];
}

/** Approvals that `owner` still has to give `spender`, in the order in which they must be sent. */
export async function getApprovals(
  client: AnyClient,
  owner: Address,
  spender: Address,
  amounts: readonly TokenAmount[],
): Promise<ApprovalRequirement[]> {
  const lists = await Promise.all(amounts.map((amount) => approvalsFor(client, owner, spender, amount)));
  return lists.flat();
}

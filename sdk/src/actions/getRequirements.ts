import { type Account, type Address, erc20Abi } from "viem";
import { getBalance, readContract } from "viem/actions";
import { BalanceTooSmallError } from "../errors/base.ts";
import { takesPermits } from "./authorization.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "./client.ts";
import type { PreparedAction } from "./prepared.ts";
import type { ApprovalRequirement, Requirement, Spend } from "./requirements.ts";
import { NATIVE } from "./zap.ts";

/** A requirement that is not met yet; of an approval, whether a permit can stand in for it. */
export type UnmetRequirement =
  | Exclude<Requirement, ApprovalRequirement>
  | (ApprovalRequirement & {
      /** True: prepare the action with `authorization: "erc2612"`, and a signature replaces this transaction. */
      canPermit: boolean;
    });

export type GetRequirementsErrorType = WriteErrorType | BalanceTooSmallError;

/** What is taken of each token of each owner, in one sum. */
function sumUp(spends: readonly Spend[]): Spend[] {
  const sums = new Map<string, Spend>();
  for (const spend of spends) {
    const key = `${spend.owner}${spend.token}`.toLowerCase();
    sums.set(key, { ...spend, amount: spend.amount + (sums.get(key)?.amount ?? 0n) });
  }
  return [...sums.values()];
}

async function requireBalances(client: AnyClient, spends: readonly Spend[]): Promise<void> {
  await Promise.all(
    sumUp(spends).map(async ({ token, amount, owner }) => {
      const held = await withTypedErrors(() =>
        token === NATIVE
          ? getBalance(client, { address: owner })
          : readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }),
      );
      if (held < amount) throw new BalanceTooSmallError({ token, owner, held, needed: amount });
    }),
  );
}

/**
 * What is still missing before an action can be sent: approvals and signatures, each with what fulfils it. Empty when it
 * can go out. Throws BalanceTooSmallError first when the account does not hold what the action takes, since nothing that
 * it could sign would help.
 *
 * @example
 * const action = await zapIn(client, { zap, venue, vault, tokenIn: usdc, shares });
 * for (const requirement of await getRequirements(client, action)) {
 *   if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
 * }
 * await send(client, { tx: action.buildTx() });
 */
export async function getRequirements<TResult, TSignature>(
  client: AnyClient,
  prepared: PreparedAction<TResult, TSignature>,
  account?: Account | Address,
): Promise<readonly UnmetRequirement[]> {
  const owner = addressOf(resolveAccount(client, account));
  const { value } = (prepared as PreparedAction<TResult>).buildTx();
  const spends = (await prepared.getSpends?.()) ?? [];
  await requireBalances(client, [...spends, ...(value === 0n ? [] : [{ token: NATIVE, amount: value, owner }])]);
  return Promise.all(
    (await prepared.getRequirements()).map(async (requirement): Promise<UnmetRequirement> => {
      if (requirement.kind !== "approval") return requirement;
      const canPermit = prepared.takesPermit === true && (await takesPermits(client, requirement.token));
      return { ...requirement, canPermit };
    }),
  );
}

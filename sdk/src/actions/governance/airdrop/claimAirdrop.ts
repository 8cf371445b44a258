import { type Account, type Address, encodeFunctionData } from "viem";
import { readContract } from "viem/actions";
import { merkleAirdropAbi } from "../../../abis/merkleAirdrop.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import type { AirdropEntry } from "../../../governance/airdropFile.ts";
import { type AnyClient, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import { type PreparedAction, prepare } from "../../prepared.ts";

export type ClaimAirdropParameters = {
  airdrop: Address;
  /** From `getAirdropClaim`. Its proof says which wave is meant. */
  entry: AirdropEntry;
  /** Locks everything for 12 to 52 weeks with a bonus. Left out: a quarter at once, the rest vests. */
  lockWeeks?: number | undefined;
  /** {GIM wei} smallest accepted bonus. Default: the bonus of now, which others may take first. */
  minBonus?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type ClaimAirdropReturnType = PreparedAction<void> & {
  /** {GIM wei} paid at once; 0 when it is locked */
  liquid: bigint;
  /** {GIM wei} that vests; 0 when it is locked */
  vesting: bigint;
  /** {GIM wei} locked, with the bonus; 0 when it is not */
  locked: bigint;
  /** {GIM wei} of it that the transaction insists on as a bonus */
  bonus: bigint;
};

export type ClaimAirdropErrorType = WriteErrorType;

/** {bps} of a claim that is paid at once, for ever: a constant of the contract. */
const LIQUID_BPS = 2_500n;
const MIN_WEEKS = 12;
const MAX_WEEKS = 52;

function requireWeeks(weeks: number): void {
  if (Number.isInteger(weeks) && weeks >= MIN_WEEKS && weeks <= MAX_WEEKS) return;
  throw new ArgumentInvalidError("lockWeeks", `must be ${MIN_WEEKS} to ${MAX_WEEKS} whole weeks, not ${weeks}`);
}

/**
 * Claims the account's part of an airdrop: a quarter at once and the rest over time, or all of it locked with a bonus.
 *
 * @example
 * const { entry } = await getAirdropClaim(client, { airdrop, wave: 0n, list, account });
 * const action = await claimAirdrop(client, { airdrop, entry, lockWeeks: 52 });
 * action.bonus; // on top
 * await send(client, { tx: action.buildTx() });
 */
export async function claimAirdrop(
  client: AnyClient,
  parameters: ClaimAirdropParameters,
): Promise<ClaimAirdropReturnType> {
  const { airdrop, entry, lockWeeks } = parameters;
  const account = resolveAccount(client, parameters.account);
  const { index, amount, proof } = entry;
  const base = [BigInt(index), amount, proof] as const;
  const toAction = (data: `0x${string}`): PreparedAction<void> =>
    prepare<void>({ client, account, buildTx: () => ({ to: airdrop, data, value: 0n }), decode: () => undefined });

  if (lockWeeks === undefined) {
    const data = encodeFunctionData({ abi: merkleAirdropAbi, functionName: "claim", args: base });
    const liquid = (amount * LIQUID_BPS) / 10_000n;
    return Object.freeze({ ...toAction(data), liquid, vesting: amount - liquid, locked: 0n, bonus: 0n });
  }
  requireWeeks(lockWeeks);
  const weeks = BigInt(lockWeeks);
  const at = { address: airdrop, abi: merkleAirdropAbi } as const;
  const bonus =
    parameters.minBonus ??
    (await withTypedErrors(() => readContract(client, { ...at, functionName: "bonusFor", args: [amount, weeks] })));
  const args = [...base, weeks, bonus] as const;
  const data = encodeFunctionData({ abi: merkleAirdropAbi, functionName: "claimAndLock", args });
  return Object.freeze({ ...toAction(data), liquid: 0n, vesting: 0n, locked: amount + bonus, bonus });
}

import { type Account, type Address, encodeFunctionData } from "viem";
import { getBlock, readContract } from "viem/actions";
import { votingEscrowAbi } from "../../../abis/votingEscrow.ts";
import { type LockState, lockPower, lockScore, previewLock } from "../../../governance/locks.ts";
import { splitSignature } from "../../../permits.ts";
import { getAuthorization, type ZapPermit } from "../../authorization.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import { type PreparedAction, prepare } from "../../prepared.ts";
import { resolveDeadline } from "../../zap.ts";

export type LockParameters = {
  escrow: Address;
  /** {GIM wei} added; 0 only moves the end away. */
  amount: bigint;
  /** {s} new end, rounded down to a Thursday 00:00 UTC; the end stays as it is when left out. */
  newEnd?: bigint | undefined;
  /** How the escrow may take the GIM. Default "approval"; "erc2612" needs no transaction of its own. */
  authorization?: "approval" | "erc2612" | undefined;
  /** {s} of a permit. Default: 20 minutes after the latest block. */
  deadline?: bigint | undefined;
  account?: Account | Address | undefined;
};

export type LockReturnType = PreparedAction<void, ZapPermit> & {
  /** The lock afterwards. */
  lock: LockState;
  /** {veGIM wei} of the lock in the next second. */
  power: bigint;
  /** {GIM wei} Staking Score of the lock in the next second. */
  score: bigint;
};

export type LockErrorType = WriteErrorType;

/**
 * Locks GIM for votes, score and revenue; adds to a lock, moves its end away, or both.
 *
 * @example
 * import { latestEnd, lock, send } from "@gimbal/sdk";
 *
 * const action = await lock(client, { escrow, amount: parseEther("1000"), newEnd: latestEnd(now), authorization: "erc2612" });
 * let permit: ZapPermit | undefined;
 * for (const requirement of await action.getRequirements()) {
 *   if (requirement.kind === "permit") permit = requirement.toPermit(await account.signTypedData(requirement.typedData));
 * }
 * await send(client, { tx: action.buildTx(permit) });
 */
export async function lock(client: AnyClient, parameters: LockParameters): Promise<LockReturnType> {
  const { escrow, amount, newEnd = 0n, authorization = "approval" } = parameters;
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const at = { address: escrow, abi: votingEscrowAbi } as const;
  const [{ timestamp }, held, token, deadline] = await withTypedErrors(() =>
    Promise.all([
      getBlock(client),
      readContract(client, { ...at, functionName: "locked", args: [owner] }),
      readContract(client, { ...at, functionName: "token" }),
      resolveDeadline(client, parameters.deadline),
    ]),
  );
  const state = { ...held, end: BigInt(held.end), heldSince: BigInt(held.heldSince) };
  const next = previewLock(state, { amount, newEnd, timestamp: timestamp + 1n });
  const action = prepare<void, ZapPermit>({
    client,
    account,
    buildTx: (permit) => {
      const base = { abi: votingEscrowAbi } as const;
      if (permit === undefined) {
        const data = encodeFunctionData({ ...base, functionName: "lock", args: [amount, newEnd] });
        return { to: escrow, data, value: 0n };
      }
      const { v, r, s } = splitSignature(permit.signature);
      const args = [amount, newEnd, permit.deadline, v, r, s] as const;
      return { to: escrow, data: encodeFunctionData({ ...base, functionName: "lockWithPermit", args }), value: 0n };
    },
    decode: () => undefined,
    getRequirements: () => getAuthorization(client, { authorization, owner, spender: escrow, token, amount, deadline }),
    getSpends: async () => [{ token, amount, owner }],
    takesPermit: true,
  });
  const now = timestamp + 1n;
  return Object.freeze({ ...action, lock: next, power: lockPower(next, now), score: lockScore(next, now) });
}

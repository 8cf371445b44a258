import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BytesLike } from "ethers";
import { addressOf } from "./assets.ts";
import { type Call, type Dao, deployDao, enact } from "./dao.ts";
import { addresses } from "./keepers.ts";
import { setPrices } from "./market.ts";
import { createIndex } from "./protocol.ts";
import { type Chain, DAY } from "./scores.ts";

/** As in GovernanceTypes. */
export const Step = {
  MISSING: 0n,
  OPEN: 1n,
  REJECTED: 2n,
  PASSED: 3n,
  EXPIRED: 4n,
  QUEUED: 5n,
  EXECUTED: 6n,
  CANCELLED: 7n,
} as const;

export const VETO_PERIOD = 3n * DAY;
export const QUEUE_WINDOW = 14n * DAY;

/** A DAO with an index, whose signers the keeper wants to change. */
export async function deployOptimistic(chain: Chain) {
  const dao = await deployDao(chain);
  await setPrices(dao.protocol);
  const vault = await addressOf(await createIndex(dao.protocol, { creator: dao.owner }));
  const registry = await dao.keeperRegistry.getAddress();
  const signers = (count: number): Call => ({
    target: registry,
    data: dao.keeperRegistry.interface.encodeFunctionData("proposeSigners", [vault, addresses(count), 1]),
  });
  const revoke: Call = {
    target: registry,
    data: dao.keeperRegistry.interface.encodeFunctionData("revokeSigners", [vault]),
  };
  return { ...dao, vault, signers, revoke };
}
export type Optimistic = Awaited<ReturnType<typeof deployOptimistic>>;

/** Proposes as the keeper, or as another; returns the id. */
export async function proposeCalls(
  { optimistic, keeper }: Dao,
  calls: Call[],
  proposer: HardhatEthersSigner = keeper,
): Promise<bigint> {
  await optimistic.connect(proposer).propose(calls, "routine");
  return optimistic.proposalCount();
}

/** First second without vetoes. */
export async function passVetoes(dao: Dao, id: bigint): Promise<void> {
  await dao.goTo((await dao.optimistic.proposalOf(id)).vetoEnd);
}

/** Passes and queues; the delay is over. */
export async function queueAndWait(dao: Dao, id: bigint, calls: Call[]): Promise<void> {
  await passVetoes(dao, id);
  await dao.optimistic.queue(id, calls);
  await dao.goTo((await dao.now()) + 2n * DAY);
}

/** A vote on a setting of the module. */
export async function configure(dao: Dao, data: BytesLike, description: string): Promise<void> {
  await enact(dao, [{ target: await dao.optimistic.getAddress(), data }], description);
}

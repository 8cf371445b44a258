import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { id } from "ethers";
import { CreReceiver__factory, KeeperUpkeep__factory, type RecurringOrders } from "../../typechain-types/index.js";
import { deliver, deployForwarder, donOf, encodeReport, quorumOf, rawReport, workflowOf } from "./keystone.ts";
import { deployRecurring } from "./recurring.ts";

/** Keys of the nodes whose reports the forwarder of these fixtures takes. */
export const nodes = donOf(1);

/** {s} A deadline that no test lives to see. */
export const NEVER = 2 ** 40 - 1;

/** The receiver of one workflow behind Chainlink's own forwarder, with the contracts that do upkeep and what they need. */
export async function deployCre(ethers: HardhatEthers) {
  const world = await deployRecurring(ethers);
  return attachReceiver(ethers, world, world.orders);
}

/** A receiver for recurring orders that are there already. */
export async function attachReceiver<W extends Awaited<ReturnType<typeof deployRecurring>>>(
  ethers: HardhatEthers,
  world: W,
  recurringOrders: RecurringOrders,
) {
  const [deployer, , , , stranger, author, tipReceiver] = await ethers.getSigners();
  if (!deployer || !stranger || !author || !tipReceiver) throw new Error("seven signers are needed");
  const { factory, assetRegistry } = world.protocol;
  const upkeep = await new KeeperUpkeep__factory(deployer).deploy(factory, assetRegistry);
  const forwarder = await deployForwarder(deployer, nodes);
  const workflow = workflowOf(author.address);
  const pinned = [forwarder, workflow.id, workflow.owner, upkeep, recurringOrders, tipReceiver] as const;
  const receiver = await new CreReceiver__factory(deployer).deploy(...pinned);
  const address = await receiver.getAddress();
  /** Delivers a report in a run of the workflow, by whoever pays for it. */
  const send = (report: Parameters<typeof encodeReport>[0], run: string, gasLimit?: number) =>
    deliver(forwarder, quorumOf(nodes), address, rawReport(workflow, id(run), encodeReport(report)), gasLimit);
  return { ...world, deployer, stranger, author, tipReceiver, upkeep, forwarder, workflow, receiver, pinned, send };
}

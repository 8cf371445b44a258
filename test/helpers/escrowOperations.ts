import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { network } from "hardhat";
import { ArgumentInvalidError, MAX_TERM, WEEK } from "../../sdk/src/index.ts";
import { GovernanceToken__factory, VotingEscrow__factory } from "../../typechain-types/index.js";
import { type EscrowModel, type EscrowOperation, Refused } from "./escrowModel.ts";

type Connection = Awaited<ReturnType<typeof network.create>>;

/** Seeded generator (xorshift64*): the same sequences on every machine. */
export class Random {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = seed * 0x9e3779b97f4a7c15n;
  }

  below(limit: bigint): bigint {
    return ((this.#next() << 64n) | this.#next()) % limit;
  }

  index(limit: number): number {
    return Number(this.below(BigInt(limit)));
  }

  #next(): bigint {
    let x = BigInt.asUintN(64, this.#state);
    x ^= x >> 12n;
    x = BigInt.asUintN(64, x ^ (x << 25n));
    x ^= x >> 27n;
    this.#state = x;
    return BigInt.asUintN(64, x * 0x2545f4914f6cdd1dn);
  }
}

/** GIM and its escrow; everybody has GIM and has approved it. */
export async function deployEscrowStage(ethers: HardhatEthers, accounts: number) {
  const signers = (await ethers.getSigners()).slice(0, accounts);
  const [owner] = signers;
  if (!owner) throw new Error("the simulated network has no accounts");
  const gim = await new GovernanceToken__factory(owner).deploy(owner);
  const sink = ethers.Wallet.createRandom().address;
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, sink);
  for (const signer of signers) {
    if (signer !== owner) await gim.transfer(signer, 10n ** 26n);
    await gim.connect(signer).approve(escrow, 2n ** 256n - 1n);
  }
  return { signers, gim, escrow };
}

type Stage = Pick<Awaited<ReturnType<typeof deployEscrowStage>>, "signers" | "escrow">;

/** An operation that may or may not be allowed. */
export function draw(random: Random, timestamp: bigint, accounts: number): EscrowOperation {
  const account = random.index(accounts);
  const kind = random.index(20);
  if (kind < 10) {
    // Top-ups, extensions, both, neither, dust, and ends that are sometimes too near or too far.
    const large = MAX_TERM + random.below(10n ** 23n);
    const amount = [0n, large, large, MAX_TERM - 1n + random.below(3n)][random.index(4)] ?? 0n;
    const newEnd = random.index(3) === 0 ? 0n : timestamp + WEEK / 2n + random.below(MAX_TERM + WEEK);
    return { kind: "lock", account, amount, newEnd };
  }
  if (kind < 13) return { kind: "setPermanent", account, on: random.index(2) === 0 };
  if (kind < 15) return { kind: "withdraw", account };
  if (kind < 16) return { kind: "earlyExit", account };
  return { kind: "delegate", account, to: random.index(accounts) };
}

/** Seconds until the next operation: none (the same block), a few, up to a week, to a boundary, or many weeks. */
export function pause(random: Random, timestamp: bigint): bigint {
  const toBoundary = WEEK - (timestamp % WEEK);
  const kind = random.index(12);
  if (kind < 2) return 1n;
  if (kind < 6) return 1n + random.below(86_400n);
  if (kind < 9) return 1n + random.below(WEEK);
  if (kind < 11) return toBoundary + WEEK * random.below(3n);
  return toBoundary + random.below(20n * WEEK);
}

function encode({ escrow, signers }: Stage, operation: EscrowOperation): string {
  const { interface: abi } = escrow;
  switch (operation.kind) {
    case "lock":
      return abi.encodeFunctionData("lock", [operation.amount, operation.newEnd]);
    case "setPermanent":
      return abi.encodeFunctionData("setPermanent", [operation.on]);
    case "withdraw":
      return abi.encodeFunctionData("withdraw");
    case "earlyExit":
      return abi.encodeFunctionData("earlyExit", [2n ** 256n - 1n]);
    case "delegate":
      return abi.encodeFunctionData("delegate", [signers[operation.to]!.address]);
  }
}

/** Mines operations in one block and tells which of them the escrow accepted. */
export async function mine(
  { ethers, networkHelpers, provider }: Connection,
  stage: Stage,
  operations: readonly EscrowOperation[],
  timestamp: bigint,
): Promise<boolean[]> {
  const { escrow, signers } = stage;
  const to = await escrow.getAddress();
  await provider.request({ method: "evm_setAutomine", params: [false] });
  const hashes: string[] = [];
  for (const operation of operations) {
    const from = signers[operation.account]!.address;
    const transaction = { from, to, data: encode(stage, operation), gas: "0xf4240" };
    hashes.push((await provider.request({ method: "eth_sendTransaction", params: [transaction] })) as string);
  }
  await networkHelpers.time.setNextBlockTimestamp(timestamp);
  await provider.request({ method: "evm_mine", params: [] });
  await provider.request({ method: "evm_setAutomine", params: [true] });
  const receipts = await Promise.all(hashes.map((hash) => ethers.provider.getTransactionReceipt(hash)));
  return receipts.map((receipt) => receipt?.status === 1);
}

/** Whether the model accepts an operation; it is applied then. */
export function accepts(model: EscrowModel, operation: EscrowOperation, timestamp: bigint): boolean {
  try {
    model.apply(operation, timestamp);
    return true;
  } catch (error) {
    if (error instanceof ArgumentInvalidError || error instanceof Refused) return false;
    throw error;
  }
}

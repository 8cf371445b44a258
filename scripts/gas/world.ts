// A market and an index for measuring: one plain ERC-20 of 18 decimals at $1 for every token, each with a live feed behind a
// real Chainlink proxy; one signer; fees of 2% a year and 0.3% on minting; holders with infinite approvals.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { parseEther, ZeroHash } from "ethers";
import { network } from "hardhat";
import { fund, plainTokens, setPrices } from "../../test/helpers/market.ts";
import { deployProtocol, equalWeights, indexParams, type Protocol, propose } from "../../test/helpers/protocol.ts";
import { type IndexVault, IndexVault__factory } from "../../typechain-types/index.js";

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
export const VETO_DELAY = 2 * HOUR; // {s}
export const CURVE = 6 * HOUR; // {s} half an epoch's window

const RATE_2_PERCENT = 634_195_839n; // D18{1/s}

/** Always the same start, so that nothing that depends on the clock differs from run to run. */
export const { ethers, networkHelpers } = await network.create({
  network: "default",
  override: { initialDate: "2026-01-05T00:00:00Z" },
});

export const { time } = networkHelpers;

export type World = Protocol & { holder: HardhatEthersSigner; other: HardhatEthersSigner };

export type Index = { world: World; vault: IndexVault; size: number; nonce: bigint };

export async function buildWorld(tokenCount: number): Promise<World> {
  const [owner, guardian, holder, other, feeRecipient] = await ethers.getSigners();
  if (!owner || !guardian || !holder || !other || !feeRecipient) throw new Error("the network has too few accounts");
  const protocol = await deployProtocol({ tokens: plainTokens(tokenCount), owner, guardian, feeRecipient });
  return { ...protocol, holder, other };
}

/** Parameters of an index of all tokens of the market, whose seed the holder has and the factory may take. */
export async function prepareCreation(world: World) {
  const usd = 10_000n * BigInt(world.tokens.length);
  await fund(world.tokens, world.holder, await world.factory.getAddress(), usd);
  const params = indexParams(world, {
    creator: world.holder,
    usd,
    curator: world.owner.address,
    limits: {
      turnoverBps: 10_000,
      lossBps: 100,
      riskDelay: VETO_DELAY,
      basketDelay: DAY,
      curveLength: CURVE,
      cooldown: DAY,
    },
    fees: { streamingRate: RATE_2_PERCENT, mintFeeBps: 30, recipient: world.owner.address },
    strategy: { recipient: world.guardian.address, royaltyBps: 1_000, methodologyHash: ZeroHash },
  });
  return { params, vault: await world.factory.predictIndex(params, world.holder) };
}

/** Two holders with shares, every token and infinite approvals: nothing is warm but what stays so on a live chain. */
export async function settleIn(world: World, address: string): Promise<Index> {
  const vault = IndexVault__factory.connect(address, world.holder);
  await fund(world.tokens, world.holder, address, 1_000_000n);
  await fund(world.tokens, world.other, address, 1_000_000n);
  await vault.transfer(world.other, parseEther("1"));
  return { world, vault, size: world.tokens.length, nonce: await vault.basketNonce() };
}

/** Proposes weights that lie `tilt` {bps} above and below the mean in turn, so that every token is to be traded. */
export async function proposeTilted({ world, vault, size }: Index, tilt: number) {
  const weights = equalWeights(size).map((weight, i) => weight + (i % 2 === 0 ? tilt : -tilt));
  return propose(world, vault, { weights });
}

/** Moves the clock and publishes a round of every feed at another price, so that all are fresh and changed. */
export async function pass(world: World, seconds: number, cents: number): Promise<void> {
  await time.increase(seconds);
  const moved = world.tokens.filter(({ stable }) => !stable);
  await setPrices(world, Object.fromEntries(moved.map(({ symbol }) => [symbol, (1 + cents / 100).toFixed(2)])));
}

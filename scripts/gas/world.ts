// A market and an index for measuring: one plain ERC-20 of 18 decimals at $1 for every token, each with a live feed behind a
// real Chainlink proxy; one signer; fees of 2% a year and 0.3% on minting; holders with infinite approvals.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, parseEther, ZeroHash } from "ethers";
import { artifacts, network } from "hardhat";
import { deployMarket, fund, type Market, plainTokens, setPrices } from "../../test/helpers/market.ts";
import { IndexFactory__factory, type IndexVault, IndexVault__factory } from "../../typechain-types/index.js";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const FEE_RECIPIENT = "0x0000000000000000000000000000000000000fee";
const SEED_USD = 10_000n; // of each token

export const RISK = 0;
export const WINDOW = 12 * HOUR; // {s} two curves

/** Always the same start, so that nothing that depends on the clock differs from run to run. */
export const connection = await network.create({
  network: "default",
  override: { initialDate: "2026-01-05T00:00:00Z", allowUnlimitedContractSize: false },
});
export const { ethers, networkHelpers } = connection;

/** Deploys a contract with the external libraries that it needs, and theirs. */
async function deployLinked(name: string, args: unknown[] = []) {
  const { linkReferences } = await artifacts.readArtifact(name);
  const libraries: Record<string, string> = {};
  for (const library of Object.values(linkReferences).flatMap((file) => Object.keys(file))) {
    libraries[library] ??= await (await deployLinked(library)).getAddress();
  }
  return ethers.deployContract(name, args, { libraries });
}

export type World = Market & {
  holder: HardhatEthersSigner;
  other: HardhatEthersSigner;
  signer: HardhatEthersSigner;
  factory: Awaited<ReturnType<typeof deployFactory>>;
};

async function deployFactory({ owner, assetRegistry, keeperRegistry }: Market) {
  const factory = await new IndexFactory__factory(await owner).deploy(
    owner,
    assetRegistry,
    keeperRegistry,
    2_000,
    FEE_RECIPIENT,
  );
  await keeperRegistry.setFactory(factory);
  const implementation = await deployLinked("IndexVault", [
    await factory.getAddress(),
    await assetRegistry.getAddress(),
    await keeperRegistry.getAddress(),
  ]);
  await factory.addVersion(implementation);
  return factory;
}

export async function buildWorld(tokenCount: number): Promise<World> {
  const [owner, guardian, holder, other, signer] = await ethers.getSigners();
  if (!owner || !guardian || !holder || !other || !signer) throw new Error("the network has too few accounts");
  const market = await deployMarket({ tokens: plainTokens(tokenCount), owner, guardian });
  const factory = await deployFactory(market);
  return { ...market, holder, other, signer, factory };
}

export type Index = { world: World; vault: IndexVault; size: number; nonce: number };

/** The seed is one share a $100, so the numbers of a live index. */
export function indexParams(world: World, size: number) {
  const stable = world.tokens.find(({ symbol }) => symbol === "USDS");
  if (!stable) throw new Error("the market has no stable token");
  const others = world.tokens.filter((token) => token !== stable).slice(0, size - 1);
  const tokens = world.tokens.filter((token) => token === stable || others.includes(token));
  return {
    tokens,
    params: {
      name: "Global Index",
      symbol: "GLOBAL",
      tokens: tokens.map(({ address }) => address),
      amounts: tokens.map(() => SEED_USD * 10n ** 18n),
      shares: (SEED_USD * BigInt(size) * 10n ** 18n) / 100n,
      receiver: world.holder.address,
      curator: world.owner.address,
      limits: {
        turnoverBps: 10_000,
        lossBps: 100,
        deriskLossBps: 100,
        maxWeightChangeBps: 10_000,
        riskDelay: 2 * HOUR,
        basketDelay: DAY,
        curveLength: WINDOW / 2,
        cooldown: DAY,
        deriskPeriod: 28 * DAY,
      },
      destinations: [{ token: stable.address, splitBps: 10_000 }],
      fees: { streamingRate: 634_195_839n, mintFeeBps: 30, recipient: world.owner.address }, // 2% a year
      strategy: { recipient: world.signer.address, royaltyBps: 1_000, methodologyHash: ZeroHash },
      signers: [world.signer.address],
      threshold: 1,
      salt: ethers.zeroPadValue(ethers.toBeHex(size), 32),
    },
  };
}

/** Funds the holder, approves the factory and says what the creation would be. */
export async function prepareCreation(world: World, size: number) {
  const { tokens, params } = indexParams(world, size);
  await fund(tokens, world.holder, await world.factory.getAddress(), SEED_USD);
  return { params, vault: await world.factory.predictIndex(params, world.holder) };
}

/** An index whose holders hold shares and every token, with infinite approvals: everything warm but the transaction itself. */
export async function indexOf(world: World, address: string, size: number): Promise<Index> {
  const vault = IndexVault__factory.connect(address, world.holder);
  const { tokens } = indexParams(world, size);
  await fund(tokens, world.holder, address, 100n * SEED_USD);
  await fund(tokens, world.other, address, 100n * SEED_USD);
  await vault.transfer(world.other, parseEther("1"));
  return { world, vault, size, nonce: Number(await vault.basketNonce()) };
}

/** Signs weights and sends them. Weights alternate around the mean, `tilt` decides by how much and which way. */
export async function propose({ world, vault, size }: Index, tilt: number) {
  const mean = Math.floor(10_000 / size);
  const weights = Array.from({ length: size }, (_, i) => mean + (i % 2 === 0 ? tilt : -tilt));
  weights[0] = (weights[0] ?? 0) + 10_000 - weights.reduce((a, b) => a + b, 0);
  const words = Array.from({ length: Math.ceil(size / 16) }, (_, word) =>
    weights.slice(16 * word, 16 * word + 16).reduce((sum, weight, i) => sum + (BigInt(weight) << BigInt(16 * i)), 0n),
  );
  const epoch = Number((await vault.epoch()).id) + 1;
  const validUntil = (await networkHelpers.time.latest()) + DAY;
  const value = {
    vault: await vault.getAddress(),
    epoch,
    weights: words,
    lane: RISK,
    decisionHash: ethers.id(`decision ${epoch}`),
    validUntil,
  };
  const signature = await world.signer.signTypedData(await domain(world), DECISION, value);
  const signed = ethers.AbiCoder.defaultAbiCoder().encode(["address", "bytes"], [world.signer.address, signature]);
  return vault.proposeWeights(epoch, words, RISK, value.decisionHash, validUntil, [signed]);
}

const DECISION = {
  Decision: [
    { name: "vault", type: "address" },
    { name: "epoch", type: "uint32" },
    { name: "weights", type: "uint256[]" },
    { name: "lane", type: "uint8" },
    { name: "decisionHash", type: "bytes32" },
    { name: "validUntil", type: "uint40" },
  ],
};

async function domain({ keeperRegistry }: World) {
  const { chainId } = await ethers.provider.getNetwork();
  return {
    name: "Gimbal KeeperRegistry",
    version: "1",
    chainId,
    verifyingContract: await keeperRegistry.getAddress(),
  };
}

/** Moves the clock and publishes a round of every feed, prices a little different, so that all are fresh and changed. */
export async function pass(world: World, seconds: number, cents = 0): Promise<void> {
  await networkHelpers.time.increase(seconds);
  const moved = world.tokens.filter(({ symbol }) => symbol !== "USDS");
  await setPrices(world, Object.fromEntries(moved.map(({ symbol }) => [symbol, (1 + cents / 100).toFixed(2)])));
}

export const NO_LIMIT = MaxUint256;

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type Hex, keccak256, toHex, zeroAddress } from "viem";
import { loadConfig } from "../../keeper/src/config.ts";
import { openCsvFolder } from "../../keeper/src/data/csvFolder.ts";
import { KeeperError } from "../../keeper/src/errors.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { decide, runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import {
  ArgumentInvalidError,
  BaseError,
  CallFailedError,
  ContractError,
  claim,
  createIndex,
  type Decision,
  DeploymentInvalidError,
  encodeSignatures,
  fill,
  getDeployment,
  getNav,
  Lane,
  mint,
  packWeights,
  parseDeployment,
  previewMint,
  proposeWeights,
  redeem,
  send,
  signDecision,
  UnknownChainError,
} from "../../sdk/src/index.ts";
import type { AssetConfigStruct } from "../../typechain-types/contracts/AssetRegistry.js";
import { Errors__factory } from "../../typechain-types/index.js";
import { deployKeeperWorld, type KeeperWorld, openKeeper } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";
import { LIMITS } from "../helpers/protocol.ts";
import { DECISION_SIGNERS, deploySdkFixture, failureOf, ONE_SHARE, type SdkFixture } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const FAR = 2 ** 40 - 1;
const DAY = 86_400;
const RECORD: Hex = keccak256(toHex("record"));
const EVEN = [2_500, 2_500, 2_500, 2_500];
/** Sent as it is, without asking the node first whether it would fail. */
const FORCED = { gasLimit: 10_000_000 };

const deployed = async () => deploySdkFixture(ethers, provider);
const load = async () => {
  const fixture = await networkHelpers.loadFixture(deployed);
  await setPrices(fixture.protocol);
  return fixture;
};

/** Everything that a call could have changed: the vault's books, all balances, the listings, the caller's nonce. */
async function stateOf({ index, protocol, vault, holder, creator }: SdkFixture): Promise<string> {
  const { tokens, assetRegistry, factory } = protocol;
  const accounts = [vault, holder, creator.address, await factory.getAddress()];
  const books = await Promise.all([
    index.epoch(),
    index.aggregate(),
    index.basket(),
    index.targets(),
    index.pendingBasket(),
    factory.indexCount(),
    ethers.provider.getTransactionCount(holder),
    ...tokens.map(({ address }) => assetRegistry.assetConfig(address)),
    ...tokens.flatMap(({ token }) => accounts.map((account) => token.balanceOf(account))),
    ...accounts.map((account) => index.balanceOf(account)),
  ]);
  return JSON.stringify(books, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

/** Weights signed by two of three signers, for `chainId`. */
async function signed({ vault, domain }: SdkFixture, weights: readonly bigint[], chainId: number = domain.chainId) {
  const decision: Decision = { vault, epoch: 1, weights, lane: Lane.RISK, decisionHash: RECORD, validUntil: FAR };
  const signers = DECISION_SIGNERS.slice(0, 2);
  return {
    decision,
    signatures: await Promise.all(signers.map((s) => signDecision(s, { ...domain, chainId }, decision))),
  };
}

async function proposeSigned(fixture: SdkFixture, weights: readonly bigint[], chainId?: number) {
  const { decision, signatures } = await signed(fixture, weights, chainId);
  const { client, domain } = fixture;
  return send(client, { tx: proposeWeights(client, { domain, decision, signatures }).buildTx() });
}

function indexOf({ factory, addressOf }: SdkFixture, over: Partial<Parameters<typeof createIndex>[1]> = {}) {
  return {
    factory,
    name: "Two",
    symbol: "TWO",
    seed: [
      { token: addressOf("USDC"), amount: 1_000_000_000n },
      { token: addressOf("ETHX"), amount: 10n ** 18n },
    ],
    shares: 30n * ONE_SHARE,
    limits: LIMITS,
    destinations: [{ token: addressOf("USDC"), splitBps: 10_000 }],
    signers: [DECISION_SIGNERS[0]!.address],
    threshold: 1,
    ...over,
  };
}

interface Case {
  readonly title: string;
  readonly prepare?: (fixture: SdkFixture) => Promise<unknown>;
  readonly run: (fixture: SdkFixture) => Promise<unknown>;
  readonly error: abstract new (...args: never[]) => Error;
  /** Name of the contract's error. */
  readonly name?: string;
}

const stale = async () => networkHelpers.time.increase(2 * DAY);

const CASES: readonly Case[] = [
  {
    title: "bad config: limits out of their ranges",
    run: (f) => createIndex(f.client, indexOf(f, { limits: { ...LIMITS, turnoverBps: 10_001 } })).simulate(),
    error: ContractError,
    name: "IndexVault_LimitOutOfRange",
  },
  {
    title: "bad config: more signatures wanted than there are signers",
    run: async (f) => createIndex(f.client, indexOf(f, { threshold: 2 })),
    error: ArgumentInvalidError,
  },
  {
    title: "bad config: a deployment without its contracts",
    run: async () => parseDeployment({ chainId: 1, blockNumber: 1, contracts: {}, external: {}, tokens: {} }),
    error: DeploymentInvalidError,
  },
  {
    title: "missing feed: an index with a token that nobody listed",
    run: (f) => {
      const seed = [...indexOf(f).seed, { token: f.lens, amount: 1n }];
      return createIndex(f.client, indexOf(f, { seed })).simulate();
    },
    error: ContractError,
    name: "IndexVault_AssetNotListed",
  },
  {
    title: "stale price: a fill while no feed has answered for two days",
    prepare: async (f) => {
      await proposeSigned(f, packWeights(towardsUsdc(f)));
      await networkHelpers.time.increase(LIMITS.riskDelay + LIMITS.curveLength);
      await networkHelpers.mine();
      await f.protocol.assetRegistry.setAsset(f.addressOf("USDC"), { ...(await listingOf(f, "USDC")), heartbeat: 1n });
    },
    run: async (f) => {
      const [sellToken, buyToken] = [f.addressOf("ETHX"), f.addressOf("USDC")];
      return (
        await fill(f.client, { vault: f.vault, sellToken, buyToken, maxSell: 1n, maxPay: 10n ** 12n })
      ).simulate();
    },
    error: ContractError,
    name: "IndexVault_PriceMissing",
  },
  {
    title: "stale price: weights while no feed has answered for two days",
    prepare: stale,
    run: (f) => proposeSigned(f, packWeights(EVEN)),
    error: ContractError,
    name: "IndexVault_NothingTradable",
  },
  {
    title: "stale price: an index whose seed has no value that could be read",
    prepare: stale,
    run: (f) => createIndex(f.client, indexOf(f)).simulate(),
    error: ContractError,
    name: "IndexFactory_SeedTooSmall",
  },
  {
    title: "wrong chain: a decision that was signed for another one",
    run: (f) => proposeSigned(f, packWeights(EVEN), 1),
    error: ContractError,
    name: "KeeperRegistry_SignatureInvalid",
  },
  { title: "wrong chain: no deployment there", run: async () => getDeployment([], 5), error: UnknownChainError },
  {
    title: "unknown token: a fill for one that is not in the index",
    run: (f) =>
      fill(f.client, { vault: f.vault, sellToken: f.addressOf("ETHX"), buyToken: f.lens, maxSell: 1n, maxPay: 1n }),
    error: ArgumentInvalidError,
  },
  {
    title: "unknown token: a redemption that skips one that is not in the index",
    run: (f) => redeem(f.client, { vault: f.vault, shares: ONE_SHARE, skip: [f.lens] }),
    error: ArgumentInvalidError,
  },
  {
    title: "unknown token: a claim on one that nothing is owed in",
    run: (f) => send(f.client, { tx: claim(f.client, { vault: f.vault, token: f.lens }).buildTx() }),
    error: ContractError,
    name: "IndexVault_NothingOwed",
  },
  {
    title: "unknown vault: the value of something that is none",
    run: (f) => getNav(f.client, { lens: f.lens, vault: f.addressOf("USDC") }),
    error: ContractError,
    name: "IndexLens_VaultUnknown",
  },
  {
    title: "unknown vault: an address without code",
    run: (f) => mint(f.client, { vault: zeroAddress, shares: ONE_SHARE }),
    error: CallFailedError,
  },
  {
    title: "insufficient balance: a mint that cannot be paid",
    prepare: async (f) => fulfilApprovals(f, 10n ** 6n * ONE_SHARE),
    run: async (f) =>
      send(f.client, { tx: (await mint(f.client, { vault: f.vault, shares: 10n ** 6n * ONE_SHARE })).buildTx() }),
    error: ContractError,
    name: "IndexVault_TransferFailed",
  },
  {
    title: "insufficient balance: a redemption of shares that the caller does not have",
    run: async (f) => send(f.client, { tx: (await redeem(f.client, { vault: f.vault, shares: ONE_SHARE })).buildTx() }),
    error: ContractError,
    name: "InsufficientBalance",
  },
  {
    title: "absurd amount: more shares than there can be",
    run: (f) => previewMint(f.client, { vault: f.vault, shares: 2n ** 255n }),
    error: ContractError,
    name: "IndexVault_SharesInvalid",
  },
  {
    title: "absurd weights: one that does not fit its place",
    run: async () => packWeights([70_000]),
    error: ArgumentInvalidError,
  },
  ...[
    { what: "a sum of 9,999", words: packWeights([2_500, 2_500, 2_500, 2_499]), name: "IndexVault_WeightSumInvalid" },
    { what: "65,535 in a place", words: [65_535n], name: "IndexVault_WeightChangeTooLarge" },
    { what: "65,535 in every place", words: [2n ** 256n - 1n], name: "IndexVault_WeightAboveCap" },
    { what: "all in a token that may hold 70%", words: null, name: "IndexVault_WeightAboveCap" },
    { what: "a word too many", words: [...packWeights(EVEN), 0n], name: "IndexVault_LengthMismatch" },
    { what: "no weights", words: [], name: "IndexVault_LengthMismatch" },
  ].map(({ what, words, name }) => ({
    title: `absurd weights: ${what}`,
    run: (f: SdkFixture) => proposeSigned(f, words ?? packWeights(allIn(f, "ETHX"))),
    error: ContractError,
    name,
  })),
];

const allIn = ({ protocol }: SdkFixture, symbol: string): number[] =>
  protocol.tokens.map((token) => (token.symbol === symbol ? 10_000 : 0));

const towardsUsdc = ({ protocol }: SdkFixture): number[] =>
  protocol.tokens.map(({ symbol }) => ({ USDC: 3_000, ETHX: 2_000 })[symbol] ?? 2_500);

async function fulfilApprovals({ client, vault }: SdkFixture, shares: bigint): Promise<void> {
  for (const requirement of await (await mint(client, { vault, shares })).getRequirements()) {
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
  }
}

async function listingOf({ protocol, addressOf }: SdkFixture, symbol: string): Promise<AssetConfigStruct> {
  const config = await protocol.assetRegistry.assetConfig(addressOf(symbol));
  const { feed, heartbeat, feedDecimals, tokenDecimals, tier, deviationBps, flags, minPrice, usdCap } = config;
  const { secondary, secondaryKind, secondaryDecimals, secondaryWindow } = config;
  const second = { secondary, secondaryKind, secondaryDecimals, secondaryWindow };
  return { feed, heartbeat, feedDecimals, tokenDecimals, tier, deviationBps, flags, minPrice, usdCap, ...second };
}

describe("bad input at the SDK and the contracts", () => {
  for (const { title, prepare, run, error, name } of CASES) {
    it(`${title}: ${name ?? error.name}, and nothing has changed`, async () => {
      const fixture = await load();
      await prepare?.(fixture);
      const before = await stateOf(fixture);

      const caught = await failureOf<Error>(error, () => run(fixture));

      if (name !== undefined) expect(caught).to.be.instanceOf(ContractError).with.property("errorName", name);
      expect(caught)
        .to.be.instanceOf(BaseError)
        .with.property("shortMessage")
        .that.matches(/\S.{15,}/);
      expect(await stateOf(fixture)).to.equal(before);
    });
  }

  it("a transaction that is sent all the same reverts with the same reason, and nothing has changed", async () => {
    const fixture = await load();
    const { index, creator, protocol } = fixture;
    const words = packWeights([2_500, 2_500, 2_500, 2_499]);
    const { decision, signatures } = await signed(fixture, words);
    const encoded = encodeSignatures(signatures);
    const state = await stateOf(fixture);
    const block = await ethers.provider.getBlockNumber();
    const forced = index.connect(creator);
    const errors = Errors__factory.connect(fixture.vault, creator);

    await expect(forced.proposeWeights(1, words, Lane.RISK, decision.decisionHash, FAR, encoded, FORCED))
      .to.be.revertedWithCustomError(errors, "IndexVault_WeightSumInvalid")
      .withArgs(9_999, 10_000);
    await expect(forced.mint(2n ** 200n, creator, [], 0, 0, FORCED)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_FeeTooHigh",
    );
    await expect(
      protocol.assetRegistry.setAsset(
        fixture.addressOf("USDC"),
        { ...(await listingOf(fixture, "USDC")), feed: zeroAddress },
        FORCED,
      ),
    ).to.be.revertedWithCustomError(errors, "AssetRegistry_NoCode");

    expect(await stateOf(fixture)).to.equal(state);
    expect(await ethers.provider.getBlockNumber()).to.equal(block + 3);
  });
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const deployedKeeper = async () => deployKeeperWorld(ethers, provider);

/** What the keeper could have changed on the chain. */
async function chainOf({ index, protocol, account, vault }: KeeperWorld): Promise<string> {
  const parts = await Promise.all([
    index.epoch(),
    index.basket(),
    ethers.provider.getTransactionCount(account.address),
    ...protocol.tokens.map(({ token }) => token.balanceOf(vault)),
  ]);
  return JSON.stringify(parts, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
}

interface KeeperCase {
  readonly title: string;
  readonly prepare?: (world: KeeperWorld) => Promise<unknown>;
  readonly run: (world: KeeperWorld, journal: Journal, folder: string) => Promise<unknown>;
  readonly code: string;
}

const KEEPER_CASES: readonly KeeperCase[] = [
  {
    title: "bad config: no configuration file",
    run: async (_, __, folder) => loadConfig(join(folder, "none.json"), {}),
    code: "CONFIG_INVALID",
  },
  {
    title: "bad config: unknown fields and missing ones",
    run: async (_, __, folder) => {
      const path = join(folder, "keeper.json");
      writeFileSync(path, JSON.stringify({ chainId: 0, surprise: true }));
      return loadConfig(path, {});
    },
    code: "CONFIG_INVALID",
  },
  {
    title: "bad config: a data folder that is not there",
    run: (_, __, folder) => openCsvFolder(join(folder, "none")),
    code: "DATA_FOLDER_INVALID",
  },
  {
    title: "wrong chain: a node of another one",
    run: (world, journal) => openKeeper(world, journal, { chainId: 1 }),
    code: "WRONG_CHAIN",
  },
  {
    title: "unknown token: one without a name in the market data",
    run: async (world, journal) =>
      (await openKeeper(world, journal, { names: new Map() })).observe(world.vault, policy),
    code: "ASSET_UNKNOWN",
  },
  {
    title: "bad config: fewer signing keys than the vault asks for",
    run: async (world, journal) => runOnce(await openKeeper(world, journal, { signers: [] }), world.vault, policy),
    code: "SIGNATURES_MISSING",
  },
  {
    title: "stale price: a decision while no feed has answered for two days",
    prepare: stale,
    run: async (world, journal) => {
      const seen = await (await openKeeper(world, journal)).observe(world.vault, policy);
      return decide(seen);
    },
    code: "VAULT_STATE_INVALID",
  },
];

describe("bad input at the keeper", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-bad-input-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const { title, prepare, run, code } of KEEPER_CASES) {
    it(`${title}: ${code}, and nothing has changed`, async () => {
      const world = await networkHelpers.loadFixture(deployedKeeper);
      await prepare?.(world);
      const journal = await Journal.open(":memory:");
      const before = await chainOf(world);

      const caught = await failureOf(KeeperError, () => run(world, journal, folder));
      expect(caught.code).to.equal(code);
      expect(caught.shortMessage).to.match(/\S.{15,}/);
      expect(await chainOf(world)).to.equal(before);
      expect(await journal.transactions()).to.deep.equal([]);
      await journal.close();
    });
  }

  it("insufficient balance: a keeper without Ether sends nothing", async () => {
    const world = await networkHelpers.loadFixture(deployedKeeper);
    await networkHelpers.setBalance(world.account.address, 0n);
    const journal = await Journal.open(":memory:");
    const before = await chainOf(world);
    const keeper = await openKeeper(world, journal);
    const caught = await failureOf(KeeperError, () => runOnce(keeper, world.vault, policy));
    expect(caught.code).to.equal("INSUFFICIENT_FUNDS");
    expect((await journal.transactions()).map(({ state }) => state)).to.deep.equal(["SIMULATED"]); // signed when there is Ether
    expect(await chainOf(world)).to.equal(before);
    await journal.close();
  });

  it("absurd weights: the vault's refusal is an outcome with its name, and nothing has changed", async () => {
    const world = await networkHelpers.loadFixture(deployedKeeper);
    const journal = await Journal.open(":memory:");
    const keeper = await openKeeper(world, journal);
    const record = decide(await keeper.observe(world.vault, policy));
    const before = await chainOf(world);
    const propose = (proposedBps: number) =>
      keeper.propose({ ...record, assets: record.assets.map((item) => ({ ...item, proposedBps })) });
    for (const proposedBps of [0, 9_999]) {
      const { result, reason } = await propose(proposedBps);
      expect(result).to.equal("refused");
      expect(reason).to.match(/^IndexVault_\w+: /);
    }
    await failureOf(ArgumentInvalidError, () => propose(65_535));
    expect(await chainOf(world)).to.equal(before);
    expect(await journal.unfinished()).to.deep.equal([]);
    await journal.close();
  });
});

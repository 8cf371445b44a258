import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type Address, erc20Abi, getAddress, type Hex, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import {
  createFromPreview,
  getBasket,
  getNav,
  getVault,
  indexFactoryAbi,
  methodologyHash,
  methodologyLimits,
  parseMethodology,
  previewIndex,
  SeedUnpricedError,
  TemplateInvalidError,
  TokenUnlistedError,
  toStreamingRate,
} from "../../sdk/src/index.ts";
import { TokenMock__factory } from "../../typechain-types/index.js";
import { IndexCli } from "../helpers/indexCli.ts";
import { HEARTBEAT, tokenOf } from "../helpers/market.ts";
import { deploySdkFixture, failureOf, fulfil, viemClient } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();

const KEY = keccak256(toHex("a wallet without privileges"));
const wallet = privateKeyToAccount(KEY);
const MEASURED = { "create index of 10 tokens, exec": 1_083_402, "create index of 100 tokens, exec": 5_930_818 };

/** The protocol, and an account that nobody knows, with Ether and tokens of its own and nothing else. */
async function deployed() {
  const world = await deploySdkFixture(ethers, provider);
  await networkHelpers.setBalance(wallet.address, parseEther("10"));
  for (const { token, decimals } of world.protocol.tokens) {
    await token.mint(wallet.address, 1_000_000n * 10n ** BigInt(decimals));
  }
  const registry = getAddress(await world.protocol.assetRegistry.getAddress());
  return { ...world, registry, client: viemClient(provider, wallet) };
}

type World = Awaited<ReturnType<typeof deployed>>;

function deploymentOf({ factory, lens, registry, domain, protocol, addressOf }: World) {
  const somewhere = addressOf("ETHX"); // not asked by what is tested here
  const names = ["uniswapV3Factory", "swapRouter02", "quoterV2", "permit2", "multicall3"];
  return {
    chainId: 31_337,
    blockNumber: 0,
    contracts: {
      AssetRegistry: registry,
      KeeperRegistry: domain.keeperRegistry,
      IndexFactory: factory,
      IndexVaultImplementation: somewhere,
      AmmFiller: somewhere,
      UniswapV3Adapter: somewhere,
      Zap: somewhere,
      IndexLens: lens,
    },
    external: { ...Object.fromEntries(names.map((name) => [name, somewhere])), weth: addressOf("ETHX") },
    tokens: Object.fromEntries(
      protocol.tokens.map(({ symbol, address, decimals }) => [symbol, { address, decimals, feed: address }]),
    ),
  };
}

function parametersOf({ factory, lens, registry, addressOf }: World) {
  return {
    factory,
    lens,
    registry,
    native: addressOf("ETHX"),
    name: "Mine",
    symbol: "MINE",
    seedUsd: parseEther("1000"),
    weights: [
      { token: addressOf("ETHX"), weightBps: 8_000 },
      { token: addressOf("USDC"), weightBps: 2_000 },
    ],
    measured: MEASURED,
  };
}

describe("sdk: preview of an index", () => {
  it("says everything before anything is sent, and creates exactly that", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, lens, addressOf } = world;
    const parameters = { ...parametersOf(world), streamingBps: 100, mintFeeBps: 20 };
    const nonce = await ethers.provider.getTransactionCount(wallet.address);
    const preview = await previewIndex(client, parameters);
    expect(await ethers.provider.getTransactionCount(wallet.address), "nothing sent").to.equal(nonce);

    const ascending = preview.tokens.map(({ token }) => BigInt(token));
    expect(ascending).to.deep.equal([...ascending].sort((a, b) => (a < b ? -1 : 1)));
    const ethx = preview.tokens.find(({ token }) => token === addressOf("ETHX"))!;
    expect(ethx).to.include({ weightBps: 8_000, seedBps: 8_000, capBps: 7_000, isAboveCap: true, isStable: false });
    expect(ethx.amount).to.equal(parseEther("0.4") + 1n);
    expect(preview.aboveCap).to.deep.equal([addressOf("ETHX")]);
    expect(preview.value >= parseEther("1000") && preview.value < parseEther("1000.00001")).to.equal(true);
    expect(preview.shares).to.equal(parseEther("10"));
    expect([preview.approvals.length, preview.missing.length, preview.problems.length]).to.deep.equal([2, 0, 0]);
    expect(preview.gas.source).to.equal("measured");
    expect(preview.fees.yearlyUsd, "1% less compounding").to.be.within(9n * 10n ** 18n, 10n * 10n ** 18n);
    expect(preview.fees.protocolUsd).to.equal(preview.fees.yearlyUsd / 10n);

    for (const { tx } of preview.approvals) {
      const action = { getRequirements: async () => [], buildTx: () => tx, simulate: async () => undefined };
      await fulfil(client, action);
    }
    const again = await previewIndex(client, parameters);
    expect([again.gas.source, again.approvals.length, again.gas.approvals]).to.deep.equal(["estimate", 0, 0n]);
    const action = createFromPreview(client, again);
    const { vault } = await action.simulate();
    const { receipt } = await fulfil(client, action);
    expect(Number(again.gas.creation! - receipt.gasUsed) / Number(receipt.gasUsed)).to.be.within(-0.01, 0.1);
    const measured = Number(preview.gas.creation! - receipt.gasUsed) / Number(receipt.gasUsed);
    expect(measured, "the measured figures are near").to.be.within(-0.15, 0.15);
    const price = (again.gas.total! * again.gas.gasPrice * 2_000n) / 1n;
    expect(again.gas.costUsd, "gas at $2,000 an Ether").to.equal(price);
    const { perShare } = await getNav(client, { lens, vault });
    expect(perShare).to.be.within(parseEther("99.999"), parseEther("100.0001"));
    const { tokens } = await getBasket(client, { vault });
    expect(tokens.map(({ token }) => token)).to.deep.equal(again.tokens.map(({ token }) => token));
    expect((await getVault(client, { vault })).fees.streamingRate).to.equal(toStreamingRate(100));
  });

  it("names what has no price, what is not listed, what is lacking, and refuses to create from it", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, owner, addressOf } = world;
    const parameters = parametersOf(world);
    const foreign = await (await new TokenMock__factory(owner).deploy("No", "NO", 18)).getAddress();
    const unlisted = getAddress(foreign);
    const odd = await previewIndex(client, {
      ...parameters,
      weights: [...parameters.weights.slice(0, 1), { token: unlisted, weightBps: 2_000 }],
    });
    expect(odd.unlisted).to.deep.equal([unlisted]);
    expect(odd.problems).to.have.length(2); // and no stable token
    expect(() => createFromPreview(client, odd)).to.throw(TokenUnlistedError, unlisted);

    const bare = { ...parameters, weights: [{ token: addressOf("ETHX"), weightBps: 10_000 }] };
    const unsafe = await previewIndex(client, bare);
    expect(unsafe.problems[0]).to.contain("no stable token");
    expect(() => createFromPreview(client, unsafe)).to.throw(TemplateInvalidError, "stable");
    const safe = await previewIndex(client, { ...bare, stables: [addressOf("USDC")] });
    expect(safe.problems).to.deep.equal([]);
    expect(safe.tokens.find(({ isStable }) => isStable)).to.include({ weightBps: 0, amount: 0n });
    await fulfil(client, createFromPreview(client, safe));

    const poor = viemClient(provider, privateKeyToAccount(keccak256(toHex("empty"))));
    const { missing, gas } = await previewIndex(poor, parameters);
    expect(missing.map(({ held }) => held)).to.deep.equal([0n, 0n]);
    expect(gas.source).to.equal("measured");
    const { gas: unknown } = await previewIndex(poor, { ...parameters, measured: undefined });
    expect(unknown).to.include({ source: "unknown", total: undefined, costUsd: undefined });

    await networkHelpers.time.increase(HEARTBEAT + 1);
    const { feed, price } = tokenOf(world.protocol, "USDC");
    await world.protocol.hub.publish([feed], [price], 0);
    const stale = await previewIndex(client, parameters);
    expect(stale.unpriced).to.deep.equal([addressOf("ETHX")]);
    expect(() => createFromPreview(client, stale)).to.throw(SeedUnpricedError, addressOf("ETHX"));
  });

  it("takes limits and hash from the document that the index shall follow", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client } = world;
    const parameters = parametersOf(world);
    const path = join(import.meta.dirname, "../../methodologies/rsi.json");
    const document = parseMethodology(JSON.parse(readFileSync(path, "utf8")));
    const daily = await previewIndex(client, { ...parameters, document });
    const usual = await previewIndex(client, parameters);
    expect(daily.creation.limits).to.deep.equal(methodologyLimits(document));
    expect(daily.creation.limits.cooldown, "a daily rule waits less").to.be.lessThan(usual.creation.limits.cooldown);
    expect(daily.creation.strategy?.methodologyHash).to.equal(methodologyHash(document));
    const limits = usual.creation.limits;
    expect((await previewIndex(client, { ...parameters, document, limits })).creation.limits).to.equal(limits);

    for (const { tx } of daily.approvals) {
      await fulfil(client, { getRequirements: async () => [], buildTx: () => tx, simulate: async () => undefined });
    }
    const action = createFromPreview(client, daily);
    const { vault } = await action.simulate();
    await fulfil(client, action);
    expect((await getVault(client, { vault })).limits).to.include({ turnoverBps: 10_000, cooldown: 20 * 3_600 });
  });

  it("refuses a seed, fees and weights that cannot be right", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const parameters = parametersOf(world);
    const refuses = async (over: object, field: string) => {
      const error = await failureOf(TemplateInvalidError, () => previewIndex(world.client, { ...parameters, ...over }));
      expect(error.field).to.equal(field);
    };
    await refuses({ seedUsd: parseEther("100") - 1n }, "seedUsd");
    await refuses({ streamingBps: 501 }, "streamingBps");
    await refuses({ mintFeeBps: 101 }, "mintFeeBps");
    await refuses({ weights: parameters.weights.slice(0, 1) }, "weightBps");
  });
});

describe("gimbal on the command line: indices and plans", function () {
  this.timeout(120_000);
  let world: World;
  let command: IndexCli;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    command = await IndexCli.open(provider, deploymentOf(world));
  });
  afterEach(() => command.close());

  const write = (name: string, text: string): string => command.write(name, text);
  const cli = (args: readonly string[]) => command.run(args, KEY);

  const indexCount = () =>
    readContract(world.client, { address: world.factory, abi: indexFactoryAbi, functionName: "indexCount" });

  const named = ["--name", "My own", "--symbol", "OWN", "--seed-usd", "1000"] as const;

  it("creates an index from a table for a wallet without privileges, after showing it", async () => {
    const csv = write("weights.csv", '\uFEFFtoken,weight\r\n"BTCX",20%\r\nETHX,25%\r\nUSDC,55%\r\n');
    const document = join(command.folder, "document.json");
    const before = await indexCount();
    const shown = await cli(["index", "preview", "--csv", csv, ...named, "--fee-bps", "100"]);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(shown.stdout)
      .to.match(/BTCX +0x\w{40} +20\.00%/)
      .and.to.contain("3 to send")
      .and.to.contain("0.995% a year");
    expect(await indexCount(), "a preview sends nothing").to.equal(before);

    const made = await cli([
      "index",
      "create",
      "--send",
      "--csv",
      csv,
      ...named,
      "--fee-bps",
      "100",
      "--document",
      document,
    ]);
    expect(made.code, made.stderr).to.equal(0);
    expect(made.stdout + made.stderr, "no key in the output").to.not.contain(KEY.slice(2));
    expect(await indexCount()).to.equal(before + 1n);
    const vault = /^index (0x\w{40})$/m.exec(made.stdout)![1] as Address;
    const state = await getVault(world.client, { vault });
    expect(state).to.include({ name: "My own", symbol: "OWN", basketSize: 3 });
    const hash = methodologyHash(parseMethodology(JSON.parse(readFileSync(document, "utf8"))));
    expect(state.strategy.methodologyHash, "the document is the one of the hash on chain").to.equal(hash);
    const held = { address: vault, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] } as const;
    expect((await readContract(world.client, held)) > parseEther("9.9")).to.equal(true);
  });

  it("knows every template", async () => {
    const list = write("list.csv", "token,market cap\nBTCX,900\nETHX,90\nUSDC,10\n");
    const columns = async (...flags: string[]) => {
      const { code, stdout, stderr } = await cli(["index", "preview", "--csv", list, ...named, ...flags]);
      expect(code, stderr).to.equal(0);
      return ["BTCX", "ETHX", "USDC"].map(
        (symbol) => new RegExp(`^${symbol} +\\w+ +([\\d.]+%)`, "m").exec(stdout)?.[1],
      );
    };
    expect(await columns("--template", "equal")).to.have.members(["33.34%", "33.33%", "33.33%"]);
    expect(await columns("--template", "market-cap", "--cap", "50")).to.deep.equal(["50.00%", "45.00%", "5.00%"]);
    expect(await columns("--template", "ai", "--tier", "conservative")).to.have.members(["33.34%", "33.33%", "33.33%"]);
  });

  it("shows a plan with what is held on the chain", async () => {
    const indices = [0, 1, 2, 3].map((i) => ({
      vault: i === 0 ? world.vault : `0x${String(i).padStart(40, "0")}`,
      name: `Index ${i}`,
      tier: i < 2 ? "conservative" : "balanced",
      sectors: {},
      volatility: 0.5,
    }));
    const file = write("indices.json", JSON.stringify({ indices, limits: { sectorMaxBps: 10_000 } }));
    const holdings = write("holdings.json", JSON.stringify({ [world.vault]: "1000", "Index 2": 500 }));
    const plan = ["portfolio", "plan", "--kind", "risk-parity", "--indices", file];
    const shown = await command.run([...plan, "--holdings", holdings, "--deposit", "500"]);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(shown.stdout).to.match(
      /Index 0 +conservative +25\.00% +\$1,000\.00 +66\.67% +\+41\.67% +\+\$625\.00 +\$0\.00/,
    );
    expect(shown.stdout)
      .to.match(/Index 1 .* \+\$250\.00/)
      .and.to.contain("sell $625.00 of Index 0");
    const json = await command.run([...plan, "--holdings", holdings, "--json"]);
    expect(JSON.parse(json.stdout).report).to.include({ total: "1500000000", isBeyond: true });
  });

  it("says in one typed line what is wrong, exits with 1 and sends nothing", async () => {
    const before = await indexCount();
    const csv = (text: string) => write("weights.csv", text);
    const good = "ETHX,50\nUSDC,50\n";
    const file = write("indices.json", JSON.stringify({ indices: [] }));
    const failures: readonly (readonly [text: string, args: readonly string[], words: string, key?: Hex | ""])[] = [
      ["ETHX,50\nDOGE,50\n", ["index", "create", "--send", ...named], "WeightsCsvInvalidError: Line 2: the token DOGE"],
      [
        "ETHX,50\nUSDC,49\n",
        ["index", "create", "--send", ...named],
        "WeightsCsvInvalidError: Line 2: the weights sum to 99%",
      ],
      [good, ["index", "create", "--send", ...named.slice(2)], "UsageError: --name is missing"],
      [
        good,
        ["index", "create", "--send", ...named.slice(0, 4), "--seed-usd", "99"],
        "TemplateInvalidError: seedUsd must be at least 100",
      ],
      [
        good,
        ["index", "create", "--send", ...named.slice(0, 4), "--seed-usd", "1e6"],
        "UsageError: --seed-usd must be a number",
      ],
      [
        good,
        ["index", "create", "--send", ...named.slice(0, 4), "--seed-usd", "900000000000"],
        "UsageError: It cannot be created: the account",
      ],
      [good, ["index", "create", "--send", ...named, "--template", "magic"], "UsageError: --template must be one of"],
      [
        good,
        ["index", "create", "--send", ...named, "--rebalance", "hourly"],
        "MethodologyInvalidError: The methodology is not usable: rebalance",
      ],
      [good, ["index", "create", "--send", ...named, "--colour", "red"], "UsageError: unknown option '--colour'"],
      [good, ["index", "create", "--send", ...named], "UsageError: For whom?", ""],
      [good, ["index", "create", "--send", ...named, "--account", wallet.address], "needs a key", ""],
      [good, ["index", "create", "--send", ...named], "WalletError: GIMBAL_WALLET_KEY must be", "0x12"],
      [good, ["dance"], "UsageError: unknown command 'dance'"],
      [
        good,
        ["portfolio", "plan", "--kind", "barbell", "--indices", file],
        "PortfolioInvalidError: indices must be 1 to 64",
      ],
      [
        good,
        ["portfolio", "plan", "--kind", "barbell", "--indices", join(command.folder, "none.json")],
        "cannot be read",
      ],
      [
        good,
        ["portfolio", "buy", "--send", "--kind", "barbell", "--indices", file],
        "UsageError: --deposit is missing",
      ],
    ];
    for (const [text, args, words, key] of failures) {
      const path = csv(text);
      const line = args[1] === "create" ? [...args, "--csv", path] : args;
      expect(await command.failure(line, key === "" ? undefined : (key ?? KEY))).to.contain(words);
    }
    const { code, stderr } = await cli(["index", "create", "--send", ...named, "--csv", csv("ETHX,50\nDOGE,50\n")]);
    expect([code, stderr]).to.deep.equal([1, `${failures[0]![2]} is not known. Give its address.\n`]);
    expect(await indexCount()).to.equal(before);
  });
});

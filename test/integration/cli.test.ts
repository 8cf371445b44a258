import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { encryptKeystoreJson } from "ethers";
import { network } from "hardhat";
import { type Address, erc20Abi, getAddress, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { readContract } from "viem/actions";
import { FakeRemoteSigner } from "../../keeper/src/signers/remote.fixture.ts";
import { indexVaultAbi } from "../../sdk/src/index.ts";
import { CHILD_ENVIRONMENT } from "../helpers/childProcess.ts";
import { IndexCli } from "../helpers/indexCli.ts";
import { deployKeeperWorld, type KeeperWorld, proposedDecisions } from "../helpers/keeper.ts";
import { SIGNERS } from "../helpers/protocol.ts";
import { viemClient } from "../helpers/sdk.ts";
import { deployDao } from "../helpers/sdkDao.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const ROOT = join(import.meta.dirname, "../..");
const KEY = keccak256(toHex("a wallet on the command line"));
const wallet = privateKeyToAccount(KEY);

function deploymentOf(contracts: Record<string, unknown>, external: object, tokens: object) {
  const somewhere = contracts["IndexFactory"];
  const required = ["IndexVaultImplementation", "AmmFiller", "UniswapV3Adapter", "Zap", "IndexLens"];
  const filled = Object.fromEntries(required.map((name) => [name, somewhere]));
  const outside = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
  return {
    chainId: 31_337,
    blockNumber: 0,
    contracts: { ...filled, ...contracts },
    external: { ...Object.fromEntries(outside.map((name) => [name, somewhere])), ...external },
    tokens,
  };
}

async function withKeeper() {
  const world = await deployKeeperWorld(ethers, provider);
  await networkHelpers.setBalance(wallet.address, parseEther("1000"));
  await world.cash.mint(wallet.address, 100_000n * 10n ** 6n);
  return world;
}

async function withDao() {
  const world = await deployDao(ethers, provider, networkHelpers);
  await networkHelpers.setBalance(wallet.address, parseEther("10"));
  await world.contracts.gim.transfer(wallet.address, parseEther("30000000"));
  return world;
}

function filesOfMarket({ addresses, protocol, stack, zap, at }: KeeperWorld) {
  const contracts = {
    AssetRegistry: addresses.assetRegistry,
    KeeperRegistry: addresses.keeperRegistry,
    IndexFactory: protocol.factory.target,
    IndexVaultImplementation: protocol.implementation.target,
    AmmFiller: addresses.ammFiller,
    UniswapV3Adapter: addresses.venueAdapter,
    Zap: zap.target,
    IndexLens: addresses.indexLens,
    KeeperUpkeep: addresses.keeperUpkeep,
  };
  const external = {
    uniswapV3Factory: addresses.uniswapV3Factory,
    swapRouter02: stack.router.target,
    quoterV2: addresses.quoterV2,
    weth: addresses.weth,
  };
  const token = (address: string, decimals: number) => ({ address, decimals, feed: address });
  const tokens = {
    USDC: token(at.CASH, 6),
    USDT: token(at.USDT, 6),
    WETH: token(at.WETH, 18),
    BTC: token(at.BTC, 8),
  };
  return deploymentOf(contracts, external, tokens);
}

/** Runs a program of this repository as a user does. */
async function node(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, { env: { ...CHILD_ENVIRONMENT, ...environment } });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

describe("gimbal on the command line: holding", function () {
  this.timeout(240_000);
  let world: KeeperWorld;
  let cli: IndexCli;
  let vault: Address;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(withKeeper);
    cli = await IndexCli.open(provider, filesOfMarket(world));
    vault = getAddress(world.vault);
  });
  afterEach(() => cli.close());

  const client = viemClient(provider, wallet);
  const held = (token: Address): Promise<bigint> =>
    readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] });
  const nonce = () => ethers.provider.getTransactionCount(wallet.address);

  it("shows, quotes, buys with a permit and sells; sends only with --send", async () => {
    const symbol = await readContract(client, { address: vault, abi: indexVaultAbi, functionName: "symbol" });
    const status = await cli.run(["status"]);
    expect(status.code, status.stderr).to.equal(0);
    expect(status.stdout).to.contain("chain 31337, 1 indices").and.to.contain(vault).and.to.contain(symbol);

    const quote = await cli.json(["quote", symbol, "--shares", "2", "--with", "USDC"]);
    const buy = ["deposit", vault, "--shares", "2", "--with", "USDC"];
    const shown = await cli.run(buy, KEY);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(shown.stdout).to.contain("Nothing was sent. Add --send").and.to.contain("--permit signs instead");
    expect([await nonce(), await held(vault)], "a dry run sends nothing").to.deep.equal([0, 0n]);

    const before = await held(getAddress(world.at.CASH));
    const bought = await cli.json([...buy, "--permit", "--send"], KEY);
    expect(bought).to.include({ isSent: true, quotedIn: quote["quoted"] });
    expect([await nonce(), await held(vault)], "one transaction").to.deep.equal([1, parseEther("2")]);
    const spent = before - (await held(getAddress(world.at.CASH)));
    expect(Number(spent) / Number(quote["quoted"])).to.be.within(0.999, 1.005);

    const inKind = await cli.json(["quote", vault, "--usd", "50", "--sell"]);
    expect((inKind["amounts"] as object[]).length).to.equal(5);
    const sold = await cli.run(["redeem", vault, "--shares", "2", "--into", "ETH", "--permit", "--send"], KEY);
    expect(sold.code, sold.stderr).to.equal(0);
    expect(sold.stdout).to.match(/^sent a redemption of 2 shares, worth \$[\d.]+: 0x\w{64}$/m);
    expect(sold.stdout + sold.stderr, "no key in the output").not.to.contain(KEY.slice(2));
    expect([await nonce(), await held(vault)]).to.deep.equal([2, 0n]);
  });

  it("prints the trades from a table of holdings to an index's target", async () => {
    const holdings = cli.write("mine.csv", "token,amount\nUSDT,500\nWETH,0.25\n");
    const shown = await cli.run(["plan", "--index", vault, "--holdings", holdings]);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(shown.stdout)
      .to.contain("held $1,000.00")
      .and.to.match(/^buy +BTC +[\d.]+ +\$\d+/m);
    const plan = await cli.json(["plan", "--index", vault, "--holdings", holdings]);
    expect(plan["total"]).to.equal(String(parseEther("1000")));
    const trades = plan["trades"] as { side: string; toBps: number }[];
    expect(trades.findIndex(({ side }) => side === "buy")).to.equal(
      trades.filter(({ side }) => side === "sell").length,
    );
    expect(await cli.failure(["plan", "--index", vault, "--holdings", cli.write("bad.csv", "USDT,-1\n")])).to.contain(
      "WeightsCsvInvalidError: Line 1",
    );
    for (const [table, words] of [
      [`token,amount\n${vault},1\n`, "has no price that can be trusted now"],
      ["token,amount\nGOLD,1\n", "Line 2"],
      ["token,amount\nWETH,1\nWETH,2\n", "Line 3"],
      ["", "WeightsCsvInvalidError"],
    ] as const) {
      const file = cli.write("refused.csv", table);
      expect(await cli.failure(["plan", "--index", vault, "--holdings", file]), table).to.contain(words);
    }
  });

  it("sends with an encrypted keystore, as the keeper reads one", async () => {
    const password = "a password of the tests";
    const json = await encryptKeystoreJson({ address: wallet.address, privateKey: KEY }, password, {
      scrypt: { N: 2 },
    });
    writeFileSync(join(cli.folder, "wallet.json"), json, { mode: 0o600 });
    writeFileSync(join(cli.folder, "password"), password, { mode: 0o600 });
    const from = ["--keystore", join(cli.folder, "wallet.json"), "--password-file", join(cli.folder, "password")];
    const bought = await cli.json(["deposit", vault, "--shares", "1", "--with", "USDC", "--send", ...from]);
    expect(bought["isSent"]).to.equal(true);
    expect([await nonce(), await held(vault)], "an approval and the deposit").to.deep.equal([2, parseEther("1")]);
    expect(await cli.failure(["status", ...from], KEY)).to.contain("exclude each other");
  });

  it("sends with a remote signer, whose answers are checked, and shows no key", async () => {
    const signer = await FakeRemoteSigner.start();
    try {
      await networkHelpers.setBalance(signer.address, parseEther("1"));
      const from = ["--remote-signer", signer.url, "--account", signer.address];
      const buy = ["deposit", vault, "--shares", "0.01", "--with", "ETH", "--send"];
      const bought = await cli.json([...buy, ...from]);
      expect(bought["isSent"]).to.equal(true);
      const request = { address: vault, abi: erc20Abi, functionName: "balanceOf", args: [signer.address] } as const;
      expect(await readContract(client, request)).to.equal(parseEther("0.01"));
      expect(signer.requests.map(({ method }) => method)).to.deep.equal(["eth_signTransaction"]);

      signer.alter = (fields) => ({ ...fields, to: wallet.address });
      expect(await cli.failure([...buy, ...from])).to.contain("signed another transaction than it was asked to");
      expect(await ethers.provider.getTransactionCount(signer.address)).to.equal(1);
      expect(await cli.failure([...buy, ...from], KEY)).to.contain("--remote-signer and GIMBAL_WALLET_KEY exclude");
      expect(await cli.failure([...buy, "--remote-signer", signer.url])).to.contain("--account is missing");
      expect(await cli.failure([...buy, ...from, "--signer-api", "magic"])).to.contain("must be one of web3signer");
      expect(await cli.failure([...buy, ...from, "--keystore", "x"])).to.contain("exclude each other");
      expect(await cli.failure([...buy, "--remote-signer", "ftp://x", "--account", signer.address])).to.contain(
        "must be an address such as",
      );
    } finally {
      signer.stop();
    }
  });

  it("has its help ready before it reads the SDK", async () => {
    const code = `
      import { registerHooks } from "node:module";
      registerHooks({ resolve: (name, context, next) => {
        if (/^viem|@gimbal|sdk.src.index/.test(name)) throw new Error("loaded " + name);
        return next(name, context);
      } });
      const { run } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../scripts/cli/cli.ts")).href)});
      await run(["--help"]);`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", code], { env: CHILD_ENVIRONMENT });
    expect(child.stderr.toString()).to.equal("");
    expect(child.stdout.toString()).to.contain("Usage: gimbal").and.to.contain("portfolio");
  });

  it("says what is wrong: 2 for the command line, 1 for the rest, and sends nothing", async () => {
    const refused: readonly (readonly [readonly string[], string])[] = [
      [["deposit", vault, "--shares", "1"], "UsageError: For whom?"],
      [["deposit", vault, "--shares", "1", "--account", wallet.address, "--send", "--with", "ETH"], "needs a key"],
      [["deposit", vault], "UsageError: Give --shares or --usd"],
      [["deposit"], "UsageError: missing required argument 'index'"],
      [["quote", "NONE", "--shares", "1"], "UsageError: No index is called NONE"],
      [["quote", vault, "--shares", "1", "--with", "GOLD"], "GOLD is no token of the deployment"],
      [["quote", vault, "--shares", "1", "--colour", "red"], "UsageError: unknown option '--colour'"],
      [["verify", "0x12"], "UsageError: A transaction has a hash"],
    ];
    for (const [args, words] of refused) expect(await cli.failure(args)).to.contain(words);
    const poor = ["deposit", vault, "--shares", "100000", "--with", "USDC", "--slippage-bps", "1000"];
    expect((await cli.run(["deposit", vault, "--colour"], KEY)).code).to.equal(2);
    const failed = await cli.run([...poor, "--send"], KEY);
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.match(/^(BalanceTooSmallError|ArgumentInvalidError): /);
    expect(await nonce()).to.equal(0);
  });

  it("runs the keeper, verifies the decision of its transaction, and the examples tell why and buy", async () => {
    const [, rpc = ""] = cli.chain;
    cli.write(
      "keeper.json",
      JSON.stringify({
        rpcUrl: rpc,
        chainId: 31_337,
        deployment: "deployment.json",
        vaults: [vault],
        assets: Object.fromEntries(world.names),
        data: { source: "simulation", seed: 7 },
        weighting: "market-cap",
        journal: "keeper.db",
        transactions: { confirmations: 0, pollSeconds: 1 },
      }),
    );
    const keys = {
      GIMBAL_KEEPER_KEY: keccak256(toHex("gas of the keeper")),
      GIMBAL_SIGNER_KEYS: SIGNERS[0]!.privateKey,
    };
    const program = join(ROOT, "scripts/cli/cli.ts");
    const ran = await node([program, "keeper", "run", "--once", "--config", join(cli.folder, "keeper.json")], keys);
    expect(ran.code, ran.stderr).to.equal(0);
    const [hash] = await proposedDecisions(world);
    const [event] = await world.index.queryFilter(world.index.filters.WeightsProposed());
    const journal = join(cli.folder, "keeper.db");
    const verified = await cli.json(["verify", event!.transactionHash, "--journal", journal]);
    expect((verified["decisions"] as object[])[0]).to.include({ hash, vault, recomputed: "equal", chain: "matches" });
    const other = await world.cash.mint(wallet.address, 1n);
    expect(await cli.failure(["verify", other.hash, "--journal", journal])).to.contain("No decision stands in this");
    const wrong = await node([program, "keeper", "run", "--once", "--config", join(cli.folder, "none.json")], keys);
    expect(wrong.code, "the keeper's exit code is ours").to.equal(1);

    const why = await node([join(ROOT, "examples/why.ts"), rpc, vault, journal]);
    expect(why.code, why.stderr).to.equal(0);
    expect(why.stdout).to.contain(hash!).and.to.contain("DERISK").and.to.match(/^- \S/m);
    const buy = [join(ROOT, "examples/buy-with-permit.ts"), rpc, join(cli.folder, "deployment.json"), vault];
    const bought = await node(buy, { GIMBAL_WALLET_KEY: KEY });
    expect(bought.code, bought.stderr).to.equal(0);
    expect([await nonce(), await held(vault)]).to.deep.equal([1, parseEther("1")]);
  });

  it("prints completions that the shell takes, and runs a backtest", async () => {
    const program = join(ROOT, "scripts/cli/cli.ts");
    const { stdout } = await node([program, "completion", "bash"]);
    const complete = `${stdout}\nCOMP_WORDS=(gimbal claim a); COMP_CWORD=2; _gimbal; echo "\${COMPREPLY[@]}"`;
    const bash = spawn("bash", ["-c", complete]);
    let said = "";
    bash.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(bash, "close");
    expect(said.trim()).to.equal("airdrop");
    expect((await node([program, "completion", "zsh"])).stdout).to.contain("bashcompinit");
    expect((await node([program, "completion", "fish"])).stdout).to.contain("complete -c gimbal");
    expect((await node([program, "completion", "cmd"])).code).to.equal(2);
    const place = ["--out", join(cli.folder, "out"), "--ledger", join(cli.folder, "trials.json")];
    const period = ["--strategy", "equal", "--simulation", "--from", "2022-01-03", "--to", "2022-02-14"];
    const tried = await node([program, "backtest", ...period, ...place, "--json"]);
    expect(tried.code, tried.stderr).to.equal(0);
    const { performance, files } = JSON.parse(tried.stdout) as { performance: { days: number }; files: string[] };
    expect(performance.days).to.be.within(40, 43);
    expect(files.length).to.be.greaterThan(1);
  });
});

describe("gimbal on the command line: staking and voting", function () {
  this.timeout(120_000);

  it("locks, claims, proposes and votes", async () => {
    const world = await networkHelpers.loadFixture(withDao);
    const at = (contract: { target: unknown }) => String(contract.target);
    const { contracts: dao, addressOf } = world;
    const [gim, nowhere] = [at(dao.gim), world.factory];
    const contracts = {
      AssetRegistry: world.assetRegistry,
      KeeperRegistry: world.keeperRegistry,
      IndexFactory: world.factory,
      IndexLens: world.lens,
      GovernanceToken: gim,
      VotingEscrow: world.escrow,
      ScoreRegistry: world.scores,
      RevenueDistributor: world.distributor,
      FeeSplitter: world.splitter,
      Buyback: nowhere,
      Compounder: world.compounder,
      MerkleAirdrop: world.airdrop,
      SaleRoundFactory: world.saleFactory,
      IndexGovernor: world.governor,
      IndexTimelock: world.timelock,
      OptimisticModule: world.module,
    };
    const usdc = addressOf("USDC");
    const tokens = { USDC: { address: usdc, decimals: 6, feed: usdc } };
    const cli = await IndexCli.open(provider, deploymentOf(contracts, {}, tokens));
    try {
      const locking = ["lock", "--amount", "25000000", "--weeks", "208"];
      const shown = await cli.run(locking, KEY);
      expect(shown.code, shown.stderr).to.equal(0);
      expect(shown.stdout).to.contain("25,000,000 GIM until").and.to.contain("Nothing was sent");
      expect(await cli.json([...locking, "--permit", "--send"], KEY)).to.include({ isSent: true });
      const status = await cli.json(["status", "--account", wallet.address]);
      expect(status["stake"]).to.include({ status: "running", amount: String(parseEther("25000000")) });

      const week = 604_800;
      await networkHelpers.time.increaseTo((Math.floor((await networkHelpers.time.latest()) / week) + 1) * week + 1);
      await world.protocol.tokens.find(({ symbol }) => symbol === "USDC")!.token.mint(world.holder, 10n ** 9n);
      const token = world.protocol.tokens.find(({ symbol }) => symbol === "USDC")!.token;
      const holder = await ethers.getSigner(world.holder);
      await token.connect(holder).approve(world.distributor, 10n ** 9n);
      await dao.distributor.connect(holder).notify(usdc, 10n ** 9n);
      expect(await cli.failure(["claim", "revenue", "--token", "USDC"], KEY)).to.contain("no revenue to claim");
      await networkHelpers.time.increase(week);
      const claimed = await cli.json(["claim", "revenue", "--token", "USDC", "--send"], KEY);
      expect(claimed["isSent"]).to.equal(true);
      expect((await token.balanceOf(wallet.address)) > 10n ** 9n - 10n).to.equal(true);
      expect(
        await cli.failure(["claim", "airdrop", "--list", cli.write("list.json", JSON.stringify(world.list))], KEY),
      ).to.contain("is not on this list");

      const data = world.protocol.factory.interface.encodeFunctionData("setProtocolFee", [500, world.splitter]);
      const file = { description: "A lower fee", actions: [{ target: world.factory, value: "0", data }] };
      const proposing = ["propose", "--file", cli.write("proposal.json", JSON.stringify(file))];
      const dry = await cli.json(proposing, KEY);
      const proposed = await cli.json([...proposing, "--send"], KEY);
      expect([dry["isSent"], proposed["isSent"]]).to.deep.equal([false, true]);
      const id = String(proposed["proposalId"]);
      expect(id, "known before it is sent").to.equal(dry["proposalId"]);
      await networkHelpers.time.increase(2 * 86_400 + 1);
      const vote = ["vote", id, "for", "--reason", "Cheaper is better"];
      expect(await cli.json([...vote, "--send"], KEY)).to.include({ isSent: true, support: "for" });
      expect(await cli.failure([...vote, "--send"], KEY)).to.contain("has voted on this proposal already");
      expect(await cli.failure(["vote", id, "maybe"], KEY)).to.contain("for, against, abstain");
    } finally {
      cli.close();
    }
  });
});

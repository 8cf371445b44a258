import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type Address, type Hex, keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { decodeReceipt } from "../../api/src/credits/receipt.ts";
import { createProgram } from "../../scripts/cli/cli.ts";
import { completionScript } from "../../scripts/cli/completion.ts";
import { getStrategy, getVault } from "../../sdk/src/index.ts";
import { IndexCli } from "../helpers/indexCli.ts";
import { tokenBalance } from "../helpers/sdk.ts";
import { deployServicesWorld, FIRST_HASH, SECOND_HASH, type ServicesWorld, USD } from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400;
const [AUTHOR, BUYER] = ["an author", "a buyer"].map((name) => keccak256(toHex(name))) as [Hex, Hex];
const [author, buyer] = [AUTHOR, BUYER].map((key) => privateKeyToAccount(key).address) as [Address, Address];

/** Author and buyer have Ether, dollars and GIM. */
async function deployed() {
  const world = await deployServicesWorld(ethers, provider);
  for (const account of [author, buyer]) {
    await networkHelpers.setBalance(account, parseEther("10"));
    await world.dollars.mint(account, 100_000n * USD);
    await world.contracts.gim.transfer(account, parseEther("1000"));
  }
  return world;
}

function deploymentOf(world: ServicesWorld) {
  const nowhere = world.factory;
  const core = ["AssetRegistry", "KeeperRegistry", "IndexVaultImplementation", "AmmFiller", "UniswapV3Adapter", "Zap"];
  const outside = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
  const filled = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, nowhere]));
  const services = {
    StrategyRegistry: world.registry,
    StrategySharesFactory: world.sharesFactory,
    StrategyMarket: world.market,
    AccessPass: world.pass,
    GradeBook: world.gradeBook,
  };
  return {
    ...{ chainId: 31_337, blockNumber: 0, external: filled(outside), tokens: {} },
    contracts: { ...filled(core), IndexFactory: world.factory, IndexLens: world.lens, ...services },
  };
}

describe("gimbal on the command line: services", function () {
  this.timeout(240_000);
  let world: ServicesWorld;
  let cli: IndexCli;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    cli = await IndexCli.open(provider, deploymentOf(world));
  });
  afterEach(() => cli.close());

  const sent = async (args: readonly string[], key: Hex): Promise<Record<string, unknown>> => {
    const output = await cli.json([...args, "--send"], key);
    expect(output["isSent"], args.join(" ")).to.equal(true);
    return output;
  };
  const nonce = (account: Address) => ethers.provider.getTransactionCount(account);
  const register = (...more: string[]) =>
    sent(["strategy", "register", "--uri", "ipfs://first", "--hash", FIRST_HASH, ...more], AUTHOR);

  it("registers a strategy, shows it, and sends nothing without --send", async () => {
    const registering = [
      "strategy",
      "register",
      "--uri",
      "ipfs://first",
      "--hash",
      FIRST_HASH,
      "--royalty-bps",
      "2000",
    ];
    const shown = await cli.run(registering, AUTHOR);
    expect(shown.code, shown.stderr).to.equal(0);
    expect(shown.stdout).to.contain("would be 1 now").and.to.contain("Nothing was sent. Add --send");
    expect(await nonce(author)).to.equal(0);
    const registered = await sent([...registering, "--resale-bps", "500"], AUTHOR);
    expect(registered["result"]).to.deep.equal({ id: "1" });

    const manifest = cli.write("manifest.bin", "\u0000\u00ff rows");
    const dataset = await sent(
      ["strategy", "register", "--kind", "dataset", "--uri", "ipfs://rows", "--file", manifest],
      AUTHOR,
    );
    expect(dataset["hash"]).to.equal(keccak256(toHex("\u0000\u00ff rows")));
    const document = join(import.meta.dirname, "../../methodologies/global-100.json");
    const published = await sent(["strategy", "publish", "1", "--uri", "ipfs://2", "--methodology", document], AUTHOR);
    const { client, registry } = world;
    expect((await getStrategy(client, { registry, id: 1n })).hash).to.equal(published["hash"]);
    await sent(["strategy", "royalty", "1", "--royalty-bps", "1000"], AUTHOR);
    await sent(["strategy", "resale", "1", "--to", buyer], AUTHOR);

    const one = await cli.run(["strategy", "show", "1"]);
    expect(one.stdout).to.contain(`strategy 1 of ${author}`).and.to.contain("royalty 10.00% of the creator's part");
    expect(one.stdout).to.contain(`resale royalty 5.00% to ${buyer}`).and.to.contain(`version 0 of`);
    expect(one.stdout).to.contain(FIRST_HASH).and.to.contain("earned by use 0 USDC, 0 GIM");
    const list = await cli.run(["strategy", "list"]);
    expect(list.stdout)
      .to.contain("2 of 2")
      .and.to.match(/^ *2 +dataset/m);
    const rest = await cli.json(["strategy", "list", "--from", "2"]);
    expect((rest["strategies"] as object[]).length).to.equal(1);
    expect(await cli.failure(["strategy", "publish", "1", "--uri", "x", "--hash", SECOND_HASH], BUYER)).to.contain(
      "has no right to do this with token 1",
    );
  });

  it("announces a strategy for an index and applies exactly that, then pays its royalties out", async () => {
    const { client, vault, index, creator } = world;
    await register("--royalty-bps", "2000");
    await index.connect(creator).offerCurator(buyer);
    await networkHelpers.impersonateAccount(buyer);
    await index.connect(await ethers.getSigner(buyer)).acceptCurator();
    const symbol = String(await index.symbol());
    expect(await cli.failure(["strategy", "adopt", "1", symbol, "--hash", SECOND_HASH], BUYER)).to.contain(
      "is not the newest version",
    );
    expect(await cli.failure(["strategy", "adopt", "1", symbol], AUTHOR)).to.contain("has no right to do this");
    const adopted = await cli.run(["strategy", "adopt", "1", symbol, "--max-royalty-bps", "2000", "--send"], BUYER);
    expect(adopted.code, adopted.stderr).to.equal(0);
    const [, next = ""] = /gimbal (strategy apply .*)$/m.exec(adopted.stdout) ?? [];
    await sent(["strategy", "publish", "1", "--uri", "ipfs://2", "--hash", SECOND_HASH], AUTHOR);
    const applying = next.replace(" --send", "").split(" ");
    expect(await cli.failure(applying, AUTHOR)).to.contain("may be applied from");
    await networkHelpers.time.increase(7 * DAY + 1);
    expect(await cli.failure(["strategy", "apply", "1", symbol], AUTHOR)).to.contain("was never announced");
    await sent(applying, AUTHOR);
    const { strategy } = await getVault(client, { vault });
    expect([strategy.methodologyHash, strategy.royaltyBps]).to.deep.equal([FIRST_HASH, 2_000]);

    await networkHelpers.time.increase(30 * DAY);
    await index.distributeFees();
    const paid = await sent(["strategy", "pay-out", "1", symbol], BUYER);
    expect((paid["result"] as { amount: string }).amount).to.equal(String(await tokenBalance(client, vault, author)));
  });

  it("locks a token, shares royalties out, and sells it in an auction", async () => {
    const { client, registry, sharesFactory, dollars, usdc } = world;
    await register();
    const lock = [
      "shares",
      "lock",
      "1",
      "--name",
      "Momentum",
      "--symbol",
      "MOM",
      "--supply",
      "100",
      "--reserve",
      "1000",
    ];
    const shown = await cli.run(lock, AUTHOR);
    expect(shown.stdout).to.contain(`first: an approval of token 1 of ${registry} for ${sharesFactory}`);
    const { result } = await sent(lock, AUTHOR);
    const { shares } = result as { shares: Address };
    const { receiver } = await getStrategy(client, { registry, id: 1n });
    await dollars.mint(receiver, 10n * USD);
    const harvested = await sent(["shares", "harvest", "1", "USDC"], BUYER);
    expect(harvested["result"]).to.deep.equal({ amount: String(10n * USD) });
    expect(await cli.failure(["shares", "harvest", shares, "usdc"], BUYER)).to.contain("can be shared out again from");
    const before = await tokenBalance(client, usdc, author);
    expect((await sent(["shares", "claim", "1", "USDC"], AUTHOR))["result"]).to.include({ isComplete: true });
    expect((await tokenBalance(client, usdc, author)) - before).to.equal(10n * USD);

    const dry = await cli.json(["shares", "bid", "1", "--amount", "999"], BUYER);
    expect(dry["requirements"], "an approval of dollars").to.have.length(1);
    expect(await cli.failure(["shares", "bid", "1", "--amount", "999", "--send"], BUYER)).to.contain("is too low");
    expect((await sent(["shares", "bid", shares], BUYER))["bid"], "the least").to.equal(String(1_000n * USD));
    await sent(["shares", "bid", "1", "--amount", "2000"], AUTHOR);
    await sent(["shares", "withdraw", "1"], BUYER);
    const shownShares = await cli.run(["shares", "show", "1", "--account", author, "--token", "USDC"]);
    expect(shownShares.stdout).to.contain("Momentum (MOM): 100 shares of token 1, auction");
    expect(shownShares.stdout).to.contain(`2,000 USDC of ${author}, next bid 2,100 USDC`).and.to.contain("held 100");
    expect(shownShares.stdout).to.contain("royalties USDC: 1 rounds").and.to.contain("to claim 0");
    expect(await cli.failure(["shares", "settle", "1"], BUYER)).to.contain("The auction runs until");
    await networkHelpers.time.increase(7 * DAY);
    await sent(["shares", "settle", "1", "--token", "USDC", "--token", "GIM"], BUYER);
    const out = await sent(["shares", "cash-out", "1", "--shares", "40"], AUTHOR);
    expect(out["result"]).to.deep.equal({ paid: String(800n * USD) });
    await sent(["shares", "cash-out", "1"], AUTHOR);
    expect(await cli.failure(["shares", "cash-out", "1"], AUTHOR)).to.contain("has no shares of this");
    expect(await cli.failure(["shares", "bid", "1"], BUYER)).to.contain("Nobody can bid here any more");
    expect((await cli.run(["shares", "show", "1"])).stdout).to.contain(`sold to ${author} for 2,000 USDC`);

    await sent([...lock, "--currency", "GIM"], AUTHOR);
    await sent(["shares", "redeem", "1"], AUTHOR);
    const list = await cli.run(["shares", "list", "--account", author]);
    expect(list.stdout).to.contain("2 of 2").and.to.contain("sold").and.to.contain("redeemed");
  });

  it("sells a strategy and credits at a price, and takes an offer back", async () => {
    const { client, registry, usdc } = world;
    await register();
    const shown = await cli.run(["market", "sell", "strategy", "1", "--price", "500"], AUTHOR);
    expect(shown.stdout).to.contain("an offer of strategy 1 at 500 USDC").and.to.contain("Nothing was sent");
    await sent(["market", "sell", "strategy", "1", "--price", "500", "--days", "7"], AUTHOR);
    await sent(["credits", "buy", "signals", "--units", "50"], AUTHOR);
    const selling = ["market", "sell", "credits", "signals", "--units", "50", "--price", "2", "--currency", "GIM"];
    const dry = await cli.run(selling, AUTHOR);
    expect(dry.stdout).to.contain("first: an approval of all that the account has of");
    await sent(selling, AUTHOR);
    const list = await cli.run(["market", "list"]);
    expect(list.stdout)
      .to.contain("2 of 2 stand")
      .and.to.match(/^ *1 +strategy 1 +1 of 1 +500 USDC/m);
    expect(list.stdout).to.match(/^ *2 +credits signals +50 of 50 +2 GIM/m);
    const offer = await cli.run(["market", "show", "1"]);
    expect(offer.stdout).to.contain("costs 500 USDC: royalty 0 USDC, fee 12.5 USDC, seller 487.5 USDC");
    expect(offer.stdout).to.contain(`newest version ${FIRST_HASH}`);

    const buying = ["market", "buy", "1", "--hash", FIRST_HASH];
    expect(await cli.failure([...buying, "--max-cost", "499.99"], BUYER)).to.contain("this costs 500000000");
    expect(await cli.failure(["market", "buy", "1", "--hash", SECOND_HASH, "--send"], BUYER)).to.contain(
      "has published another version meanwhile",
    );
    const before = await tokenBalance(client, usdc, buyer);
    await sent(buying, BUYER);
    expect(before - (await tokenBalance(client, usdc, buyer))).to.equal(500n * USD);
    expect((await getStrategy(client, { registry, id: 1n })).owner).to.equal(buyer);
    await sent(["market", "buy", "2", "--units", "20"], BUYER);
    expect(await cli.failure(["market", "cancel", "2"], BUYER)).to.contain("is not the seller");
    await sent(["market", "cancel", "2"], AUTHOR);
    expect(await cli.json(["market", "list"])).to.deep.equal({ total: 2, listings: [] });
  });

  it("buys, loads and unloads credits, runs a plan and a trial, and signs a receipt that the API reads", async () => {
    const { pass, passContract, usdc, client } = world;
    expect(await cli.failure(["credits", "buy", "signals", "--units", "5", "--max-cost", "0.01"], BUYER)).to.contain(
      "this costs 50000",
    );
    await sent(["credits", "buy", "signals", "--units", "100", "--currency", "GIM", "--to", buyer], BUYER);
    await sent(["credits", "load", "signals", "--units", "90"], BUYER);
    await sent(["credits", "notice", "signals", "--units", "30"], BUYER);
    await sent(["credits", "plan", "0", "--periods", "2"], BUYER);
    await sent(["credits", "trial"], BUYER);
    await sent(["credits", "key", author, "--days", "10"], BUYER);
    const shown = await cli.run(["credits", "show", "--account", buyer]);
    expect(shown.stdout).to.match(/^signals +10 +90 +30 from \d{4}-\d\d-\d\d \d\d:\d\d +0\.01 USDC or 1 GIM/m);
    expect(shown.stdout)
      .to.match(/^compute +0 +0 +not sold/m)
      .and.to.match(/^0 +signals decisions +5000 +until \d{4}/m);
    expect(shown.stdout).to.contain("trial: 50 left until").and.to.contain(`key ${author} until`);
    await networkHelpers.time.increase(DAY);
    expect((await sent(["credits", "unload", "signals"], BUYER))["result"]).to.deep.equal({ units: "30" });

    await register();
    const signing = ["credits", "sign", "signals", "--units", "4", "--nonce", "0", "--asset", "1", "--payer", buyer];
    const { header } = (await cli.json(signing, AUTHOR)) as { header: string };
    const printed = await cli.run(signing, AUTHOR);
    expect(printed.stdout).to.match(/^Gimbal-Receipt: [\w-]+$/m);
    const { signature, contract, account, id, asset, nonce: used, units, validUntil } = decodeReceipt(header);
    expect([contract, account, id, asset, units]).to.deep.equal([pass, buyer, 1n, 1n, 4]);
    const [r, s, v] = [signature.slice(0, 66), signature.slice(66, 130), Number(`0x${signature.slice(130)}`)];
    const vs = toHex(BigInt(`0x${s}`) | (BigInt(v - 27) << 255n), { size: 32 });
    await passContract.settle([{ account, id, asset, receipts: [{ nonce: used, units, validUntil, r, vs }] }]);
    const { credits } = (await cli.json(["credits", "show", "--account", buyer])) as { credits: { meter: string }[] };
    expect(credits[0]?.meter).to.equal("56");
    const before = await tokenBalance(client, world.gim, author);
    await sent(["credits", "claim", "1", "--currency", "GIM"], BUYER);
    expect((await tokenBalance(client, world.gim, author)) - before).to.equal(parseEther("1.6"));
    expect(await cli.failure(["credits", "claim", "1"], BUYER)).to.contain(`Nothing was earned in ${usdc}`);
    await sent(["credits", "key"], BUYER);
    expect(await cli.failure(["credits", "trial"], BUYER)).to.contain("had its trial");
  });

  it("says what is wrong with a command line, sends nothing, and completes its words", async () => {
    const refused: readonly (readonly [readonly string[], string])[] = [
      [["strategy", "show", "0"], "UsageError: A strategy has a number such as 1, not 0"],
      [["strategy", "show", "9"], "ContractError: There is no token with this id"],
      [["strategy", "register", "--uri", "x"], "UsageError: Give one of --hash, --methodology and --file"],
      [["strategy", "register", "--uri", "x", "--hash", "0x1"], "UsageError: --hash must be 0x and 64 digits"],
      [["strategy", "register", "--hash", FIRST_HASH, "--kind", "model"], "--kind must be one of strategy, dataset"],
      [["strategy", "register", "--uri", "x", "--hash", FIRST_HASH, "--resale-bps", "1001"], "ArgumentInvalidError"],
      [["shares", "show", "1"], "UsageError: Token 1 was never locked"],
      [["shares", "show", world.pass], "are no shares of a strategy"],
      [["shares", "lock", "1", "--name", "x", "--symbol", "x", "--supply", "1"], "--reserve is missing"],
      [["shares", "lock", "1", "--name", "x", "--symbol", "x", "--currency", "EUR"], "must be one of USDC, GIM"],
      [["market", "show", "1"], "ContractError: There is no offer 1"],
      [["market", "sell", "plans", "1", "--price", "1"], "--what must be one of strategy, credits"],
      [["market", "sell", "credits", "gpu", "--price", "1"], "--service must be one of signals"],
      [["market", "sell", "strategy", "1"], "--price is missing"],
      [["credits", "buy", "signals"], "--units is missing"],
      [["credits", "plan", "x"], "--plan must be a whole number"],
      [["credits", "plan", "7"], "ContractError: There is no plan 7"],
      [["credits", "key", "0x12"], "--key must be an address"],
      [["credits", "sign", "signals", "--units", "1"], "--nonce is missing"],
    ];
    for (const [args, words] of refused) expect(await cli.failure(args, AUTHOR), args.join(" ")).to.contain(words);
    expect(await cli.failure(["credits", "show"])).to.contain("UsageError: For whom?");
    expect(await cli.failure(["credits", "trial", "--account", buyer, "--send"])).to.contain("needs a key");
    expect((await cli.run(["market", "buy"], AUTHOR)).code).to.equal(2);
    expect(await nonce(author)).to.equal(0);
    const groups = new Map(
      createProgram().commands.map((group) => [group.name(), group.commands.map((c) => c.name())]),
    );
    expect(groups.get("market")).to.deep.equal(["list", "show", "sell", "buy", "cancel"]);
    const script = completionScript(createProgram(), "bash");
    for (const group of ["strategy", "shares", "market", "credits"]) {
      for (const name of groups.get(group)!) expect(script).to.contain(`"${group}/${name}") COMPREPLY=`);
    }
  });
});

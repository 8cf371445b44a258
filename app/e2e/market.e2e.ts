import {
  getCredits,
  getListings,
  getShares,
  getStrategy,
  getVault,
  methodologyHash,
  methodologyText,
  servicesOf,
  templateMethodology,
} from "@gimbal/sdk";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Address, erc20Abi, keccak256, parseEther, parseUnits, stringToHex } from "viem";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const WEEK = 7 * 86_400;
const dollars = (amount: string) => parseUnits(amount, 6);
const RULES = templateMethodology({
  ...{ template: "equal", name: "Rules of the test", symbol: "RULES", stables: ["USDC"] },
  ...{ weights: [{ symbol: "LINK", weightBps: 10_000 }], fees: { streamingBps: 50, mintBps: 0 } },
});
const SECOND = keccak256(stringToHex("second version"));

inItsOwnTime("the marketplace", () => {
  let world: World;
  let url: string;
  let author: TestWallet;
  let buyer: TestWallet;
  let services: ReturnType<typeof servicesOf>;
  let usdc: Address;
  const visits = new Map<TestWallet, Visit>();

  before(async () => {
    ({ world } = await theStage());
    ({ url } = await world.serve());
    services = servicesOf(world.deployment);
    usdc = world.deployment.tokens.USDC?.address ?? "0x";
    [author, buyer] = [world.wallet(), world.wallet()];
    for (const { address } of [author, buyer]) {
      await world.giveEther(address, parseEther("10"));
      await world.giveToken("USDC", address, dollars("1000"));
    }
  });
  afterEach(() => {
    for (const { faults } of visits.values()) expect(faults).to.deep.equal([]);
  });
  after(() => Promise.all([...visits.values()].map(({ close }) => close())));

  const as = async (wallet: TestWallet, path: string): Promise<Page> => {
    const known = visits.get(wallet);
    if (known !== undefined) {
      await known.page.goto(`${url}${path}`);
      return known.page;
    }
    const made = await visit(`${url}${path}`, { wallet });
    visits.set(wallet, made);
    await connect(made.page);
    return made.page;
  };
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
  const strategy = (id: bigint) =>
    getStrategy(world.chain.client, {
      ...{ registry: services.StrategyRegistry, id, sharesFactory: services.StrategySharesFactory },
    });
  const held = (owner: Address) =>
    world.chain.client.readContract({ address: usdc, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
  const listings = async () =>
    (await getListings(world.chain.client, { market: services.StrategyMarket })).listings.map(({ id }) => id);

  it("registers a strategy from its document, publishes a version, changes the royalty, hands on the sales' part", async () => {
    const page = await as(author, "/market");
    await page.getByText("No strategy is registered yet").waitFor();
    const file = { name: "rules.json", mimeType: "application/json", buffer: Buffer.from(methodologyText(RULES)) };
    await page.getByLabel("The document").setInputFiles(file);
    await page.getByText("Hash of the rules of “Rules of the test”").waitFor();
    await page.getByRole("button", { name: "Say where the document is" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("Where it can be read").fill("ipfs://rules");
    await page.getByLabel("Royalty", { exact: true }).fill("60");
    await page.getByRole("button", { name: "From 0% to 50%" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("Royalty", { exact: true }).fill("10");
    await page.getByLabel("Part of each sale").fill("5");
    await press(page, "Register it");
    await page.getByRole("link", { name: "Open number 1" }).click();
    await page.getByRole("heading", { name: "Publish a version" }).waitFor();
    await page.getByLabel("Its hash").fill(SECOND);
    await page.getByLabel("Where it can be read").fill("ipfs://second");
    await press(page, "Publish it");
    await page.getByRole("cell", { name: "ipfs://second" }).waitFor();
    await page.getByLabel("Royalty of later adoptions").fill("12.5");
    await press(page, "Set the royalty");
    await page.getByText("pay 12.50% of their creator's fees").waitFor();
    await page.getByLabel("Who gets it from now on").fill(buyer.address);
    await press(page, "Hand it on");
    await page.getByRole("heading", { name: "Hand on your part of its sales" }).waitFor({ state: "detached" });
    expect(await strategy(1n)).to.include({
      ...{ owner: author.address, kind: "strategy", versions: 2, hash: SECOND },
      ...{ royaltyBps: 1_250, resaleBps: 500, resaleReceiver: buyer.address },
    });
    expect(methodologyHash(RULES)).not.to.equal(SECOND);
  });

  it("registers a data set, which has no royalty; offers it and takes the offer back", async () => {
    const page = await as(author, "/market");
    await page.getByLabel("Kind").selectOption("dataset");
    expect(await page.getByLabel("Royalty", { exact: true }).count()).to.equal(0);
    const file = { name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from("day,price\n1,2\n") };
    await page.getByLabel("The document").setInputFiles(file);
    await page.getByLabel("Where it can be read").fill("https://data.example/prices.csv");
    await press(page, "Register it");
    await page.getByRole("link", { name: "Data set 2" }).click();
    await page.getByLabel("Price of one").fill("7");
    await press(page, "Approve the strategy");
    await press(page, "Offer");
    await page.getByRole("button", { name: "Take back: Strategy 2" }).waitFor();
    expect(await listings()).to.deep.equal([2n]);
    await page.goto(`${url}/market`);
    await press(page, "Offers");
    await press(page, "Take back: Strategy 2");
    await page.getByText("Nothing is offered now").waitFor();
    expect(await listings()).to.deep.equal([]);
    expect(await strategy(2n)).to.include({ kind: "dataset", owner: author.address, royaltyBps: 0 });
  });

  it("sells a strategy to another account: seller, author's part and fee add up to the price", async () => {
    const page = await as(author, "/market/1");
    await page.getByLabel("Price of one").fill("100");
    await press(page, "Approve the strategy");
    await press(page, "Offer");
    await page.getByRole("button", { name: "Take back: Strategy 1" }).waitFor();
    const [sold, had] = [await held(author.address), await held(buyer.address)];
    const shop = await as(buyer, "/market");
    await press(shop, "Offers");
    await press(shop, "Approve USDC: Strategy 1");
    await press(shop, "Buy: Strategy 1");
    await shop.getByText("Nothing is offered now").waitFor();
    expect((await strategy(1n)).owner).to.equal(buyer.address);
    expect((await held(author.address)) - sold, "less 5% to the author's heir and 2.5% to the market").to.equal(
      dollars("92.5"),
    );
    expect((await held(buyer.address)) - had, "who is that heir").to.equal(-dollars("95"));
  });

  it("announces it for an index by its curator, and lets anybody put it in force a week later", async () => {
    const vault = await world.createIndex({
      ...{ name: "Followers", symbol: "FLW", weights: { LINK: 8_000, USDC: 2_000 }, curator: author.address },
    });
    const page = await as(author, "/market/1");
    await page.getByLabel("Index", { exact: true }).selectOption({ label: "Blue Chips (BLUE)" });
    await page.getByRole("button", { name: "It has no curator" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("Index", { exact: true }).selectOption({ label: "Followers (FLW), which you curate" });
    await press(page, "Announce it");
    await page.getByText("Announced: version 1 for a royalty of 12.50%").waitFor();
    await page.getByRole("button", { name: "It is announced" }).and(page.locator(":disabled")).waitFor();
    await page.getByRole("button", { name: "Its week is not over yet" }).and(page.locator(":disabled")).waitFor();
    await world.chain.advanceTo((await world.chain.now()) + WEEK);
    const other = await as(buyer, "/market/1");
    await other.getByLabel("Index", { exact: true }).selectOption({ label: "Followers (FLW)" });
    await press(other, "Put it in force: Followers");
    await other.getByText("It follows this strategy, for 12.50% of its creator's fees.").waitFor();
    const { strategy: followed } = await getVault(world.chain.client, { vault });
    const { receiver } = await strategy(1n);
    expect(followed).to.deep.equal({ recipient: receiver, royaltyBps: 1_250, methodologyHash: SECOND });
  });

  it("locks a strategy in shares, harvests its royalties and claims them", async () => {
    const page = await as(buyer, "/market/1");
    await page.getByLabel("Name of the shares").fill("Parts of the rules");
    await page.getByLabel("Symbol").fill("PART");
    await page.getByLabel("Least first bid").fill("500");
    await press(page, "Approve the strategy");
    await press(page, "Lock it");
    await page.getByRole("heading", { name: "Shares: Parts of the rules (PART)" }).waitFor();
    const { owner, shares = "0x", receiver } = await strategy(1n);
    expect(owner).to.equal(shares);
    const own = await getShares(world.chain.client, { shares, account: buyer.address, tokens: [] });
    expect([own.balance, own.reservePrice]).to.deep.equal([parseEther("1000"), dollars("500")]);
    await world.giveToken("USDC", receiver, dollars("30"));
    await world.chain.advanceTo((await world.chain.now()) + 1); // not in the second of the lock
    await page.reload();
    const before = await held(buyer.address);
    await press(page, "Harvest: USDC");
    await press(page, "Claim: USDC");
    await page.getByRole("button", { name: /^Claim/ }).waitFor({ state: "detached" });
    await page
      .getByText(/^next round/)
      .first()
      .waitFor();
    expect((await held(buyer.address)) - before).to.equal(dollars("30"));
  });

  it("sells credits and plans, and gives a trial", async () => {
    const page = await as(buyer, "/market");
    await press(page, "Credits and plans");
    await page.getByLabel("Units", { exact: true }).fill("0");
    await page.getByRole("button", { name: "Type whole units" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("Units", { exact: true }).fill("200");
    await page.getByText("2 USDC before the discount").waitFor();
    const before = await held(buyer.address);
    const uses = page.getByRole("heading", { name: "Use credits" }).locator("..").locator("..");
    await uses.getByRole("button", { name: "Approve USDC" }).click();
    await uses.getByRole("button", { name: "Buy", exact: true }).click();
    await page
      .getByRole("row", { name: /^SIGNALS/ })
      .getByRole("cell", { name: "200", exact: true })
      .waitFor();
    await uses.getByLabel("What to do").selectOption("load");
    await uses.getByLabel("Units", { exact: true }).fill("150");
    await press(page, "Load");
    await page
      .getByRole("row", { name: /^SIGNALS/ })
      .getByRole("cell", { name: "150", exact: true })
      .waitFor();
    await press(page, "Start the trial");
    await page.getByText("It runs until").waitFor();
    await press(page, "Approve USDC");
    await press(page, "Buy the plan");
    await page
      .getByRole("row", { name: /^Plan 0/ })
      .getByText(/^until/)
      .waitFor();
    const at = { pass: services.AccessPass, account: buyer.address };
    const { credits, plans, trial } = await getCredits(world.chain.client, at);
    const signals = credits.find(({ service }) => service === "signals");
    expect([signals?.wallet, signals?.meter, plans[0]?.isRunning, trial.state]).to.deep.equal([
      ...[50n, 150n, true, "running"],
    ]);
    expect(before - (await held(buyer.address)), "2 for the credits and 29 for the plan").to.equal(dollars("31"));
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getIndices, getVault } from "@gimbal/sdk";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Address, erc20Abi, parseEther, parseUnits } from "viem";
import { loadApiConfig } from "../../api/src/config.ts";
import { startApi } from "../../api/src/server.ts";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

/** Methods that a wallet asks a person about. */
const ASKS = ["eth_sendTransaction", "eth_signTypedData_v4", "personal_sign"];

inItsOwnTime("the wizard of new indices", () => {
  let world: World;
  let url: string;
  let visited: Visit | undefined;

  before(async () => {
    ({ world } = await theStage());
    ({ url } = await world.serve());
  });
  afterEach(() => visited?.close());

  const open = async (wallet: TestWallet, width?: number): Promise<Page> => {
    await world.giveEther(wallet.address, parseEther("10"));
    visited = await visit(`${url}/create`, { wallet, ...(width === undefined ? {} : { width }) });
    await connect(visited.page);
    return visited.page;
  };
  const signed = (wallet: TestWallet) => wallet.asked.filter((method) => ASKS.includes(method));
  const next = (page: Page, name: string) => page.getByRole("button", { name: `Next: ${name}` });
  const part = (page: Page, symbol: string) => page.getByLabel(`Part of ${symbol}, percent`);
  const setPart = async (page: Page, symbol: string, percent: string) => {
    await part(page, symbol).fill(percent);
    await part(page, symbol).press("Enter");
  };
  /** Approves the token that is asked for, and waits for what comes after it. */
  const approveNext = async (page: Page) => {
    const button = page.getByRole("button", { name: /^Approve \w+$/ });
    const label = (await button.textContent()) ?? "";
    await button.click();
    await page.getByRole("button", { name: label }).waitFor({ state: "detached" });
  };
  const findVault = async (symbol: string): Promise<Address> => {
    const { indices } = await getIndices(world.chain.client, { factory: world.deployment.contracts.IndexFactory });
    for (const vault of indices) {
      if ((await getVault(world.chain.client, { vault })).symbol === symbol) return vault;
    }
    throw new Error(`the factory has no ${symbol}`);
  };

  it("takes tokens from a search, survives reloads, and creates what it showed", async () => {
    const wallet = world.wallet();
    await world.giveToken("WETH", wallet.address, parseEther("1"));
    await world.giveToken("LINK", wallet.address, parseEther("100"));
    const page = await open(wallet);
    const search = page.getByLabel("Search listed tokens");
    expect(await next(page, "Terms").count(), "an empty basket goes nowhere").to.equal(0);
    await search.fill("nothing like it");
    await page.getByText("No listed token is called “nothing like it”").waitFor();
    for (const symbol of ["WETH", "LINK"]) {
      await search.fill(symbol.toLowerCase());
      await page.getByRole("button", { name: `Add ${symbol}` }).click();
    }
    await setPart(page, "WETH", "70");
    expect(await part(page, "LINK").inputValue(), "the other one makes room").to.equal("30");
    await page.getByLabel("LINK keeps its part").check();
    await setPart(page, "WETH", "60");
    await page.getByRole("button", { name: "The parts sum to 90%, not 100%" }).and(page.locator(":disabled")).waitFor();
    await page.getByRole("button", { name: "Fill up to 100%" }).click();
    await next(page, "Terms").click();

    await page.getByLabel("Name", { exact: true }).fill("Ether and links");
    await page.getByLabel("Symbol", { exact: true }).fill("etl");
    await page.getByLabel("Seed").fill("50");
    await page.getByRole("button", { name: "At least 100 USD" }).waitFor();
    await page.getByLabel("Seed").fill("500");
    await page.reload();
    expect(await page.getByLabel("Symbol", { exact: true }).inputValue(), "a reload forgets nothing").to.equal("ETL");
    await next(page, "Preview").click();

    await page.getByText("It can be created like this.").waitFor();
    const cost = page.getByText("Gas of the creation", { exact: true }).locator("..");
    await cost.getByText(/^[\d,]+ gas/).waitFor();
    await page.getByRole("button", { name: "Run the backtest" }).click();
    await page.getByText("You can create the index without one.").waitFor();
    await next(page, "Create").click();
    await page.getByText("WETH 70%, LINK 30%").waitFor();
    expect(signed(wallet), "nothing was signed so far").to.deep.equal([]);

    await approveNext(page);
    await page.reload();
    await approveNext(page);
    await page.getByRole("button", { name: "Create the index" }).click();
    await page.getByText("ETL is created").waitFor();
    expect(signed(wallet), "one approval a token, and the creation").to.have.length(3);

    const vault = await findVault("ETL");
    const shares = await world.chain.client.readContract({
      ...{ address: vault, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] },
    });
    expect(Number(shares) / 1e18, "shares for $500 at $100 each").to.be.within(4.9, 5.1);
    await page.getByRole("link", { name: "Open the index" }).click();
    await page.getByRole("heading", { name: "Ether and links" }).waitFor();
    await page.getByRole("link", { name: "Indices", exact: true }).click();
    await page.getByRole("link", { name: "Ether and links" }).waitFor();
    expect(visited?.faults).to.deep.equal([]);
  });

  it("says of a table which line is wrong, and of a basket what is lacking, before anything is signed", async () => {
    const wallet = world.wallet();
    const page = await open(wallet, 375);
    const fault = async (table: string, words: RegExp) => {
      await page.getByLabel("Paste a table").fill(table);
      await page.getByRole("button", { name: "Use this table" }).click();
      await page.getByText(words).waitFor();
      await page.getByText("The basket is empty").waitFor();
    };
    await fault("token,weight\nWETH,60%\nPEPE,40%", /Line 3: the token PEPE is not known/i);
    await fault("token,weight\nWETH,60%\nUSDC,30%", /sum/i);
    await fault("token,weight\nWETH,60%\nWETH,40%", /WETH is on line 2 already/);
    const many = Array.from({ length: 129 }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")},0.775`);
    await fault(["token,weight", ...many].join("\n"), /at most 128 tokens/);

    const table = Buffer.from("token;weight\nWBTC;55\nUSDC;45\n");
    await page.getByLabel("or a file").setInputFiles({ name: "mine.csv", mimeType: "text/csv", buffer: table });
    await page.getByText("2 tokens, 100.00% in all").waitFor();
    await next(page, "Terms").click();
    await page.getByLabel("Name", { exact: true }).fill("Coin and cash");
    await page.getByLabel("Symbol", { exact: true }).fill("CASH");
    await next(page, "Preview").click();
    await page.getByText("You hold too little WBTC for the seed.").waitFor();
    await next(page, "Create").click();
    await page.getByText("Your fee", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: /^(Approve|Create the index)/ }).count()).to.equal(0);
    expect(signed(wallet)).to.deep.equal([]);

    await world.giveToken("WBTC", wallet.address, parseUnits("0.1", 8));
    await world.giveToken("USDC", wallet.address, parseUnits("1000", 6));
    await page.reload();
    await approveNext(page);
    await approveNext(page);
    await page.getByRole("button", { name: "Create the index" }).click();
    await page.getByText("CASH is created").waitFor();
    await findVault("CASH");
    expect(visited?.faults).to.deep.equal([]);
  });

  it("backtests the basket that was typed, with its stable part, and says what it was reckoned as", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-api-"));
    const settings = { rpcUrl: world.chain.url, deployment: "deployment.json", store: ":memory:", port: 0 };
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(world.deployment));
    writeFileSync(join(folder, "api.json"), JSON.stringify({ ...settings, logLevel: "silent" }));
    const api = await startApi(loadApiConfig(join(folder, "api.json"), {}));
    try {
      const { url: withApi } = await world.serve(api.url);
      visited = await visit(`${withApi}/create`, { width: 375 });
      const { page } = visited;
      await page.getByLabel("Paste a table").fill("token,weight\nWETH,50%\nUSDC,50%");
      await page.getByRole("button", { name: "Use this table" }).click();
      await next(page, "Terms").click();
      await page.getByLabel("Name", { exact: true }).fill("Half and half");
      await page.getByLabel("Symbol", { exact: true }).fill("HALF");
      await next(page, "Preview").click();
      await page.getByLabel("Prices").selectOption("simulated");
      await page.getByLabel("From").fill("2022-05-01");
      await page.getByLabel("To", { exact: true }).fill("2022-05-28");
      await page.getByRole("button", { name: "Run the backtest" }).click();
      await page.getByText("WETH is reckoned at the price of ETH.").waitFor({ timeout: 40_000 });
      await page.getByText("What stable tokens hold is reckoned as USDC.").waitFor();
      await page
        .getByRole("row", { name: /^Half and half/ })
        .getByText(/^[+-]\d+\.\d\d%$/)
        .waitFor();
      await page.getByRole("row", { name: /^Bitcoin/ }).waitFor();
      expect(visited.faults).to.deep.equal([]);
    } finally {
      await api.close();
      rmSync(folder, { recursive: true });
    }
  });
});

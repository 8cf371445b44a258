import {
  batchFactoryAbi,
  createBatchDepositor,
  deliverShares,
  getBatch,
  getBatchAccount,
  getBatchCurve,
  openBatch,
  pauseIndex,
} from "@gimbal/sdk";
import { expect } from "chai";
import { type Address, erc20Abi, formatUnits, parseEther, parseUnits } from "viem";
import { actAs, passUntil, pay } from "./acting.ts";
import { inItsOwnTime, theStage } from "./stage.ts";
import { confirm, trader } from "./trader.ts";
import type { World } from "./world.ts";

/** Place of the account that seeded the indices and holds their first shares, and of the guardian. */
const MAKER = 1;
const GUARDIAN = 10;

/** Somebody on the page of an index, with shares of it. */
async function holder(world: World, symbol: string, shares: bigint) {
  const visited = await trader(world, symbol);
  await pay(world, visited.vault, world.chain.accounts[MAKER] as Address, visited.wallet.address, shares);
  await visited.page.reload();
  return visited;
}

const addressOf = (world: World, symbol: string) => world.deployment.tokens[symbol]?.address as Address;

inItsOwnTime("other ways to trade", () => {
  it("sell into Ether, and bring no less than was promised", async () => {
    const { world } = await theStage();
    const { page, wallet, vault, held, faults, close } = await holder(world, "BLUE", parseEther("3"));
    const { client } = world.chain;
    await page.getByRole("tab", { name: "Sell" }).click();
    await page.getByRole("combobox", { name: "Token to receive" }).selectOption({ label: "ETH" });
    await page.getByLabel(/^Max /).click();
    const promised = page.getByText("Minimum received").locator("..").locator("[title]");
    await promised.waitFor();
    const before = await client.getBalance({ address: wallet.address });
    const nonce = await client.getTransactionCount({ address: wallet.address });
    await page.getByRole("button", { name: "Review", exact: true }).click();
    const dialog = page.getByRole("dialog");
    const least = await dialog.getByText("Minimum received").locator("..").locator("[title]").getAttribute("title");
    await dialog.getByRole("button", { name: "Sign for BLUE" }).click();
    await dialog.getByRole("button", { name: "Sell", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    const { transactions } = await client.getBlock({ includeTransactions: true });
    const [sale] = transactions;
    if (sale === undefined) throw new Error("the sale is not in the last block");
    const { gasUsed, effectiveGasPrice } = await client.getTransactionReceipt({ hash: sale.hash });
    const got = (await client.getBalance({ address: wallet.address })) - before + gasUsed * effectiveGasPrice;
    const words = /^([\d.]+) ETH$/.exec(least ?? "");
    expect(got >= parseEther(words?.[1] ?? "1000"), `${formatUnits(got, 18)} of at least ${least}`).to.equal(true);
    expect(got < parseEther("0.1"), "three shares of $100 at $3,000").to.equal(true);
    expect(await held(vault)).to.equal(0n);
    expect((await client.getTransactionCount({ address: wallet.address })) - nonce).to.equal(1);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("make shares of the tokens themselves, each approved for its own maximum and nothing beyond", async () => {
    const { world } = await theStage();
    const { page, wallet, vault, held, faults, close } = await trader(world, "BLUE");
    const legs = ["WETH", "WBTC", "USDC"] as const;
    await world.giveToken("WETH", wallet.address, parseEther("1"));
    await page.getByText("In kind", { exact: true }).click();
    await page.getByLabel("Shares to make").fill("2");
    await page.getByRole("button", { name: "You hold too little WBTC" }).waitFor();
    await world.giveToken("WBTC", wallet.address, parseUnits("0.1", 8));
    await page.reload();
    await page.getByText("In kind", { exact: true }).click();
    await page.getByLabel("Shares to make").fill("2");
    const before = await Promise.all(legs.map((leg) => held(addressOf(world, leg))));
    const done = await confirm(page);
    expect(done.slice(0, 3).toSorted()).to.deep.equal(["Approve USDC", "Approve WBTC", "Approve WETH"]);
    expect(done.slice(3)).to.deep.equal(["Buy in kind"]);
    expect(await held(vault)).to.equal(parseEther("2"));
    for (const [i, leg] of legs.entries()) {
      const paid = (before[i] ?? 0n) - (await held(addressOf(world, leg)));
      const left = await world.chain.client.readContract({
        ...{ address: addressOf(world, leg), abi: erc20Abi, functionName: "allowance", args: [wallet.address, vault] },
      });
      expect(paid > 0n, `${leg} was paid`).to.equal(true);
      // Half a percent was allowed for; it was approved and not used.
      expect(left <= paid / 150n, `${left} of ${leg} may still be taken after ${paid}`).to.equal(true);
    }
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("refuse a price that is more than 5% off until it is accepted", async () => {
    const { world } = await theStage();
    const { page, wallet, vault, held, faults, close } = await trader(world, "BLUE");
    await world.giveToken("USDC", wallet.address, parseUnits("200000", 6));
    await page.reload();
    await page.getByLabel("You pay at most").fill("200000");
    await page
      .getByText(/^You pay .*% more than the net asset value/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Review", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "I have read this" }).check();
    const blocked = dialog.getByRole("button", { name: "Accept the price first" });
    await blocked.waitFor();
    expect(await blocked.isDisabled()).to.equal(true);
    const least = await dialog.getByText("Minimum received").locator("..").locator("[title]").getAttribute("title");
    await dialog.getByRole("checkbox", { name: "I want this price all the same" }).check();
    await dialog.getByRole("button", { name: "Sign for USDC" }).click();
    await dialog.getByRole("button", { name: "Buy", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    expect(`${formatUnits(await held(vault), 18)} BLUE`).to.equal(least?.replaceAll(",", ""));
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("leave only the way out while the guardian has paused buying", async () => {
    const { world } = await theStage();
    const guardian = world.chain.accounts[GUARDIAN] as Address;
    const vault = world.indices.TAIL as Address;
    await actAs(world, guardian, pauseIndex(world.chain.client, { vault, mint: true, account: guardian }), "pausing");
    const { page, held, faults, close } = await holder(world, "TAIL", parseEther("1"));
    await page
      .getByText(/The guardian has paused buying until .* Selling cannot be paused/)
      .first()
      .waitFor();
    for (const [way, field] of [
      ["One token", "You pay at most"],
      ["In kind", "Shares to make"],
    ] as const) {
      await page.getByText(way, { exact: true }).click();
      await page.getByLabel(field).fill("1");
      expect(await page.getByRole("button", { name: "Buying is paused" }).isDisabled()).to.equal(true);
    }
    await page.getByText("One token", { exact: true }).click();
    await page.getByRole("tab", { name: "Sell" }).click();
    await page.getByLabel(/^Max /).click();
    await page.getByText("Minimum received").waitFor();
    expect(await confirm(page)).to.deep.equal(["Sign for TAIL", "Sell"]);
    expect(await held(vault)).to.equal(0n);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

inItsOwnTime("a deposit in the daily batch", () => {
  it("is exchanged for shares, and these are collected with what was not exchanged", async () => {
    const { world } = await theStage();
    const { client } = world.chain;
    const maker = world.chain.accounts[MAKER] as Address;
    const factory = world.deployment.contracts.BatchFactory as Address;
    const { page, url, wallet, vault, held, faults, close } = await trader(world, "BLUE");
    const usdc = addressOf(world, "USDC");
    const at = { address: factory, abi: batchFactoryAbi, functionName: "depositorOf", args: [vault] } as const;
    if (BigInt(await client.readContract(at)) === 0n) {
      const begin = createBatchDepositor(client, { batchFactory: factory, vault, account: maker });
      await actAs(world, maker, begin, "beginning batches");
    }
    const depositor = await client.readContract(at);

    await page.getByText("Daily batch", { exact: true }).click();
    await page.getByLabel("You deposit").fill("150");
    await confirm(page);
    await page.getByText(/^Waiting\. It can be taken back until/).waitFor();
    const { deposits } = await getBatchAccount(client, { depositor, controller: wallet.address });
    const [request] = deposits;
    if (request === undefined) throw new Error("nothing was requested");
    const { lockedAt, opensAt, closesAt } = await getBatch(client, { depositor, batch: request.batch });

    // What was shown of this batch is agreed to for this batch alone.
    await page.getByLabel("You deposit").fill("20");
    await page.getByRole("button", { name: "Review", exact: true }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^(Sign|Approve|Request)/ })
      .waitFor();
    await world.chain.advanceTo(Number(lockedAt) + 1);
    await page.getByText(/^This batch takes no more requests/).waitFor({ timeout: 20_000 });
    await page.reload();
    await page.getByText("Daily batch", { exact: true }).click();
    await page.getByText(/^Locked\. It is exchanged from/).waitFor();
    expect(await page.getByRole("button", { name: "Take it back" }).count()).to.equal(0);
    await passUntil(world, Number(opensAt) + 1);
    await actAs(world, maker, openBatch(client, { depositor, batch: request.batch, account: maker }), "opening");
    const { depositPrice } = await getBatchCurve(client, { depositor, batch: request.batch });
    const delivery = { depositor, batch: request.batch, maxShares: parseEther("1"), minPrice: depositPrice };
    await actAs(world, maker, deliverShares(client, { ...delivery, account: maker }), "delivering");
    await page.goto(`${url}/portfolio`);
    await page.getByText(/^Being exchanged, until/).waitFor();
    await world.chain.advanceTo(Number(closesAt));
    await page.reload();

    const { sharesOut, refundAssets } = await getBatchAccount(client, { depositor, controller: wallet.address });
    expect([sharesOut > 0n, refundAssets > 0n], "one share of $100 for $150").to.deep.equal([true, true]);
    const shown = (label: string) => page.getByText(label, { exact: true }).locator("..").locator("[title]");
    await shown("Shares bought").waitFor();
    expect(await shown("Shares bought").getAttribute("title")).to.equal(`${formatUnits(sharesOut, 18)} BLUE`);
    expect(await shown("Cash not exchanged").getAttribute("title")).to.equal(`${formatUnits(refundAssets, 6)} USDC`);
    const cash = await held(usdc);
    await page.getByRole("button", { name: "Collect" }).click();
    await page.getByText("Your requests for BLUE").waitFor({ state: "detached" });
    expect([await held(vault), (await held(usdc)) - cash]).to.deep.equal([sharesOut, refundAssets]);
    await page.getByRole("table", { name: "Your indices" }).getByText("BLUE").first().waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

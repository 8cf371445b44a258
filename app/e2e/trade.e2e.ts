import { expect } from "chai";
import { parseUnits } from "viem";
import { theStage } from "./stage.ts";
import { confirm, trader } from "./trader.ts";

describe("buying and selling", () => {
  it("deposits dollars with a signature instead of an approval, and shows what the contract promises", async () => {
    const { world } = await theStage();
    const { page, faults, vault, held, close } = await trader(world, "BLUE");
    await page.getByLabel("You pay at most").fill("1000");
    await page.getByText("Maximum paid").waitFor();
    await page.getByRole("button", { name: "Review", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Before your first deposit").waitFor();
    await dialog.getByRole("button", { name: "Read the risks first" }).waitFor();
    for (const words of ["Maximum paid", "Minimum received", "What a share holds", "Fees of the index"]) {
      await dialog.getByText(words, { exact: true }).first().waitFor();
    }
    await dialog.getByRole("button", { name: "Close" }).click();
    expect(await confirm(page)).to.deep.equal(["Sign for USDC", "Buy"]);
    const shares = await held(vault);
    const paid = parseUnits("5000", 6) - (await held(world.deployment.tokens.USDC!.address));
    expect(shares > 0n).to.equal(true);
    expect(paid > parseUnits("980", 6) && paid <= parseUnits("1000", 6), `paid ${paid}`).to.equal(true);
    // Whoever has read the risks is not asked again.
    await page.getByLabel("You pay at most").fill("10");
    await page.getByText("Maximum paid").waitFor();
    await page.getByRole("button", { name: "Review", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    expect(await page.getByText("Before your first deposit").count()).to.equal(0);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("agrees to no terms that have grown old", async () => {
    const { world } = await theStage();
    const { page, faults, close } = await trader(world, "BLUE");
    await page.clock.install();
    await page.getByLabel("You pay at most").fill("100");
    await page.getByText("Maximum paid").waitFor();
    await page.getByRole("button", { name: "Review", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("I have read this").check();
    await dialog.getByRole("button", { name: "Sign for USDC" }).and(page.locator(":enabled")).waitFor();
    await page.clock.fastForward("05:01");
    await dialog
      .getByRole("button", { name: /^This quote is too old/ })
      .and(page.locator(":disabled"))
      .waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("deposits Ether through dollars, sells for a token, and lists both on the portfolio", async () => {
    const { world } = await theStage();
    const { page, faults, vault, held, url, close } = await trader(world, "TAIL");
    await page.getByRole("combobox", { name: "Token to pay with" }).selectOption({ label: "ETH" });
    await page.getByLabel("You pay at most").fill("0.2");
    await page.getByText("Maximum paid").waitFor();
    expect(await confirm(page)).to.deep.equal(["Buy"]);
    const bought = await held(vault);
    expect(bought > 0n).to.equal(true);
    await page.getByRole("tab", { name: "Sell" }).click();
    await page.getByLabel(/^Max /).click();
    await page.getByText("Minimum received").waitFor();
    expect(await confirm(page)).to.deep.equal(["Sign for TAIL", "Sell"]);
    expect(await held(vault)).to.equal(0n);
    await page.goto(`${url}/portfolio`);
    await page
      .getByText(/^Buy .* TAIL$/)
      .first()
      .waitFor();
    await page
      .getByText(/^Sell .* TAIL$/)
      .first()
      .waitFor();
    await page.getByText("You hold no index yet").waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("leaves in kind, one leg as a claim, which is collected on the portfolio", async () => {
    const { world } = await theStage();
    const { page, faults, vault, held, url, close } = await trader(world, "BLUE");
    await page.getByLabel("You pay at most").fill("500");
    await page.getByText("Maximum paid").waitFor();
    await confirm(page);
    await page.getByRole("tab", { name: "Sell" }).click();
    await page.getByText("In kind", { exact: true }).click();
    await page.getByLabel(/^Max /).click();
    await page.getByLabel("Leave out WBTC").check();
    const [weth, wbtc] = [world.deployment.tokens.WETH!.address, world.deployment.tokens.WBTC!.address];
    expect(await confirm(page)).to.deep.equal(["Sell in kind"]);
    expect([await held(vault), await held(wbtc)]).to.deep.equal([0n, 0n]);
    expect((await held(weth)) > 0n).to.equal(true);
    await page.goto(`${url}/portfolio`);
    await page.getByRole("button", { name: /^Claim WBTC/ }).click();
    await page.getByText("Owed to you").waitFor({ state: "detached" });
    expect((await held(wbtc)) > 0n).to.equal(true);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("asks for shares in the daily batch, and takes the request back", async () => {
    const { world } = await theStage();
    const { page, faults, held, close } = await trader(world, "BLUE");
    await page.getByText("Daily batch", { exact: true }).click();
    const begin = page.getByRole("button", { name: "Begin daily batches" });
    await Promise.race([begin.waitFor(), page.getByLabel("You deposit").waitFor()]);
    if ((await begin.count()) > 0) await begin.click();
    await page.getByLabel("You deposit").fill("100");
    expect(await confirm(page)).to.deep.equal(["Sign for USDC", "Request the deposit"]);
    const usdc = world.deployment.tokens.USDC!.address;
    expect(await held(usdc)).to.equal(parseUnits("4900", 6));
    await page.getByRole("button", { name: "Take it back" }).click();
    await page.getByText("Your requests for BLUE").waitFor({ state: "detached" });
    expect(await held(usdc)).to.equal(parseUnits("5000", 6));
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("says in sentences what cannot be", async () => {
    const { world } = await theStage();
    const { page, wallet, faults, close } = await trader(world, "BLUE", 375);
    await page.getByRole("button", { name: "Buy or sell BLUE" }).click();
    await page.getByRole("button", { name: "Type an amount" }).waitFor();
    await page.getByLabel("You pay at most").fill("6000");
    await page.getByRole("button", { name: "You hold only 5,000 USDC" }).waitFor();
    await page.getByLabel("You pay at most").fill("1,5");
    await page.getByRole("button", { name: "Write digits, with a point before the decimals." }).waitFor();
    await page.getByLabel("You pay at most").fill("50");
    await page.getByText("Maximum paid").waitFor();
    wallet.refuses.add("eth_signTypedData_v4");
    await page.getByRole("button", { name: "Review", exact: true }).click();
    await page.getByRole("dialog").getByRole("checkbox", { name: "I have read this" }).check();
    await page.getByRole("button", { name: "Sign for USDC" }).click();
    await page
      .getByRole("dialog")
      .getByText(/rejected|refused/i)
      .waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

describe("recurring orders", () => {
  it("are made with a signature, listed with their next date, and cancelled", async () => {
    const { world } = await theStage();
    const { page, url, faults, close } = await trader(world, "BLUE");
    await page.getByText("Daily batch", { exact: true }).click();
    const begin = page.getByRole("button", { name: "Begin daily batches" });
    await Promise.race([begin.waitFor(), page.getByLabel("You deposit").waitFor()]);
    if ((await begin.count()) > 0) await begin.click();
    await page.getByLabel("You deposit").waitFor();
    await page.goto(`${url}/portfolio`);
    await page.getByRole("button", { name: "New recurring deposit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Index").selectOption({ label: "BLUE" });
    await dialog.getByLabel("Deposit each time").fill("50");
    await dialog.getByLabel("How often").selectOption("1-week");
    await dialog.getByLabel("Number of orders").fill("4");
    await dialog.getByRole("button", { name: "Sign for USDC" }).click();
    await dialog.getByRole("button", { name: "Begin the plan" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Deposit 50 USDC into BLUE every week").first().waitFor();
    await page.getByText("4 to come").waitFor();
    await page.getByRole("button", { name: /^Cancel/ }).click();
    await page.getByText("No recurring order").waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { collectFees, governanceOf } from "../../sdk/src/index.ts";
import { inItsOwnTime, theStage, visit } from "./stage.ts";

/** {s} */
const DAY = 86_400;

inItsOwnTime("the page about the whole protocol", () => {
  it("adds up what indices hold, lets it be taken along, and says what only the API knows", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, faults, close } = await visit(`${url}/protocol`);
    await page.getByText(/^\$20,0\d\d\.\d\d$/).waitFor();
    await page.getByRole("row", { name: /Blue Chips/ }).waitFor();
    await page.getByText("Only the API knows this").waitFor();
    await page.getByText("Nothing was handed out yet").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).first().click(),
    ]);
    const [header, ...rows] = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    expect(header).to.equal("Index,Symbol,Address,Value held (USD),Holders,Fee a year (%)");
    expect(rows.map((row) => row.split(",")[1])).to.have.members(["BLUE", "TAIL"]);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("tells where the fees went, and no value while prices are too old", async () => {
    const { world } = await theStage();
    const { chain, deployment, indices } = world;
    await chain.advanceTo((await chain.now()) + 30 * DAY);
    const { FeeSplitter: splitter } = governanceOf(deployment);
    const [from] = chain.accounts;
    const action = collectFees(chain.client, { splitter, vaults: Object.values(indices), account: from });
    await chain.send({ from, ...action.buildTx() } as Parameters<typeof chain.send>[0], "collecting the fees");
    const { url } = await world.serve();
    const { page, faults, close } = await visit(`${url}/protocol`, { width: 375, height: 812 });
    const revenue = page.getByRole("table", { name: "Revenue by token and where it went" });
    for (const symbol of ["BLUE", "TAIL"]) {
      const row = revenue.getByRole("row").filter({ hasText: symbol });
      expect(await row.getByRole("cell").nth(1).textContent()).to.match(/^0\.0\d+ /);
    }
    const held = page.getByText("Value held", { exact: true }).first().locator("xpath=following-sibling::dd[1]");
    expect(await held.textContent(), "no made-up zero").to.equal("–");
    expect(await page.evaluate("document.documentElement.scrollWidth"), "nothing sticks out").to.equal(375);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

import { expect } from "chai";
import { theStage, visit } from "../stage.ts";

/** Nobody listens there. */
const DEAD = "http://127.0.0.1:1234";

describe("the page of an index", () => {
  it("is reached from the list, and tells from the chain alone what the chain knows", async () => {
    const { world } = await theStage();
    const { url } = await world.serve(DEAD);
    const { page, faults, close } = await visit(url);
    await page.getByRole("link", { name: /Blue Chips/ }).click();
    await page.getByRole("heading", { level: 1, name: "Blue Chips" }).waitFor();
    await page.getByRole("status").filter({ hasText: "The API does not answer" }).waitFor();
    await page
      .getByText(/^\$100\.\d\d$/)
      .first()
      .waitFor();
    const holdings = page.getByRole("table", { name: /^Holdings of/ });
    await holdings.waitFor();
    expect(await holdings.getByRole("row").count(), "a heading and tokens").to.be.greaterThan(2);
    await page.getByText("May be sold now").waitFor();
    await page.getByText("Who can change what").waitFor();
    // Past prices, weights, risk.
    await page.getByText("Only the API knows this").nth(2).waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("fits a phone, and says when there is no such index", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const [vault] = Object.values(world.indices);
    const { page, faults, close } = await visit(`${url}/index/${vault}`, { width: 375, height: 812, theme: "dark" });
    await page.getByText("May be sold now").waitFor();
    await page.getByRole("img", { name: /tokens, the largest/ }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth"), "nothing sticks out").to.equal(375);
    await page.goto(`${url}/index/0x1234`);
    await page.getByText("There is no index with this address").waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

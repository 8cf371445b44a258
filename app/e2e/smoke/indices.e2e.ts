import { expect } from "chai";
import type { TokenList } from "../../../scripts/app/tokenList.ts";
import { theStage, visit } from "../stage.ts";

/** Nobody listens there. */
const DEAD = "http://127.0.0.1:1234";

describe("the list of indices", () => {
  it("comes from the chain alone when the API is down, and says what is missing", async () => {
    const { world } = await theStage();
    const { url } = await world.serve(DEAD);
    const { page, faults, close } = await visit(url);
    await page.getByRole("cell", { name: "Blue Chips" }).waitFor();
    await page.getByRole("cell", { name: "Long Tail of Many Small Tokens" }).waitFor();
    const notice = page.getByRole("status").filter({ hasText: "Read from the chain alone" });
    expect(await notice.textContent())
      .to.contain("holders")
      .and.to.contain("risk grades");
    const row = page.getByRole("row", { name: /Blue Chips/ });
    expect(await row.textContent(), "a price, a fee, and no invented change").to.match(/\$100\.\d\d.*–.*0\.50%/);
    await page.getByLabel("Search").fill("long");
    expect(await page.getByRole("row").count(), "heading and one index").to.equal(2);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("is there after a reload of any page, on a phone and in the dark", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, faults, close } = await visit(`${url}/no/such/page`, { width: 375, height: 812, theme: "dark" });
    await page.getByText("There is no such page").waitFor();
    await page.getByRole("link", { name: "All indices" }).click();
    await page.getByRole("cell", { name: "Blue Chips" }).waitFor();
    expect(await page.evaluate("document.documentElement.dataset.theme")).to.equal("dark");
    expect(await page.evaluate("document.documentElement.scrollWidth"), "nothing sticks out").to.equal(375);
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("can be read by wallets as a list of tokens: shares, what they may hold, and the DAO's token", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const response = await fetch(`${url}/tokenlist.json`);
    expect(response.headers.get("access-control-allow-origin"), "for apps of any origin").to.equal("*");
    const list = (await response.json()) as TokenList;
    const tagged = (tag: string) => list.tokens.filter(({ tags }) => tags.some((one) => one === tag));
    expect(tagged("index").map(({ address }) => address)).to.deep.equal(Object.values(world.indices));
    expect(tagged("index").map(({ name }) => name)).to.deep.equal(["Blue Chips", "Long Tail of Many Small Tokens"]);
    expect(tagged("asset").map(({ symbol }) => symbol)).to.include.members(["USDC", "WETH"]);
    expect(tagged("asset").find(({ symbol }) => symbol === "USDC")?.decimals).to.equal(6);
    expect(tagged("governance").map(({ symbol }) => symbol)).to.deep.equal(["GIM"]);
    expect(list.version.minor).to.equal(list.tokens.length);
  });
});

import { expect } from "chai";
import { settle } from "../pages.ts";
import { FIRST_VIEW, scriptBytes } from "../scripts.ts";
import { theStage, visit } from "../stage.ts";

describe("the first view", () => {
  it("loads less than 250 kB of compressed script", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, faults, close } = await visit("about:blank");
    const bytes = await scriptBytes(page, async () => {
      await page.goto(url);
      await page.getByRole("cell", { name: "Blue Chips" }).waitFor();
      await settle(page);
    });
    expect(bytes, "something that most pages do not need has come into the first view: npm run bench:app lists pages")
      .to.be.greaterThan(100_000)
      .and.to.be.lessThan(FIRST_VIEW);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

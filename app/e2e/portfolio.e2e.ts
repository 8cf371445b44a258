import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getNav } from "@gimbal/sdk";
import { expect } from "chai";
import { type Address, formatUnits, parseEther, parseUnits } from "viem";
import { dateOf } from "../src/charts/ranges.ts";
import { pay } from "./acting.ts";
import { connect, theStage, visit } from "./stage.ts";

const DAY = 86_400;
/** Place of the account that seeded the indices and holds their first shares. */
const MAKER = 1;
const HEADERS = { "access-control-allow-origin": "*", "content-type": "application/json" };

/** An API that answers these paths, and says of all others that it cannot now. */
async function partialApi(answers: Readonly<Record<string, unknown>>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const found = answers[new URL(request.url ?? "/", "http://api").pathname.toLowerCase()];
    const problem = { code: "UNAVAILABLE", detail: "The index is not there yet.", missing: ["indexer"] };
    response.writeHead(found === undefined ? 503 : 200, HEADERS).end(JSON.stringify(found ?? problem));
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe("the portfolio", () => {
  it("draws what the shares were worth, from what came and went and from past prices", async () => {
    const { world } = await theStage();
    const wallet = world.wallet();
    const vault = world.indices.BLUE as Address;
    await world.giveEther(wallet.address, parseEther("1"));
    await pay(world, vault, world.chain.accounts[MAKER] as Address, wallet.address, parseEther("2"));
    const now = await world.chain.now();
    const lens = world.deployment.contracts.IndexLens;
    const { perShare } = await getNav(world.chain.client, { lens, vault });
    const moment = (daysAgo: number) => new Date((now - daysAgo * DAY) * 1_000).toISOString();
    const sum = (amount: string) => ({ amount, raw: String(parseUnits(amount, 18)), decimals: 18, unit: "USD" });
    const acquired = (daysAgo: number) => ({
      ...{ kind: "bought", at: moment(daysAgo), block: 1, transaction: `0x${"1".repeat(64)}`, navPerShare: sum("80") },
    });
    const bar = (daysAgo: number, close: string) => ({
      ...{ from: `${moment(daysAgo).slice(0, 10)}T00:00:00Z`, open: sum(close), high: sum(close), low: sum(close) },
      ...{ close: sum(close), tvl: sum("10000"), isComplete: true },
    });
    const envelope = { asOf: moment(0), asOfBlock: 1 };
    // Two shares for $160 twenty days ago; a third one came with them and was sold two days ago.
    const lots = [{ acquired: acquired(20), shares: sum("2"), cost: sum("160") }];
    const part = { acquired: acquired(20), shares: sum("1"), cost: sum("80") };
    const disposals = [{ ...acquired(2), kind: "sold", shares: sum("1"), lots: [part], unmatched: sum("0") }];
    const index = { index: vault, symbol: "BLUE", unmatched: sum("0"), lots, disposals };
    const gains = { account: wallet.address, method: "FIFO", indices: [index] };
    const bars = [bar(20, "80"), bar(3, "90.5"), bar(0, formatUnits(perShare, 18))];
    const api = await partialApi({
      [`/v1/accounts/${wallet.address}/gains`.toLowerCase()]: { data: gains, ...envelope },
      [`/v1/indices/${vault}/nav`.toLowerCase()]: { data: { index: vault, interval: "1d", bars }, ...envelope },
    });
    const { url } = await world.serve(api.url);
    const { page, faults, close } = await visit(`${url}/portfolio`, { wallet, width: 375, height: 812 });
    await connect(page);
    const card = page.locator("section").filter({ has: page.getByRole("heading", { name: "Value over time" }) });
    const worth = (2 * Number(formatUnits(perShare, 18))).toFixed(2);
    await card
      .getByRole("figure", { name: `from $240.00 on ${dateOf(now - 20 * DAY)} to $${worth} on ${dateOf(now)}.` })
      .waitFor();
    await card.getByRole("button", { name: "7 d", exact: true }).click();
    await card.getByRole("button", { name: "Table" }).click();
    const row = async (daysAgo: number) =>
      card
        .getByRole("row", { name: dateOf(now - daysAgo * DAY) })
        .getByRole("cell")
        .allTextContents();
    expect(await row(3), "three shares").to.deep.equal([dateOf(now - 3 * DAY), "271.5", "240", "271.5"]);
    expect(await row(1), "two of them, at the last price").to.deep.equal([dateOf(now - DAY), "181", "160", "181"]);
    expect((await row(6)).slice(1), "no price for more than a week").to.deep.equal(["–", "240", "–"]);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("button", { name: "CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).to.equal("portfolio-value-7d.csv");
    const lines = readFileSync(await file.path(), "utf8").split("\r\n");
    expect(lines[0]).to.equal("Day (UTC),Value (USD),Cost (USD),BLUE (USD)");
    expect(lines).to.include(`${dateOf(now - 3 * DAY)},271.5,240,271.5`);
    expect(await page.evaluate("document.documentElement.scrollWidth"), "nothing sticks out").to.equal(375);
    expect(faults).to.deep.equal([]);
    await close();
    await new Promise((resolve) => api.server.close(resolve));
  });

  it("says without an API what is missing, and leads to the other pages without loading the app again", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet();
    const { page, faults, close } = await visit(`${url}/portfolio`, { wallet });
    await page.getByText("No wallet is connected").waitFor();
    await connect(page);
    await page.getByText("This network has no API, and the chain has no past.").waitFor();
    await page.evaluate("window.isSameLoad = true");
    await page.getByRole("link", { name: "Lock tokens to vote and to earn a part of the fees" }).click();
    await page.getByRole("heading", { level: 1, name: "Stake" }).waitFor();
    expect(await page.evaluate("window.isSameLoad")).to.equal(true);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

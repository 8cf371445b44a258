import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { zeroAddress } from "viem";
import { bodyOf } from "../app.fixture.ts";
import {
  address,
  HEAD,
  historyApp,
  ME,
  mintRow,
  navRow,
  OTHER,
  place,
  SHARE,
  timeOf,
  transferRow,
  VAULT,
  vaultRow,
} from "./accounts.fixture.ts";

const baskets = [navRow(2, 100), navRow(5, 120), navRow(9, 150)].map((nav) => ({ vault: VAULT, nav, holdings: [] }));

/** Ten shares bought at $100 with a fee of 1%, four received at $120, five sold at $150, two sent away. */
const STORY = {
  vaults: [vaultRow()],
  baskets,
  shareTransfers: [
    transferRow(2, zeroAddress, ME, 10n * SHARE),
    transferRow(5, OTHER, ME, 4n * SHARE),
    transferRow(9, ME, zeroAddress, 5n * SHARE),
    transferRow(10, ME, OTHER, 2n * SHARE),
  ],
  flows: [mintRow(2, ME, 10n * SHARE, SHARE / 10n)],
  shareBalances: [{ vault: VAULT, account: ME, balance: 7n * SHARE, block: 10, time: timeOf(10) }],
};

const amounts = (of: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, (of[name] as { amount: string } | null)?.amount ?? null]));

describe("account routes", () => {
  it("tell positions with their value, and the lock by the escrow's rules", async () => {
    const lock = { account: ME, amount: 31_449_600n * 10n ** 12n, end: timeOf(40) + 26 * 604_800, isPermanent: false };
    const fetch = await historyApp({ ...STORY, locks: [{ ...place(3), ...lock }] });
    const { data, asOf, asOfBlock } = await bodyOf(fetch(`/v1/accounts/${ME}`));
    expect([asOf, asOfBlock]).to.deep.equal([new Date(HEAD.time * 1_000).toISOString().replace(".000", ""), 40]);
    expect(data.positions).to.have.length(1);
    expect(data.positions[0]).to.deep.include({ index: VAULT, symbol: "TEN", missing: null });
    expect(amounts(data.positions[0], ["shares", "navPerShare", "value"])).to.deep.equal({
      shares: "7",
      navPerShare: "150",
      value: "1050",
    });
    expect(data.value).to.deep.equal({ amount: "1050", raw: String(1_050n * SHARE), decimals: 18, unit: "USD" });
    expect(data.lock).to.deep.include({ status: "running" });
    expect([data.lock.amount.amount, data.lock.power.amount]).to.deep.equal(["31.4496", "15.7248"]);
  });

  it("tell the past, and say null with a reason instead of a value that is not known", async () => {
    const unpriced = [...baskets, { vault: VAULT, nav: navRow(12, 160, [address(9)]), holdings: [] }];
    const fetch = await historyApp({ ...STORY, baskets: unpriced });
    const { data } = await bodyOf(fetch(`/v1/accounts/${ME}`));
    expect(data.positions[0]).to.deep.include({ value: null, navPerShare: null });
    expect(data.positions[0].missing).to.contain("no price");
    expect([data.value, data.lock]).to.deep.equal([null, null]);
    const past = await bodyOf(fetch(`/v1/accounts/${ME}?asOf=${new Date(timeOf(11) * 1_000).toISOString()}`));
    expect(past.data.value.amount).to.equal("1050");
    const empty = await bodyOf(fetch(`/v1/accounts/${OTHER}`));
    expect([empty.data.positions, empty.data.value.amount]).to.deep.equal([[], "0"]);
  });

  it("refuse what is no account, no moment or not known, and name it", async () => {
    const fetch = await historyApp({});
    const wrong: [string, string][] = [
      ["/v1/accounts/0x12", "params.address"],
      [`/v1/accounts/${ME}?asOf=yesterday`, "query.asOf"],
      [`/v1/accounts/${ME}?asOfBlock=-1`, "query.asOfBlock"],
      [`/v1/accounts/${ME}?asOfBlock=1&asOf=2026-01-01`, "query.asOf"],
      [`/v1/accounts/${ME}/gains?index=TEN`, "query.index"],
      [`/v1/accounts/${ME}/gains.csv?from=1`, "query.from"],
      [`/v1/accounts/${ME}/stake?asOf=2026-01-01`, "query.asOf"],
    ];
    for (const [path, at] of wrong) {
      const response = await fetch(path);
      expect([response.status, (await bodyOf(response)).errors[0].at], path).to.deep.equal([400, at]);
    }
    const future = await fetch(`/v1/accounts/${ME}?asOfBlock=41`);
    expect([future.status, (await bodyOf(future)).code]).to.deep.equal([422, "UNPROCESSABLE"]);
    expect((await fetch(`/v1/accounts/${ME}/stake`)).status).to.equal(404);
  });
});

describe("gains of an account", () => {
  it("work out cost basis, realised and unrealised gains lot by lot", async () => {
    const fetch = await historyApp(STORY);
    const { data } = await bodyOf(fetch(`/v1/accounts/${ME}/gains`));
    expect([data.method, data.indices.length]).to.deep.equal(["FIFO", 1]);
    const [index] = data.indices;
    const names = ["shares", "cost", "value", "unrealised", "realisedCost", "proceeds", "realised", "unmatched"];
    // 10 shares cost 1,010 with the fee: 505 of it were sold, 202 sent, 303 are left beside four shares at 480.
    expect(amounts(index, names)).to.deep.equal({
      shares: "7",
      cost: "783",
      value: "1050",
      unrealised: "267",
      realisedCost: "505",
      proceeds: "750",
      realised: "245",
      unmatched: "0",
    });
    expect(index.disposals.map(({ kind }: { kind: string }) => kind)).to.deep.equal(["sold", "sent"]);
    expect(index.disposals[1].lots[0]).to.deep.include({ gain: null, proceeds: null });
    expect(index.lots.map((lot: Record<string, unknown>) => amounts(lot, ["shares", "cost"]))).to.deep.equal([
      { shares: "3", cost: "303" },
      { shares: "4", cost: "480" },
    ]);
    const early = await bodyOf(fetch(`/v1/accounts/${ME}/gains?asOf=${new Date(timeOf(6) * 1_000).toISOString()}`));
    expect(amounts(early.data.indices[0], ["shares", "unrealised", "realised"])).to.deep.equal({
      shares: "14",
      unrealised: "190",
      realised: "0",
    });
  });

  it("come as a table by path and by Accept, with the same sums", async () => {
    const fetch = await historyApp(STORY);
    const byPath = await fetch(`/v1/accounts/${ME}/gains.csv`);
    const byAccept = await fetch(`/v1/accounts/${ME}/gains?index=${VAULT}`, { headers: { accept: "text/csv" } });
    expect(byPath.headers.get("content-type")).to.contain("text/csv");
    expect(byPath.headers.get("content-disposition")).to.contain(".csv");
    const text = await byPath.text();
    expect(await byAccept.text()).to.equal(text);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ status, shares, cost_usd, gain_usd }) => [status, shares, cost_usd, gain_usd])).to.deep.equal([
      ["realised", "5", "505", "245"],
      ["sent", "2", "202", ""],
      ["held", "3", "303", "147"],
      ["held", "4", "480", "120"],
    ]);
    const json = await fetch(`/v1/accounts/${ME}/gains`, { headers: { accept: "text/html, */*" } });
    const told = [json.headers.get("content-type"), json.headers.get("vary")];
    expect(told).to.deep.equal(["application/json", "accept-encoding, accept"]);
    const wrong = await fetch(`/v1/accounts/${ME}/gains?index=1`, { headers: { accept: "text/csv" } });
    expect([wrong.status, (await bodyOf(wrong)).code]).to.deep.equal([400, "REQUEST_INVALID"]);
  });

  it("make no formula of what somebody named an index, and keep quotes and commas in their field", async () => {
    const symbol = '=HYPERLINK("http://evil.example","x")';
    const fetch = await historyApp({ ...STORY, vaults: [vaultRow({ symbol })] });
    const text = await (await fetch(`/v1/accounts/${ME}/gains.csv`)).text();
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => row["symbol"]))).to.deep.equal(new Set([`'${symbol}`]));
  });

  it("say what no lot covers instead of inventing one", async () => {
    const shareTransfers = STORY.shareTransfers.slice(2);
    const fetch = await historyApp({ ...STORY, shareTransfers, flows: [] });
    const { data } = await bodyOf(fetch(`/v1/accounts/${ME}/gains`));
    expect(amounts(data.indices[0], ["shares", "realised", "unmatched"])).to.deep.equal({
      shares: "0",
      realised: null,
      unmatched: "7",
    });
    const rows = parse(await (await fetch(`/v1/accounts/${ME}/gains.csv`)).text(), { columns: true });
    expect(rows).to.have.length(2);
  });
});

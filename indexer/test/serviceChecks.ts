import { expect } from "chai";
import { type Address, getAddress, zeroAddress } from "viem";
import type { PonderHistory } from "../../api/src/history/ponder.ts";
import {
  IndexVault__factory,
  RoyaltyReceiver__factory,
  StrategyShares__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import type { World } from "./life.ts";
import type { Indexer } from "./ponder.ts";
import { TOKEN, VERSIONS } from "./services.ts";

const TRIAL = 2_000;
const STATUS = ["LOCKED", "AUCTION", "SOLD", "REDEEMED"];

/** What must be there. */
function the<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("a row is missing");
  return value;
}

/** The registry says the same of every strategy and its versions. */
export async function checkStrategies({ services: { registry } }: World, history: PonderHistory): Promise<void> {
  const { rows } = await history.strategies({ order: "oldest" });
  expect(rows.map(({ id }) => id)).to.deep.equal(Object.values(TOKEN));
  expect(BigInt(rows.length)).to.equal(await registry.count());
  for (const row of rows) {
    const record = await registry.recordOf(row.id);
    expect(row.kind).to.equal(record.kind === 0n ? "STRATEGY" : "DATASET");
    expect([row.royaltyBps, row.resaleBps, row.transferNonce].map(BigInt)).to.deep.equal([
      record.royaltyBps,
      record.resaleBps,
      record.transferNonce,
    ]);
    expect([row.resaleReceiver, row.owner, row.receiver, row.hash, row.uri]).to.deep.equal([
      record.resaleReceiver,
      await registry.ownerOf(row.id),
      await registry.receiverOf(row.id),
      await registry.latestHash(row.id),
      await registry.tokenURI(row.id),
    ]);
    const versions = await registry.versions(row.id, 0n, 100n);
    const found = (await history.strategyVersions(row.id, { order: "oldest" })).rows;
    expect(found.map(({ hash, uri, time }) => [hash, BigInt(time), uri])).to.deep.equal(
      versions.map(({ hash, publishedAt, uri }) => [hash, publishedAt, uri]),
    );
  }
  expect((await history.strategies({ kind: "DATASET" })).rows.map(({ id }) => id)).to.deep.equal([TOKEN.prices]);
}

/** The index says the same of what it follows and of what waits; royalties are what its receiver got and paid. */
export async function checkAdoptions(world: World, history: PonderHistory, { sql }: Indexer): Promise<void> {
  const { dao, services } = world;
  const vault = IndexVault__factory.connect(dao.vault, dao.owner);
  const now = await vault.strategy();
  const { rows } = await history.adoptions({ strategy: TOKEN.momentum });
  expect(rows).to.have.lengthOf(1);
  const [row] = rows;
  expect(row).to.include({ vault: dao.vault, hash: now.methodologyHash, ended: null });
  expect([BigInt(the(row).royaltyBps), the(row).hash]).to.deep.equal([now.royaltyBps, VERSIONS[0]]);
  expect(await history.adoptions({ asOfBlock: the(row).block - 1 })).to.deep.equal({ rows: [], next: null });

  const notices = (await history.adoptionNotices({ vault: dao.vault })).rows;
  expect(notices).to.have.lengthOf(1);
  const [notice] = notices;
  const offer = await services.registry.strategyOf(TOKEN.momentum);
  expect(notice).to.include({ strategy: TOKEN.momentum, hash: offer.methodologyHash });
  expect(BigInt(the(notice).royaltyBps)).to.equal(offer.royaltyBps);
  expect(the(notice).appliesAt - the(notice).time).to.equal(7 * 86_400);
  expect(the(row).announcedTime).to.equal(the(row).time - 7 * 86_400 - 1); // the block after the week applied it

  const [total] = await history.royaltyTotals(TOKEN.momentum, [dao.vault, zeroAddress]);
  const receiver = RoyaltyReceiver__factory.connect(now.recipient, dao.owner);
  const left = await dao.index.balanceOf(receiver);
  expect(the(total).paid - the(total).paidOut).to.equal(left);
  const [paid] = await sql.rows("select sum(royalty_shares) as sum from fee");
  expect(the(total).paid > 0n && the(total).paid === BigInt(String(the(paid)["sum"]))).to.equal(true);
  const [remembered] = await sql.rows("select epoch, decision_hash from grade_entry");
  const { epoch, decision_hash: decision } = the(remembered);
  expect(await services.grades.decisionOf(dao.vault, Number(epoch))).to.equal(decision);
}

/** Each lock says the same of its state, its owners and its rounds. */
export async function checkShares(world: World, history: PonderHistory, { sql }: Indexer): Promise<void> {
  const { dao, services } = world;
  for (const id of [TOKEN.momentum, TOKEN.quiet]) {
    const address = getAddress(await services.shares.sharesOf(id));
    const shares = StrategyShares__factory.connect(address, dao.owner);
    const row = await history.strategyLock(address);
    const [terms, buyout, status] = await Promise.all([shares.terms(), shares.buyout(), shares.status()]);
    expect(row).to.include({
      ...{ strategy: id, name: terms.name, symbol: terms.symbol, supply: terms.supply, locker: terms.locker },
      ...{ reservePrice: terms.reservePrice, currency: terms.currency, status: STATUS[Number(status)] },
      ...{ bid: buyout.bid, bidder: buyout.bidder === zeroAddress ? null : buyout.bidder },
    });
    expect([BigInt(the(row).endsAt ?? 0), BigInt(the(row).endedTime ?? 0)]).to.deep.equal([
      buyout.endsAt,
      buyout.endedAt,
    ]);
    const balances = await sql.rows(`select account, balance from strategy_share_balance where shares = $1`, [
      address.toLowerCase(),
    ]);
    const held = balances.filter(({ balance }) => BigInt(String(balance)) > 0n);
    expect(held).to.have.lengthOf(the(row).holders);
    for (const { account, balance } of balances)
      expect(await shares.balanceOf(String(account))).to.equal(BigInt(String(balance)));
    const rounds = (await history.royaltyRounds(address, [dao.vault], { order: "oldest" })).rows;
    const said = await shares.rounds(dao.vault, 0n, 100n);
    expect(rounds.map(({ amount, timepoint }) => [amount, BigInt(timepoint)])).to.deep.equal(
      said.map(({ amount, timepoint }) => [amount, timepoint]),
    );
  }
  expect((await history.strategy(TOKEN.momentum))?.lock).to.equal(null);
}

/** The market says the same of every listing that stands, also of those that are dead. */
export async function checkMarket({ services: { market } }: World, history: PonderHistory): Promise<void> {
  const { rows } = await history.listings({ order: "oldest" });
  expect(rows.map(({ id }) => id)).to.deep.equal([2n, 4n, 5n, 7n]);
  for (const row of rows) {
    const said = await market.listing(row.id);
    expect([row.seller, row.collection, row.currency]).to.deep.equal([said.seller, said.collection, said.currency]);
    expect([row.left, row.unitPrice, row.tokenId]).to.deep.equal([said.left, said.unitPrice, said.id]);
    expect([BigInt(row.until), BigInt(row.feeBps)]).to.deep.equal([said.until, said.feeBps]);
    expect(row.available, `listing ${row.id}`).to.equal(await market.availableUnits(row.id));
  }
  const open = (await history.listings({ isAvailable: true, limit: 1 })).rows;
  expect(open.map(({ id }) => id)).to.deep.equal([5n]);
  const available = (await history.listings({ isAvailable: true, order: "oldest" })).rows;
  expect(available.map(({ id, available: units }) => [id, units])).to.deep.equal([
    [4n, 1n],
    [5n, 50n],
  ]);
  const ids = async (asked: Parameters<PonderHistory["listings"]>[0]) =>
    (await history.listings(asked)).rows.map(({ id }) => id);
  expect(await ids({ kind: "credits", seller: the(available[1]).seller })).to.deep.equal([5n]);
  expect(await ids({ kind: "strategy", tokenId: TOKEN.offered, currency: the(rows[0]).currency })).to.deep.equal([
    4n,
    2n,
  ]);

  const sales = (await history.listingSales({ order: "oldest" })).rows;
  expect(sales.map(({ listing, units }) => [listing, units])).to.deep.equal([
    [1n, 1n],
    [3n, 1n],
    [5n, 30n],
  ]);
  const [first, second, third] = sales;
  // The author sold the first himself, and gets a tenth of the second; credits have no author.
  expect([the(first).royalty, the(second).royalty, the(third).royalty]).to.deep.equal([0n, 90_000_000n, 0n]);
  expect([the(first).royaltyReceiver, the(second).royaltyReceiver]).to.deep.equal([null, the(first).seller]);
  expect(await ids({})).to.have.lengthOf(4);
  const resold = await history.listingSales({ account: the(first).buyer, kind: "strategy" });
  expect(resold.rows.map(({ listing }) => listing)).to.deep.equal([3n, 1n]);
}

/** The pass says the same of wallets, meters, plans, trials, keys, prices, supplies and earnings. */
export async function checkCredits(world: World, history: PonderHistory, { sql }: Indexer): Promise<void> {
  const { pass, usdc } = world.services;
  const accounts = (await sql.rows("select account from credit_account group by account")).map(({ account }) =>
    getAddress(String(account)),
  );
  expect(accounts.length).to.be.greaterThan(2);
  const held = new Map<number, bigint>();
  for (const account of accounts) {
    for (const row of await history.creditAccounts(account)) {
      held.set(row.credit, (held.get(row.credit) ?? 0n) + row.wallet + row.meter);
      const [units, , noticeEndsAt] = await pass.meterOf(account, row.credit);
      if (row.credit !== TRIAL) expect(row.wallet).to.equal(await pass.balanceOf(account, row.credit));
      expect([row.meter, BigInt(row.noticeEndsAt)], `${account} ${row.credit}`).to.deep.equal([units, noticeEndsAt]);
    }
    for (const { plan, endsAt } of await history.accountPlans(account))
      expect(await pass.planEndsAt(account, plan)).to.equal(BigInt(endsAt));
    expect(BigInt((await history.trial(account))?.endsAt ?? 0)).to.equal(await pass.trialEndsAt(account));
    const [key, until] = await pass.keyOf(account);
    const known = await history.sessionKey(account);
    expect([known?.key ?? zeroAddress, BigInt(known?.until ?? 0)]).to.deep.equal([key, until]);
  }
  const supplies = await sql.rows("select * from credit_supply order by credit");
  expect(supplies.map(({ credit }) => credit)).to.deep.equal([1, 4, TRIAL]);
  for (const row of supplies) {
    const [issued, used, expired] = [row["issued"], row["used"], row["expired"]].map((cell) => BigInt(String(cell)));
    const said = await pass.supplyOf(Number(row["credit"]));
    expect([issued, used, expired]).to.deep.equal([said.issued, said.used, said.expired]);
    expect(issued).to.equal(the(used) + the(expired) + (held.get(Number(row["credit"])) ?? 0n));
    const pool = await pass.poolOf(Number(row["credit"]));
    const parts = [row["pool_usdc"], row["pool_gim"]].map((cell) => BigInt(String(cell)));
    expect(parts).to.deep.equal([pool.usdc, pool.gim]);
  }
  for (const { credit, usdc: inUsdc, gim } of await history.creditPrices()) {
    const price = await pass.priceOf(credit);
    expect([inUsdc, gim]).to.deep.equal([price.usdc, price.gim]);
  }
  for (const { number, services, creditsPerDay, usdc: price } of await history.accessPlans()) {
    const plan = await pass.planOf(number);
    expect([BigInt(services), BigInt(creditsPerDay), price]).to.deep.equal([
      plan.services,
      plan.creditsPerDay,
      plan.usdcPrice,
    ]);
  }
  const dollars: Address = getAddress(String(usdc.target));
  for (const asset of [0n, TOKEN.prices]) {
    const total = (await history.assetTotals(asset)).find(({ currency }) => currency === dollars);
    expect(the(total).paid > 0n, `asset ${asset}`).to.equal(true);
    expect(the(total).earned - the(total).paid).to.equal((await pass.earnedOf(asset)).usdc);
  }
  const settings = Object.fromEntries((await history.serviceSettings()).map(({ name, value }) => [name, value]));
  expect(settings).to.deep.equal({ assetShareBps: 3_000, marketFeeBps: 200, trialCredits: 50 });
  // The pass has what it keeps and what it owes, and nothing else.
  const [owed] = await sql.rows("select sum(earned) - sum(paid) as rest from asset_total where currency = $1", [
    dollars.toLowerCase(),
  ]);
  const [pools] = await sql.rows("select sum(pool_usdc) as rest from credit_supply");
  const there = await TokenMock__factory.connect(dollars, world.dao.owner).balanceOf(pass);
  expect(BigInt(String(the(owed)["rest"])) + BigInt(String(the(pools)["rest"]))).to.equal(there);
}

/** What settlements left out has its reason, and numbers that are no id leave no row. */
export async function checkReceipts(_: World, { sql }: Indexer): Promise<void> {
  const settled = await sql.rows("select credit, asset, receipts, units from settlement order by id");
  expect(
    settled.map(({ credit, asset, receipts, units }) => [credit, Number(asset), receipts, Number(units)]),
  ).to.deep.equal([
    [1, 0, 2, 7],
    [4, Number(TOKEN.prices), 1, 10],
    [TRIAL, 0, 1, 8],
  ]);
  const skipped = await sql.rows("select credit, reason from skipped_receipt order by id");
  expect(skipped).to.deep.equal([
    { credit: 4, reason: "nonce" },
    { credit: 4, reason: "units" },
    { credit: 4, reason: "signature" },
  ]);
  const cancels = await sql.rows("select kind, credit from meter_event where nonce is not null order by id");
  expect(cancels).to.deep.equal([
    { kind: "nonceCancelRequested", credit: 1 },
    { kind: "nonceCancelled", credit: 1 },
  ]);
}

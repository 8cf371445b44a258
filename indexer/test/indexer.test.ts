import type { AddressInfo } from "node:net";
import { expect } from "chai";
import hre, { network } from "hardhat";
import { type Address, getAddress, parseEther } from "viem";
import { readContract } from "viem/actions";
import { PonderHistory } from "../../api/src/history/ponder.ts";
import { startPostgres, type TestPostgres } from "../../keeper/src/journal/postgres.fixture.ts";
import { indexGovernorAbi, indexLensAbi, indexVaultAbi, votingEscrowAbi } from "../../sdk/src/index.ts";
import { mintShares } from "../../test/helpers/protocol.ts";
import { serve } from "../../test/helpers/rpcServer.ts";
import { crossing, deployWorld, deposits, governing, rebalances, revenue, staking, type World } from "./life.ts";
import { type Indexer, startIndexer } from "./ponder.ts";
import {
  checkAdoptions,
  checkCredits,
  checkMarket,
  checkReceipts,
  checkShares,
  checkStrategies,
} from "./serviceChecks.ts";
import { services } from "./services.ts";

const TABLES = [
  ...["token", "vault", "nav_snapshot", "nav_day", "holding", "holding_snapshot", "rebalance", "basket_change", "fill"],
  ...["fee", "vault_event", "clock", "flow", "share_balance", "share_transfer", "deferred_leg", "batch", "batch_event"],
  ...["plan", "plan_order", "lock", "lock_event", "delegation", "delegation_event", "delegate_votes", "proposal"],
  ...["vote", "optimistic_proposal", "veto", "proposal_count", "revenue_split", "revenue_payment", "revenue_week"],
  ...["revenue_claim", "buyback", "sale", "commitment", "sale_event", "airdrop_wave", "airdrop_claim"],
];
/** Tables of the services. */
const SERVICES = [
  ...["strategy", "strategy_receiver", "strategy_version", "strategy_event", "strategy_offer", "adoption_notice"],
  ...["adoption", "royalty", "royalty_total", "strategy_lock", "strategy_share_balance", "strategy_share_transfer"],
  ...["royalty_round", "royalty_claim", "buyout_event", "listing", "listing_sale", "market_approval", "grade_entry"],
  ...["credit_price", "access_plan", "service_setting", "service_event", "credit_supply", "credit_account"],
  ...["credit_purchase", "meter_event", "account_plan", "trial", "settlement", "skipped_receipt", "asset_earning"],
  ...["asset_payment", "asset_total", "session_key"],
];
/** What this life leaves no rows in: no zap, no change of the basket, nothing optimistic, no buyback, no failed leg. */
const EMPTY = new Set(["basket_change", "deferred_leg", "optimistic_proposal", "veto", "buyback"]);

/** Every row of a table as text, in an order that does not depend on the database. */
async function rowsOf({ sql }: Indexer, table: string): Promise<string[]> {
  const rows = await sql.rows(`select * from ${table}`);
  // node-postgres gives 64-bit numbers as text, PGlite as numbers: both are compared as text.
  const flat = (value: unknown): unknown => (value !== null && typeof value === "object" ? value : String(value));
  return rows.map((row) => JSON.stringify(Object.entries(row).map(([column, value]) => [column, flat(value)]))).sort();
}

describe("indexer: the life of an index", function () {
  this.timeout(600_000);
  let world: World;
  let postgres: TestPostgres;
  let live: Indexer;
  let rebuilt: Indexer;
  let history: PonderHistory;
  const closing: (() => Promise<unknown> | unknown)[] = [];
  const head = async () => Number(await world.provider.request({ method: "eth_blockNumber" }));
  let abandoned = "";
  let rpcUrl = "";

  before("indexes a chain live, through a reorganisation, and once more from genesis on PostgreSQL", async () => {
    const chain = await network.create();
    const server = await serve(chain.provider);
    closing.push(() => server.close());
    rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { deployedBytecode } = await hre.artifacts.readArtifact("Multicall3");
    world = await deployWorld(chain, deployedBytecode);
    const { dao, deployment, provider } = world;
    await deposits(world);
    live = await startIndexer({ rpcUrl, deployment });
    closing.push(() => live.stop());
    await live.reaches(await head());

    const before = await provider.request({ method: "evm_snapshot" });
    const stranger = (await world.ethers.getSigners())[9];
    if (stranger === undefined) throw new Error("too few accounts");
    abandoned = stranger.address.toLowerCase();
    await mintShares(dao.protocol, dao.index, stranger, parseEther("2"));
    await live.reaches(await head());
    expect(await live.sql.rows(`select * from flow where caller = '${abandoned}'`)).to.have.lengthOf(1);
    await provider.request({ method: "evm_revert", params: [before] });

    for (const act of [crossing, rebalances, staking, governing, revenue, services]) await act(world);
    postgres = await startPostgres();
    closing.push(() => postgres.stop());
    const databaseUrl = await postgres.database("history");
    rebuilt = await startIndexer({ rpcUrl, deployment, databaseUrl });
    closing.push(() => rebuilt.stop());
    await Promise.all([live.reaches(await head()), rebuilt.reaches(await head())]);
    history = new PonderHistory(live.url, 31_337);
  });

  after(async () => {
    for (const close of closing.toReversed()) await close();
  });

  for (const table of [...TABLES, ...SERVICES]) {
    it(`has the same rows of ${table} live as rebuilt from genesis`, async () => {
      const [lived, again] = await Promise.all([rowsOf(live, table), rowsOf(rebuilt, table)]);
      expect(lived).to.deep.equal(again);
      if (!EMPTY.has(table)) expect(lived).to.not.have.lengthOf(0);
    });
  }

  it("keeps nothing of the blocks that a reorganisation left behind", async () => {
    for (const indexer of [live, rebuilt]) {
      expect(await indexer.sql.rows(`select * from flow where caller = '${abandoned}'`)).to.deep.equal([]);
      expect(await indexer.sql.rows(`select * from share_balance where account = '${abandoned}'`)).to.deep.equal([]);
    }
  });

  it("says of holdings, NAV and supply what the contracts say, now and at an earlier block", async () => {
    const { client, vault, lens } = world.dao;
    const newest = await history.holdings(vault);
    const [fill] = (await history.fills()).rows;
    for (const found of [newest, await history.holdings(vault, { asOfBlock: fill!.block })]) {
      const blockNumber = BigInt(found!.nav.block);
      const read = { abi: indexVaultAbi, address: vault, blockNumber } as const;
      const [assets, units, amounts] = await readContract(client, { ...read, functionName: "basket" });
      const nav = await readContract(client, {
        abi: indexLensAbi,
        address: lens,
        functionName: "nav",
        args: [vault],
        blockNumber,
      });
      expect(found!.holdings.map(({ address }) => address)).to.deep.equal(assets.map(({ token }) => token));
      expect(found!.holdings.map((held) => held.units)).to.deep.equal(units);
      expect(found!.holdings.map(({ amount }) => amount)).to.deep.equal(amounts);
      const { total, perShare, supply } = found!.nav;
      expect({ total, perShare, supply }).to.deep.equal({
        total: nav.total,
        perShare: nav.perShare,
        supply: nav.supply,
      });
    }
    expect(newest!.nav.block).to.be.greaterThan(fill!.block);
  });

  it("says of balances what the index says, now and at an earlier block", async () => {
    const { client, vault } = world.dao;
    const [, , third] = (await history.shareTransfers({ order: "oldest", limit: 3 })).rows;
    for (const at of [{}, { asOfBlock: third!.block }]) {
      const { rows } = await history.shareBalances({ vault, ...at });
      expect(rows.length).to.be.greaterThan(1);
      for (const { account, balance } of rows) {
        const block = "asOfBlock" in at ? { blockNumber: BigInt(at.asOfBlock ?? 0) } : {};
        const read = {
          abi: indexVaultAbi,
          address: vault,
          functionName: "balanceOf",
          args: [account],
          ...block,
        } as const;
        expect(await readContract(client, read)).to.equal(balance);
      }
    }
  });

  it("says of locks, delegates and votes what escrow and governor say", async () => {
    const { client, escrow, governor } = world.dao;
    const { rows: locks } = await history.locks();
    expect(locks).to.have.lengthOf(2);
    for (const { account, amount, end, isPermanent } of locks) {
      const of = { abi: votingEscrowAbi, address: escrow, args: [account] } as const;
      const held = await readContract(client, { ...of, functionName: "locked" });
      expect(held).to.include({ amount, end, permanent: isPermanent });
      const delegate = await readContract(client, { ...of, functionName: "delegates" });
      expect((await history.delegation(account))?.delegate).to.equal(delegate);
      const [row] = (await history.delegateVotes({ account: delegate, limit: 1 })).rows;
      const past = { abi: votingEscrowAbi, address: escrow, functionName: "getPastVotes" } as const;
      const votes = await readContract(client, { ...past, args: [delegate, BigInt(row!.time)] });
      expect(votes).to.equal(row!.votes);
    }
    const [proposal] = (await history.proposals()).rows;
    const [against, inFavour, abstain] = await readContract(client, {
      abi: indexGovernorAbi,
      address: governor,
      functionName: "proposalVotes",
      args: [proposal!.id],
    });
    const { againstVotes, forVotes, abstainVotes, executed } = proposal!;
    expect([againstVotes, forVotes, abstainVotes]).to.deep.equal([against, inFavour, abstain]);
    expect(executed).to.not.equal(null);
  });

  it("tells a rebalance as it stood: waiting, open, traded, closed", async () => {
    const { vault } = world.dao;
    const closed = await history.rebalance(vault, 1);
    expect(closed).to.include({ status: "closed", fills: 1, lane: "RISK" });
    expect(closed!.weightsAfter!.map(({ weightBps }) => weightBps)).to.deep.equal(
      closed!.weightsTarget.map(({ weightBps }) => weightBps),
    );
    const proposed = await history.rebalance(vault, 1, { asOfBlock: closed!.block });
    expect(proposed).to.include({ status: "waiting", fills: 0, weightsAfter: null, outcome: null });
    expect(await history.rebalance(vault, 1, { asOf: closed!.opensAt })).to.include({ status: "open", fills: 0 });
    expect(await history.rebalance(vault, 2)).to.include({ status: "cancelled" });
    expect(await history.rebalance(vault, 1, { asOfBlock: closed!.block - 1 })).to.equal(null);
  });

  it("says of strategies and adoptions what registry and index say", async () => {
    await checkStrategies(world, history);
    await checkAdoptions(world, history, live);
  });

  it("says of locked strategies what their shares say", () => checkShares(world, history, live));

  it("says of listings what the market says, also how much of them can be bought", () => checkMarket(world, history));

  it("says of credits what the access pass says", () => checkCredits(world, history, live));

  it("tells which receipts counted and why others did not, and is stopped by no senseless number", () =>
    checkReceipts(world, live));

  it("indexes a deployment without services: the same, and nothing of them", async () => {
    const names = Object.keys(world.services.addresses);
    const contracts = Object.entries(world.deployment.contracts).filter(([name]) => !names.includes(name));
    const deployment = { ...world.deployment, contracts: Object.fromEntries(contracts) };
    const without = await startIndexer({ rpcUrl, deployment });
    try {
      await without.reaches(await head());
      for (const table of SERVICES) expect(await rowsOf(without, table), table).to.deep.equal([]);
      for (const table of TABLES.filter((name) => name !== "vault"))
        expect(await rowsOf(without, table), table).to.deep.equal(await rowsOf(live, table));
    } finally {
      await without.stop();
    }
  });

  it("answers GraphQL, pages without gaps, and refuses writes and system tables over SQL", async () => {
    const query = "{ vaults { items { symbol holders } totalCount } }";
    const answer = await fetch(`${live.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    expect(await answer.json()).to.have.nested.property("data.vaults.totalCount", 1);

    const ids: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await history.shareTransfers({ limit: 3, cursor, order: "oldest" });
      ids.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    }
    const all = await history.shareTransfers({ order: "oldest", limit: 1_000 });
    expect(ids).to.deep.equal(all.rows.map(({ id }) => id));

    const statements = [
      "delete from vote",
      "update vault set holders = 0",
      "drop table vote",
      "insert into clock values (2, 2)",
      "select * from pg_user",
      "select 1; delete from vote",
      "with gone as (delete from vote returning *) select * from gone",
    ];
    for (const indexer of [live, rebuilt]) {
      for (const statement of statements) {
        const refused = await indexer.sql.rows(statement).catch((error: unknown) => error);
        expect(refused, statement).to.be.instanceOf(Error);
      }
      expect(await indexer.sql.rows("select * from vote")).to.have.lengthOf(1);
    }
    const known: Address = getAddress(world.dao.vault);
    expect((await history.vault(known))?.holders).to.be.greaterThan(1);
  });
});

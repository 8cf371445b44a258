import type { Deployment } from "@gimbal/sdk";
import { type Address, createPublicClient, custom, type Hex, HttpRequestError, pad } from "viem";
import { readMethodologies } from "../../keeper/src/data/methodologyFolder.ts";
import { createSimulation } from "../../keeper/src/data/simulation.ts";
import { captureMarket, type EncodedSnapshot, encodeSnapshot } from "../../keeper/src/data/snapshot.ts";
import { fixtureAsset, fixtureStable, fixtureVault } from "../../keeper/src/data/vault.fixture.ts";
import { encodeVault, type VaultSnapshot } from "../../keeper/src/data/vault.ts";
import { DECISION_LOOKBACK } from "../../keeper/src/features/dataPoints.ts";
import type { Database } from "../../keeper/src/journal/database.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../keeper/src/journal/sqlite.ts";
import { decide } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy } from "../../keeper/src/plan/policy.ts";
import type { DecisionRecord } from "../../keeper/src/plan/record.ts";
import { NO_MEMORY } from "../../keeper/src/signals/opinion.ts";
import { Access, type AccessSettings } from "./access/access.ts";
import { createApp } from "./app.ts";
import type { ApiContext } from "./context.ts";
import { JournalDecisions } from "./decisions/decisions.ts";
import { Events, publicEvents } from "./events/service.ts";
import { gradedDays } from "./events/sources/gradedDays.ts";
import { fixtureHistory } from "./history/history.fixture.ts";
import { keeperPageOf } from "./keeperPage.ts";
import { MarketBook } from "./market/marketBook.ts";
import { MarketStore } from "./market/marketStore.ts";
import { Store } from "./store/store.ts";

const CHAIN = 31_337;
const DAY = 86_400;
const COINS = ["BTC", "ETH", "SIM003"];

/** What fixtures are about: a vault whose keeper decided on three days in a row, from simulated figures. */
export const FIXTURE = {
  chainId: CHAIN,
  vault: "0x00000000000000000000000000000000000000aa",
  coins: COINS,
} as const;

const at = (n: number): Address => pad(`0x${n.toString(16)}`, { size: 20 });

/** A deployment whose contracts exist nowhere. */
export const FIXTURE_DEPLOYMENT: Deployment = {
  chainId: CHAIN,
  blockNumber: 1,
  contracts: {
    AssetRegistry: at(0x101),
    KeeperRegistry: at(0x102),
    IndexFactory: at(0x103),
    IndexVaultImplementation: at(0x104),
    AmmFiller: at(0x105),
    UniswapV3Adapter: at(0x106),
    Zap: at(0x107),
    IndexLens: at(0x108),
  },
  external: {
    uniswapV3Factory: at(0x201),
    swapRouter02: at(0x202),
    quoterV2: at(0x203),
    weth: at(0x204),
    permit2: at(0x205),
    multicall3: at(0x206),
  },
  tokens: {},
};

const BOUNDLESS = { name: "free", quota: 1_000_000, window: 60 };

/** Access for tests: one site, no proxy, and quotas that no test uses up. */
export const FIXTURE_ACCESS: AccessSettings = {
  domains: ["app.gimbal.example"],
  uri: "https://api.gimbal.example",
  trustedProxies: [],
  limits: { free: BOUNDLESS, network: BOUNDLESS, paid: BOUNDLESS, paidNetwork: BOUNDLESS, tiers: [] },
};

/** A client of a node that is down: every request fails. */
function clientWithoutNode() {
  const request = async () => {
    throw new HttpRequestError({ url: "http://127.0.0.1:0", details: "There is no node in this test." });
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
}

interface Made {
  readonly record: DecisionRecord;
  readonly market: EncodedSnapshot;
  readonly vaultText: string;
}

let made: Promise<readonly Made[]> | undefined;

/** Decisions about the fixture's vault on three days in a row, made once. */
async function makeDecisions(): Promise<readonly Made[]> {
  const source = createSimulation({ seed: 7, assets: COINS.length });
  const policy = { ...marketCapPolicy, ensemble: null };
  const assets = [...COINS.map((coin, i) => fixtureAsset(coin, i, 1_000)), fixtureStable("USDC", COINS.length, 10)];
  const days = [0, 1, 2].map(async (day) => {
    const first = fixtureVault(assets);
    const block = { ...first.block, number: 100n + BigInt(day), timestamp: first.block.timestamp + day * DAY };
    const vault: VaultSnapshot = { ...first, block };
    const market = await captureMarket(source.at(block.timestamp), { assets: COINS, lookbackDays: DECISION_LOOKBACK });
    const record = decide({ market, vault, policy, model: null, memory: NO_MEMORY });
    return { record, market: encodeSnapshot(market), vaultText: encodeVault(vault).text };
  });
  return Promise.all(days);
}

/** Real decisions of the keeper's pipeline in a journal, in memory unless told; the newest comes last. `adapt` changes them. */
export async function fixtureJournal(
  path = ":memory:",
  adapt: (record: DecisionRecord, day: number) => DecisionRecord = (record) => record,
): Promise<{ database: Database; journal: Journal; hashes: readonly Hex[] }> {
  made ??= makeDecisions();
  const database = await openSqlite(path);
  const journal = new Journal(database);
  const hashes: Hex[] = [];
  for (const [day, { record, market, vaultText }] of (await made).entries()) {
    hashes.push(await journal.saveDecision(adapt(record, day), market, vaultText));
  }
  return { database, journal, hashes };
}

/** A context for tests: a journal and a store in memory, a node that is down, a clock that stands still. */
export async function testContext(over: Partial<ApiContext> = {}): Promise<ApiContext> {
  const { database, journal } = await fixtureJournal();
  const decisions = over.decisions ?? new JournalDecisions(database, CHAIN);
  const store = over.store ?? (await Store.open(":memory:"));
  const quiet = () => {};
  const parts = {
    client: clientWithoutNode(),
    deployment: FIXTURE_DEPLOYMENT,
    clock: () => 1_652_400_000,
    store,
    history: fixtureHistory(),
    decisions,
    market: new MarketBook(new MarketStore(store.database), decisions, journal),
    keeperPage: keeperPageOf(undefined),
    methodologies: readMethodologies(),
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...over,
  };
  const settings = { ...publicEvents("https://api.example"), allowsPrivateWebhooks: true };
  return {
    ...parts,
    access: new Access({ ...parts, settings: FIXTURE_ACCESS }),
    events: new Events({
      ...parts,
      settings,
      grades: gradedDays(parts.market.store),
      messengers: () => [],
      chats: null,
    }),
    revision: () => decisions.revision(),
    checksAnswers: true,
    languageModel: null,
    simulator: null,
    credits: null,
    ...over,
  };
}

/** Whatever a test finds in the text of an answer. */
export type Json = ReturnType<typeof JSON.parse>;

/** Sends requests to an app over a context, as `fetch` does. */
export function testApp(context: ApiContext): (path: string, init?: RequestInit) => Promise<Response> {
  const app = createApp(context);
  return async (path, init) => app.request(path, init);
}

/** The body of an answer, whatever its status. */
export async function bodyOf(response: Response | Promise<Response>): Promise<Json> {
  return JSON.parse(await (await response).text());
}

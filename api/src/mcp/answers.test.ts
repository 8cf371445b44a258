// Every tool beside the route that it stands for: one answer, one sentence when something is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect } from "chai";
import { type Address, pad } from "viem";
import { bodyOf, FIXTURE_DEPLOYMENT, fixtureJournal, type Json, testApp } from "../app.fixture.ts";
import { createApp, ROUTES } from "../app.ts";
import { loadApiConfig } from "../config.ts";
import { openContext } from "../open.ts";
import { SimulatorWithoutThread } from "../simulations/simulator.fixture.ts";
import { fixtureWorld, type World } from "../world.fixture.ts";
import { readTools } from "./tools.ts";

const ACCOUNT: Address = pad("0xa1", { size: 20 });
const NOBODY: Address = pad("0xbad", { size: 20 });
const D18 = 10n ** 18n;

type Input = Readonly<Record<string, unknown>>;
type Fetch = ReturnType<typeof testApp>;

/** Asks the route of a tool as any HTTP client would: by the path of its declaration, not by the tool's own code. */
function askRoute(fetch: Fetch, name: string, input: Input): Promise<Response> {
  const { route } = readTools(ROUTES).find((tool) => tool.name === name)!;
  const params = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, param = ""]) => param);
  const path = params.reduce((text, param) => text.replace(`{${param}}`, String(input[param])), route.path as string);
  const rest = Object.entries(input).filter(([key]) => !params.includes(key));
  if (route.method === "get") {
    return fetch(`${path}?${new URLSearchParams(rest.map(([key, value]): [string, string] => [key, String(value)]))}`);
  }
  const headers = { "content-type": "application/json" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(Object.fromEntries(rest)) });
}

/** Calls a tool and its route, and compares what they say. */
async function compare(client: Client, fetch: Fetch, name: string, input: Input): Promise<Json> {
  const answer = await askRoute(fetch, name, input);
  const body = await bodyOf(answer);
  const result: Json = await client.callTool({ name, arguments: { ...input } });
  const [{ text }] = result.content;
  if (answer.status >= 400) {
    // A tool's input is one object: a name that is not known belongs to no part of a request.
    const detail = body.detail.replace(/^query\.(\w+: is not known here)$/, "$1");
    expect([result.isError, text], name).to.deep.equal([true, `${detail} (${body.code})`]);
    return body;
  }
  expect(result.isError, text).to.equal(undefined);
  expect(result.structuredContent, name).to.deep.equal(body);
  expect(JSON.parse(text), name).to.deep.equal(body);
  return body;
}

describe("MCP tools beside their routes, over streamable HTTP", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-mcp-answers-"));
  const client = new Client({ name: "test", version: "1" });
  let world: World;
  let fetch: Fetch;
  before(async () => {
    const journal = join(folder, "journal.db");
    await (await fixtureJournal(journal)).journal.close();
    const simulator = new SimulatorWithoutThread({ journal, marketData: null });
    const { vault } = await fixtureWorld();
    world = await fixtureWorld(
      { simulator },
      {
        shareBalances: [{ vault, account: ACCOUNT, balance: 5n * D18, block: 100, time: 1 }],
        optimisticProposals: [
          {
            ...{ id: 3n, block: 100, time: 1, transaction: pad("0x3"), proposer: ACCOUNT, calls: [] },
            ...{ description: "Small", snapshot: 1, vetoEnd: 2, vetoThreshold: 5n, vetoes: 4n },
            ...{ operation: null, readyAt: null, outcome: null },
          },
        ],
      },
    );
    const app = createApp(world.context);
    fetch = async (path, init) => app.request(path, init);
    const transport = new StreamableHTTPClientTransport(new URL("http://api.test/mcp"), {
      fetch: async (url, init) => app.request(String(url), init),
    });
    await client.connect(transport as Transport);
  });
  after(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });

  const PERIOD = { strategy: "top10", from: "2022-01-01", to: "2022-01-28", market: "simulated" };

  /** A right and a wrong input for each tool, and what shows that the right one was really answered. */
  const CASES: readonly {
    readonly name: string;
    readonly right: (world: World) => Input;
    readonly shows: (data: Json, world: World) => void;
    readonly wrong: (world: World) => Input;
    readonly code: string;
  }[] = [
    {
      name: "list_indices",
      right: () => ({ limit: 1 }),
      shows: ([index], { vault }) => expect(index.address).to.equal(vault),
      wrong: () => ({ limit: 101 }),
      code: "REQUEST_INVALID",
    },
    {
      name: "get_index",
      right: ({ vault }) => ({ address: vault }),
      shows: ({ symbol }) => expect(symbol).to.equal("BIG3"),
      wrong: () => ({ address: NOBODY }),
      code: "NOT_FOUND",
    },
    {
      name: "explain_rebalance",
      right: ({ vault }) => ({ address: vault, epoch: 1 }),
      shows: ({ decision }, { hashes }) => expect(decision).to.equal(hashes.at(-1)),
      wrong: ({ vault }) => ({ address: vault, epoch: 99 }),
      code: "NOT_FOUND",
    },
    {
      name: "portfolio",
      right: () => ({ address: ACCOUNT }),
      shows: ({ value }) => expect(value.raw).to.equal(String(5n * D18)),
      wrong: () => ({ address: "0x12" }),
      code: "REQUEST_INVALID",
    },
    {
      name: "keeper_status",
      right: () => ({}),
      shows: ({ indices }, { hashes }) => expect(indices[0].lastDecision.hash).to.equal(hashes.at(-1)),
      wrong: () => ({ vault: "all" }),
      code: "REQUEST_INVALID",
    },
    {
      name: "list_proposals",
      right: () => ({ path: "optimistic" }),
      shows: ([{ id, title }]) => expect([id, title]).to.deep.equal(["3", "Small"]),
      wrong: () => ({ path: "both" }),
      code: "REQUEST_INVALID",
    },
    {
      name: "simulate_rebalance",
      right: ({ vault }) => ({ index: vault, moves: [{ asset: "BTC", changeBps: -5_000 }] }),
      shows: ({ decision, assets }, { hashes }) => {
        expect(decision).to.equal(hashes.at(-1));
        expect(assets[0].symbol).to.equal("BTC");
      },
      wrong: ({ vault }) => ({ index: vault, moves: [{ asset: "DOGE", changeBps: 1 }] }),
      code: "REQUEST_INVALID",
    },
    {
      name: "backtest",
      right: () => PERIOD,
      shows: ({ result }) => expect(result.totalReturn).to.be.a("number"),
      wrong: () => ({ ...PERIOD, to: "2022-01-02" }),
      code: "REQUEST_INVALID",
    },
    {
      name: "glossary",
      right: () => ({ term: "epoch" }),
      shows: ([{ term }]) => expect(term).to.equal("epoch"),
      wrong: () => ({ term: "epok" }),
      code: "NOT_FOUND",
    },
  ];

  for (const { name, right, shows, wrong, code } of CASES) {
    it(`${name} answers as its route does, right or wrong`, async () => {
      const { data } = await compare(client, fetch, name, right(world));
      shows(data, world);
      expect((await compare(client, fetch, name, wrong(world))).code).to.equal(code);
    });
  }

  it("quote refuses as its route does, and says that the node is down", async () => {
    const ask = { index: world.vault, side: "buy", shares: "1" };
    expect((await compare(client, fetch, "quote", { ...ask, shares: "0" })).code).to.equal("REQUEST_INVALID");
    expect((await compare(client, fetch, "quote", ask)).code).to.equal("UNAVAILABLE");
  });

  it("are all here, but for the price of shares, which needs a chain", () => {
    const names = readTools(ROUTES).map(({ name }) => name);
    expect([...CASES.map(({ name }) => name), "quote"].sort()).to.deep.equal([...names].sort());
  });
});

describe("MCP tools beside their routes, over standard input and output", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-mcp-program-"));
  const file = join(folder, "api.json");
  const client = new Client({ name: "test", version: "1" });
  let fetch: Fetch;
  let close: () => Promise<void>;
  let newest: string | undefined;
  before(async () => {
    const { journal, hashes } = await fixtureJournal(join(folder, "keeper.db"));
    await journal.close();
    newest = hashes.at(-1);
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(FIXTURE_DEPLOYMENT));
    // Port 9 takes what nobody answers: the node is down. There is no indexer.
    const places = { rpcUrl: "http://127.0.0.1:9", deployment: "deployment.json", journal: "keeper.db" };
    writeFileSync(file, JSON.stringify({ ...places, store: "store/api.db", logLevel: "silent" }));
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const settings = { ...loadApiConfig(file, {}), store: ":memory:" };
    const opened = await openContext(settings, logger, { works: false });
    close = opened.close;
    fetch = testApp(opened.context);
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    // What `npm run mcp` runs, without npm's own words on standard output.
    const [, program] = String(scripts.mcp).split(" ");
    const args = [String(program), "--config", file];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: root, stderr: "inherit" }));
  });
  after(async () => {
    await client.close();
    await close();
    rmSync(folder, { recursive: true });
  });

  it("the real program answers from the journal of its settings", async () => {
    const body = await bodyOf(fetch("/v1/keeper/status"));
    const result: Json = await client.callTool({ name: "keeper_status" });
    const timeless = ({ data: { indices, ...rest }, asOfBlock }: Json) => ({
      ...{ rest, asOfBlock },
      indices: indices.map(({ ageSeconds: _, ...index }: Json) => index),
    });
    expect(timeless(result.structuredContent)).to.deep.equal(timeless(body));
    expect(body.data.indices[0].lastDecision.hash).to.equal(newest);
  });

  it("the real program refuses as the API of the same settings does, and names what is missing", async () => {
    const missing = await compare(client, fetch, "list_indices", {});
    expect(missing).to.deep.include({ code: "UNAVAILABLE", missing: ["indexer"] });
    const move = { index: NOBODY, moves: [] };
    expect((await compare(client, fetch, "simulate_rebalance", move)).code).to.equal("NOT_FOUND");
    const recorded = { strategy: "top10", from: "2022-01-01", to: "2022-01-28" };
    expect((await compare(client, fetch, "backtest", recorded)).code).to.equal("UNAVAILABLE");
    expect((await compare(client, fetch, "glossary", { term: "epok" })).code).to.equal("NOT_FOUND");
  });
});

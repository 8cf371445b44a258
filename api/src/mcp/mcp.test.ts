import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect } from "chai";
import { bodyOf, type Json } from "../app.fixture.ts";
import { createApp, ROUTES } from "../app.ts";
import { STRANGER } from "../http/caller.ts";
import { emptyContext } from "../world.fixture.ts";
import { readTools, runTool } from "./tools.ts";

const SIGNING = /sign|send|transfer|approve|vote|claim|deposit|redeem|private/i;

interface Connected {
  readonly client: Client;
  close(): Promise<void>;
}

async function overHttp(): Promise<Connected & { readonly url: string }> {
  const context = await emptyContext();
  const app = createApp(context);
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)) as Transport);
  const close = async () => {
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, url, close };
}

async function overStdio(): Promise<Connected> {
  const script = fileURLToPath(new URL("stdio.fixture.ts", import.meta.url));
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [script], stderr: "inherit" }));
  return { client, close: () => client.close() };
}

const textOf = (result: Json): string => result.content[0].text;

for (const [transport, connect] of [
  ["streamable HTTP", overHttp],
  ["standard input and output", overStdio],
] as const) {
  describe(`MCP over ${transport}`, () => {
    let connected: Connected;
    before(async () => {
      connected = await connect();
    });
    after(() => connected.close());

    it("lists tools that only read, each with the schema of its route", async () => {
      const { tools } = await connected.client.listTools();
      expect(tools.map(({ name }) => name)).to.deep.equal(readTools(ROUTES).map(({ name }) => name));
      for (const { name, annotations, inputSchema } of tools) {
        expect(annotations, name).to.include({ readOnlyHint: true, destructiveHint: false });
        expect(name).to.not.match(SIGNING);
        expect(Object.keys(inputSchema.properties ?? {}).join(" ")).to.not.match(/key|signature/i);
      }
    });

    it("answers as the API does", async () => {
      const result: Json = await connected.client.callTool({ name: "glossary", arguments: { term: "drift" } });
      const body = JSON.parse(textOf(result));
      expect(body.data).to.deep.equal([
        { term: "drift", meaning: "Difference between the weights held and the weights wanted." },
      ]);
      expect(result.structuredContent).to.deep.equal(body);
    });

    it("says what was wrong in the API's words, as a tool's error", async () => {
      const unknown: Json = await connected.client.callTool({ name: "glossary", arguments: { term: "drifft" } });
      expect(unknown.isError).to.equal(true);
      expect(textOf(unknown)).to.equal("The glossary has no such word. Do you mean drift? (NOT_FOUND)");
      const bad: Json = await connected.client.callTool({ name: "glossary", arguments: { term: "", evil: "1" } });
      expect(bad.isError).to.equal(true);
      expect(textOf(bad)).to.equal("evil: is not known here (REQUEST_INVALID)");
      const none: Json = await connected.client.callTool({ name: "transfer", arguments: { to: "0x1" } });
      expect(none.isError).to.equal(true);
      expect(textOf(none)).to.match(/^There is no tool transfer\. There are .*glossary/);
    });
  });
}

describe("MCP over streamable HTTP, from outside", () => {
  it("answers nothing but the protocol, and as many clients as there are at once", async () => {
    const { url, close } = await overHttp();
    const post = (body: string) =>
      fetch(`${url}/mcp`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      });
    expect((await post("{")).status).to.equal(400);
    expect((await post(`{"pad":"${"x".repeat(70_000)}"}`)).status).to.equal(413);
    const call = (id: number) =>
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"glossary","arguments":{"term":"fill"}}}`;
    const answers = await Promise.all([1, 2, 3, 4, 5].map(async (id) => bodyOf(post(call(id)))));
    expect(answers.map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5]);
    const batch = await post(` [${call(1)},${call(2)}]`);
    expect([batch.status, (await bodyOf(batch)).error.code]).to.deep.equal([400, -32_600]);
    await close();
  });
});

describe("MCP tools", () => {
  it("are ten, each with a route of the API", () => {
    expect(readTools(ROUTES).map(({ name }) => name)).to.deep.equal([
      "list_indices",
      "get_index",
      "explain_rebalance",
      "quote",
      "portfolio",
      "keeper_status",
      "list_proposals",
      "simulate_rebalance",
      "backtest",
      "glossary",
    ]);
  });

  it("have one name a route and take their input from nowhere else", async () => {
    const tools = readTools(ROUTES);
    expect(new Set(tools.map(({ name }) => name)).size).to.equal(tools.length);
    for (const { input, route } of tools) {
      const { params, query } = route.parameters;
      for (const [name, schema] of Object.entries({ ...params.shape, ...query.shape }))
        expect(input.shape[name]).to.equal(schema);
    }
  });

  it("refuse what is no object, and names that every object has", async () => {
    const context = await emptyContext();
    const tool = readTools(ROUTES).find(({ name }) => name === "glossary")!;
    for (const input of [[], "x", 5, null, { constructor: 1 }, JSON.parse('{"__proto__":{"term":"x"}}')]) {
      const error = await runTool(context, tool, input, STRANGER).catch((cause) => cause);
      expect(error.code, JSON.stringify(input)).to.equal("REQUEST_INVALID");
    }
  });
});

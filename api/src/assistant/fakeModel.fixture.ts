import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../app.fixture.ts";

/** What a fake model does with one request: the body of its answer, or how it misbehaves. */
export type Turn =
  | { readonly say: string }
  | { readonly call: readonly { readonly name: string; readonly args: string }[] }
  | { readonly raw: string; readonly status?: number }
  | "hang"
  | "flood";

/** An OpenAI-compatible endpoint of a test: says what it is told to, in turn, and keeps what it was asked. */
export interface FakeModel {
  readonly url: string;
  readonly asked: readonly Json[];
  readonly headers: readonly string[]; // authorization of each request
  turns: Turn[];
  close(): Promise<void>;
}

/** Starts one on any free port. */
export async function startFakeModel(): Promise<FakeModel> {
  const asked: Json[] = [];
  const headers: string[] = [];
  const fake: { turns: Turn[] } = { turns: [] };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked.push(JSON.parse(Buffer.concat(parts).toString("utf8")));
    headers.push(request.headers.authorization ?? "");
    const turn = fake.turns.shift() ?? { say: "" };
    if (turn === "hang") return;
    if (turn === "flood") {
      response.writeHead(200, { "content-type": "application/json" });
      for (let i = 0; i < 64; i++) response.write(" ".repeat(8_192));
      response.end();
      return;
    }
    const body = "raw" in turn ? turn.raw : JSON.stringify({ choices: [{ message: messageOf(turn) }] });
    response.writeHead("raw" in turn ? (turn.status ?? 200) : 200, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    headers,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function messageOf(turn: Exclude<Turn, string | { raw: string }>) {
  if ("say" in turn) return { role: "assistant", content: turn.say };
  const calls = turn.call.map(({ name, args }, i) => ({
    id: `call${i}`,
    type: "function",
    function: { name, arguments: args },
  }));
  return { role: "assistant", content: null, tool_calls: calls };
}

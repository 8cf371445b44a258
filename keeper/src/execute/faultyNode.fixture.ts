import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Hex, keccak256, toHex } from "viem";

type Call = { readonly id: number; readonly method: string; readonly params?: readonly unknown[] };

/** Answers a call as a healthy node would. */
export type Upstream = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** What a FaultyNode does wrong. */
export type Fault =
  | "none"
  | "drops" // the connection breaks
  | "silent" // never answers
  | "garbage" // answers with no JSON
  | "nonsense" // answers with JSON of the wrong shape
  | "stale" // its head stays where it was
  | "forgetful" // says it took a transaction, and did not
  | "other chain"
  | "other history" // knows every block by another hash
  | "refusing"; // takes no transaction: too cheap

/** A node that can go wrong in all the ways that nodes do, in front of a healthy chain. JSON-RPC over HTTP. */
export class FaultyNode {
  fault: Fault = "none";
  /** {s} by which its Date header is wrong; NaN: it sends none. */
  dateSkew = 0;
  /** Methods that it was asked for, in order. */
  readonly asked: string[] = [];
  readonly #upstream: Upstream;
  readonly #server: Server;
  #staleHead: Hex = "0x0";

  private constructor(upstream: Upstream) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(upstream: Upstream): Promise<FaultyNode> {
    const node = new FaultyNode(upstream);
    await new Promise<void>((resolve) => node.#server.listen(0, "127.0.0.1", resolve));
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Its head stays at the newest block of now. */
  async freeze(): Promise<void> {
    this.#staleHead = (await this.#upstream("eth_blockNumber", [])) as Hex;
    this.fault = "stale";
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = (await json(request)) as Call;
    this.asked.push(call.method);
    if (this.fault === "silent") return;
    if (this.fault === "drops") {
      request.socket.destroy();
      return;
    }
    if (Number.isNaN(this.dateSkew)) response.sendDate = false;
    else response.setHeader("date", new Date(Date.now() + this.dateSkew * 1000).toUTCString());
    response.setHeader("content-type", "application/json");
    if (this.fault === "garbage") {
      response.end("<html>502 Bad Gateway</html>");
      return;
    }
    response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, ...(await this.#answer(call)) }));
  }

  async #answer({ method, params = [] }: Call): Promise<object> {
    try {
      return { result: await this.#result(method, params) };
    } catch (error) {
      const { code = -32_603, message = "failed", data } = error as { code?: number; message?: string; data?: unknown };
      return { error: { code, message, data } };
    }
  }

  async #result(method: string, params: readonly unknown[]): Promise<unknown> {
    const isSend = method === "eth_sendRawTransaction";
    switch (this.fault) {
      case "nonsense":
        return method === "eth_chainId" ? this.#upstream(method, params) : { number: "0x", hash: 7 };
      case "other chain":
        return method === "eth_chainId" ? "0x1" : this.#upstream(method, params);
      case "other history":
        return withOtherHash(await this.#upstream(method, params));
      case "forgetful":
        return isSend ? keccak256(params[0] as Hex) : this.#upstream(method, params);
      case "refusing":
        if (isSend) throw { code: -32_000, message: "transaction underpriced: tip needed 1000000000" };
        return this.#upstream(method, params);
      case "stale":
        if (method === "eth_blockNumber") return this.#staleHead;
        return this.#upstream(
          method,
          params.map((value) => (value === "latest" ? this.#staleHead : value)),
        );
      default:
        return this.#upstream(method, params);
    }
  }
}

function withOtherHash(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("hash" in result)) return result;
  return { ...result, hash: keccak256(toHex(`another ${String(result.hash)}`)) };
}

/** A healthy chain of empty blocks, one every twelve seconds until `time` {s}. */
export function emptyChain(time: () => number, chainId = 1): Upstream {
  const genesis = 1_600_000_000;
  const head = () => BigInt(Math.floor((time() - genesis) / 12));
  const blockAt = (number: bigint) => ({
    number: toHex(number),
    hash: keccak256(toHex(`block ${number}`)),
    timestamp: toHex(BigInt(genesis) + 12n * number),
    transactions: [],
  });
  return async (method, [first]) => {
    if (method === "eth_chainId") return toHex(chainId);
    if (method === "eth_blockNumber") return toHex(head());
    if (method !== "eth_getBlockByNumber") throw { code: -32_601, message: `no ${method} here` };
    const number = first === "latest" ? head() : BigInt(String(first));
    return number > head() ? null : blockAt(number);
  };
}

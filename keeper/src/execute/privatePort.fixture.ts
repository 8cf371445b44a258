import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Hex, keccak256, parseTransaction, toHex } from "viem";
import type { Receipt, TransactionPort } from "./port.ts";

/** Stands in for the ordinary node and its chain of one account. Whatever is sent to it, everybody sees. */
export class FakePublicNode implements TransactionPort {
  block = 100n;
  nonce = 7;
  readonly seen: Hex[] = [];
  readonly receipts = new Map<Hex, Receipt>();
  /** Whether it mines what it is sent. */
  mines = true;

  time = async () => 1_000_000;
  simulate = async () => 100_000n;
  explain = async () => "refused";
  balance = async () => 10n ** 18n;
  nonces = async () => ({ latest: this.nonce, pending: this.nonce });
  fees = async () => ({ base: 10n, tip: 2n });
  receipt = async (hash: Hex) => this.receipts.get(hash) ?? null;
  height = async () => this.block;
  send = async (raw: Hex) => {
    this.seen.push(raw);
    if (this.mines) this.mine(raw);
  };

  mine(raw: Hex): void {
    if (parseTransaction(raw).nonce !== this.nonce) return;
    this.block++;
    this.nonce++;
    const place = { block: this.block, blockHash: keccak256(toHex(this.block)) };
    this.receipts.set(keccak256(raw), { succeeded: true, ...place, gasUsed: 90_000n, gasPrice: 12n });
  }
}

/** Stands in for a private endpoint of block builders, over HTTP. It shows nobody what it gets. */
export class FakePrivateEndpoint {
  readonly taken: Hex[] = [];
  readonly methods: string[] = [];
  /** What it does with a transaction after it has taken it. */
  afterwards: (raw: Hex) => void = () => {};
  /** Changes its answer. */
  answer: (raw: Hex) => object = (raw) => ({ result: keccak256(raw) });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const { id, method, params } = (await json(request)) as { id: number; method: string; params: [Hex] };
      this.methods.push(method);
      this.taken.push(params[0]);
      this.afterwards(params[0]);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, ...this.answer(params[0]) }));
    });
  }

  static async start(): Promise<FakePrivateEndpoint> {
    const endpoint = new FakePrivateEndpoint();
    await new Promise<void>((resolve) => endpoint.#server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  /** With a customer's key behind the host, as such addresses have it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/customer-key`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

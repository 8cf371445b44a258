import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Hex, hexToBigInt, hexToNumber, keccak256, type TransactionSerializableEIP1559, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** What a request asks. */
export interface SignerRequest {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly authorization: string | undefined;
}

type Fields = Omit<TransactionSerializableEIP1559, "chainId"> & { chainId: number };

const account = privateKeyToAccount(keccak256(toHex("key behind the fake remote signer")));
const other = privateKeyToAccount(keccak256(toHex("another key")));

/**
 * Stands in for Web3Signer, Clef or a node with accounts: JSON-RPC over HTTP with real keys and real signatures. A test says how
 * it misbehaves.
 */
export class FakeRemoteSigner {
  readonly address = account.address;
  readonly requests: SignerRequest[] = [];
  /** Changes a transaction before it is signed. */
  alter: (fields: Fields) => Fields = (fields) => fields;
  /** Changes typed data before it is signed. */
  alterTyped: (data: Record<string, unknown>) => Record<string, unknown> = (data) => data;
  /** Signs with a key that nobody asked for. */
  usesOtherKey = false;
  /** Takes the place of the usual answer. */
  answer: ((request: SignerRequest, response: ServerResponse) => void) | null = null;
  /** Changes a result on its way out. */
  change: (result: unknown) => unknown = (result) => result;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<FakeRemoteSigner> {
    const signer = new FakeRemoteSigner();
    await new Promise<void>((resolve) => signer.#server.listen(0, "127.0.0.1", resolve));
    return signer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { id, method, params } = JSON.parse(await text(incoming)) as SignerRequest & { id: number };
    const request = { method, params, authorization: incoming.headers.authorization };
    this.requests.push(request);
    if (this.answer !== null) return this.answer(request, response);
    const result = this.change(await this.#sign(method, params));
    response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  }

  async #sign(method: string, params: readonly unknown[]): Promise<unknown> {
    const key = this.usesOtherKey ? other : account;
    if (method === "eth_signTransaction" || method === "account_signTransaction") {
      const raw = await key.signTransaction(this.alter(toFields(params[0] as Record<string, Hex>)));
      return method === "account_signTransaction" ? { raw, tx: { hash: keccak256(raw) } } : raw;
    }
    // Clef takes an object, the others a text; each refuses what the other one takes.
    const isText = typeof params[1] === "string";
    if (isText === (method === "account_signTypedData")) throw new Error("typed data in the wrong form");
    const data = (isText ? JSON.parse(params[1] as string) : params[1]) as Record<string, unknown>;
    return key.signTypedData(this.alterTyped(data) as Parameters<typeof key.signTypedData>[0]);
  }
}

function toFields(request: Record<string, Hex>): Fields {
  const { chainId = "0x0", nonce = "0x0", value = "0x0", gas = "0x0", to, data } = request;
  const { maxFeePerGas = "0x0", maxPriorityFeePerGas = "0x0" } = request;
  return {
    type: "eip1559",
    chainId: hexToNumber(chainId),
    nonce: hexToNumber(nonce),
    value: hexToBigInt(value),
    gas: hexToBigInt(gas),
    maxFeePerGas: hexToBigInt(maxFeePerGas),
    maxPriorityFeePerGas: hexToBigInt(maxPriorityFeePerGas),
    ...(to && { to }),
    ...(data && { data }),
  };
}

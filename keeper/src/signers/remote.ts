import {
  type Address,
  getTypesForEIP712Domain,
  type Hex,
  numberToHex,
  serializeTypedData,
  type TypedDataDefinition,
} from "viem";
import { z } from "zod";
import { SignerUnavailableError } from "../errors.ts";
import { checkTransaction, checkTypedData } from "./answers.ts";
import type { Secrets } from "./secrets.ts";
import type { DecisionSigner, GasSigner, UnsignedTransaction } from "./signer.ts";

/** How to reach a remote signer. */
export interface RemoteSignerOptions {
  readonly url: string;
  /** The account that must sign. */
  readonly address: Address;
  readonly api: keyof typeof METHODS;
  /** Bearer token. */
  readonly token?: string | undefined;
  readonly timeout: number; // {ms} for a whole answer; Clef may ask a person
  readonly secrets: Secrets;
}

/** Names of the two calls, and whether typed data goes as text (as MetaMask began it) or as an object. */
const METHODS = {
  web3signer: { transaction: "eth_signTransaction", typedData: "eth_signTypedData", asText: true },
  clef: { transaction: "account_signTransaction", typedData: "account_signTypedData", asText: false },
  node: { transaction: "eth_signTransaction", typedData: "eth_signTypedData_v4", asText: true },
} as const;

const LARGEST_ANSWER = 1_000_000; // bytes
const LONGEST_REASON = 200; // characters

const answerSchema = z.object({
  id: z.literal(1),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
});

/**
 * A key behind another service (JSON-RPC over HTTP, as Web3Signer and Clef speak it). The service is not trusted with
 * what is signed: every answer is checked against what was asked, by the address that the configuration names.
 */
export class RemoteSigner implements GasSigner, DecisionSigner {
  readonly #options: RemoteSignerOptions;
  readonly address: Address;

  constructor(options: RemoteSignerOptions) {
    this.#options = options;
    this.address = options.address;
  }

  async signTransaction(wanted: UnsignedTransaction): Promise<Hex> {
    const { api, address } = this.#options;
    const answer = await this.#ask(METHODS[api].transaction, [toRequest(address, wanted)]);
    // Clef and nodes answer {raw, tx}, Web3Signer the raw transaction alone.
    const raw = typeof answer === "object" && answer !== null && "raw" in answer ? answer.raw : answer;
    return checkTransaction(this.#asked(), wanted, raw);
  }

  readonly signTypedData: DecisionSigner["signTypedData"] = async (wanted) => {
    const { api, address } = this.#options;
    const { typedData: method, asText } = METHODS[api];
    const definition = wanted as TypedDataDefinition;
    const { domain, types } = definition;
    // Without the domain's own type the library leaves the domain out.
    const complete = { EIP712Domain: getTypesForEIP712Domain({ domain }), ...types };
    const text = serializeTypedData({ ...definition, types: complete } as unknown as TypedDataDefinition);
    const answer = await this.#ask(method, [address, asText ? text : JSON.parse(text)]);
    return checkTypedData(this.#asked(), definition, answer);
  };

  #asked() {
    return { signer: this.address, where: new URL(this.#options.url).origin };
  }

  /** Throws SignerUnavailableError. A refusal may be a person's: nothing is asked twice here. */
  async #ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const { url, token, timeout } = this.#options;
    let text: string;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        redirect: "error", // the token and what is signed go nowhere else
        signal: AbortSignal.timeout(timeout),
      });
      text = await readLimited(response);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
    } catch (error) {
      throw this.#unavailable(method, reasonOf(error));
    }
    const answer = answerSchema.safeParse(parseJson(text));
    if (!answer.success) throw this.#unavailable(method, "its answer is no JSON-RPC");
    const { result, error } = answer.data;
    if (error != null) throw this.#unavailable(method, `refused (${error.code}): ${error.message}`);
    return result;
  }

  /** Without a cause: errors of libraries carry what was sent. */
  #unavailable(method: string, reason: string): SignerUnavailableError {
    const { secrets } = this.#options;
    const { signer, where } = { signer: this.address, where: this.#asked().where };
    return new SignerUnavailableError("The remote signer gave no signature; tried again later.", {
      signer: where,
      account: signer,
      method,
      reason: secrets.redact(reason).slice(0, LONGEST_REASON),
    });
  }
}

/** As JSON-RPC wants it: every number a quantity. */
function toRequest(from: Address, wanted: UnsignedTransaction) {
  const { chainId, nonce, value, to, data = "0x", gas, maxFeePerGas, maxPriorityFeePerGas } = wanted;
  const numbers = { chainId, nonce, value, gas, maxFeePerGas, maxPriorityFeePerGas };
  const quantities = Object.entries(numbers).map(([name, number]) => [name, numberToHex(number)]);
  return { type: "0x2", from, to, data, ...Object.fromEntries(quantities) };
}

async function readLimited(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LARGEST_ANSWER) throw new Error(`more than ${LARGEST_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The innermost words: `fetch failed` alone helps nobody. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}

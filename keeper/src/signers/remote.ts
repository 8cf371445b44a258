import {
  type Address,
  getTypesForEIP712Domain,
  type Hex,
  numberToHex,
  serializeTypedData,
  type TypedDataDefinition,
} from "viem";
import { SignerUnavailableError } from "../errors.ts";
import { checkTransaction, checkTypedData } from "./answers.ts";
import { callJsonRpc } from "./jsonRpc.ts";
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

const LONGEST_REASON = 200; // characters

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
    const { url, token, timeout, secrets } = this.#options;
    const outcome = await callJsonRpc({ url, method, params, token, timeout });
    if ("result" in outcome) return outcome.result;
    const { signer: account, where } = this.#asked();
    // Without a cause: errors of libraries carry what was sent.
    throw new SignerUnavailableError("The remote signer gave no signature; tried again later.", {
      signer: where,
      account,
      method,
      reason: secrets.redact(outcome.reason).slice(0, LONGEST_REASON), // cut last, so that no half of a secret is left
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

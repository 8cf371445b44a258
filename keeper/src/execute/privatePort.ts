import {
  type Address,
  type Hex,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerialized,
} from "viem";
import { PrivateEndpointError } from "../errors.ts";
import { callJsonRpc } from "../signers/jsonRpc.ts";
import type { Logger } from "./logger.ts";
import type { Call, TransactionPort } from "./port.ts";

/** How transactions reach block builders without being seen by everybody before. */
export interface PrivateSettings {
  /** Sends a raw transaction to the private endpoint. */
  readonly send: (raw: Hex) => Promise<void>;
  /**
   * What happens to a transaction that the endpoint has had for `blocks` blocks and that is not mined. `never`: it stays
   * private, waits, and is told of as stuck. `public`: it is sent to the ordinary node as well, where everybody sees it.
   */
  readonly fallback: "never" | "public";
  readonly blocks: bigint;
}

interface Held {
  readonly since: bigint; // block in which the endpoint was first given a transaction with this nonce
  readonly isPublic: boolean;
}

/** Nonces that are remembered; older ones were mined long ago. */
const REMEMBERED = 1_000;
const LONGEST_REASON = 200; // characters

/**
 * An ordinary node for everything that is read, and a private endpoint for what is sent. The blocks are counted a nonce, so
 * that a raised fee does not begin anew. After a restart they are: a transaction may stay private for longer, never shorter.
 */
class PrivatePort implements TransactionPort {
  readonly #port: TransactionPort;
  readonly #settings: PrivateSettings;
  readonly #logger: Logger;
  readonly #held = new Map<string, Held>();

  constructor(port: TransactionPort, settings: PrivateSettings, logger: Logger) {
    this.#port = port;
    this.#settings = settings;
    this.#logger = logger;
  }

  async send(raw: Hex): Promise<void> {
    const isPublic = await this.#isGivenUp(raw);
    try {
      await this.#settings.send(raw);
    } catch (error) {
      // Once it goes to everybody, the endpoint does not matter any more.
      if (!isPublic) throw error;
    }
    if (isPublic) await this.#port.send(raw);
  }

  /** Whether the endpoint had its blocks, and the public node is to be told. */
  async #isGivenUp(raw: Hex): Promise<boolean> {
    const { fallback, blocks } = this.#settings;
    const height = await this.#port.height();
    const { nonce = 0 } = parseTransaction(raw);
    const sender = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerialized });
    const key = `${sender}/${nonce}`;
    const held = this.#held.get(key) ?? { since: height, isPublic: false };
    const isPublic = fallback === "public" && height - held.since >= blocks;
    this.#remember(key, { ...held, isPublic });
    if (isPublic && !held.isPublic) {
      const waited = String(height - held.since);
      this.#logger.warn(
        { hash: keccak256(raw), nonce, blocks: waited },
        "not mined privately; sent to the public node",
      );
    }
    return isPublic;
  }

  #remember(key: string, held: Held): void {
    this.#held.set(key, held);
    const [oldest] = this.#held.keys();
    if (this.#held.size > REMEMBERED && oldest !== undefined) this.#held.delete(oldest);
  }

  time = () => this.#port.time();
  simulate = (call: Call) => this.#port.simulate(call);
  explain = (call: Call, block: bigint) => this.#port.explain(call, block);
  balance = (account: Address) => this.#port.balance(account);
  nonces = (account: Address) => this.#port.nonces(account);
  fees = () => this.#port.fees();
  receipt = (hash: Hex) => this.#port.receipt(hash);
  height = () => this.#port.height();
}

/** `port`, with what is sent going to a private endpoint. */
export function withPrivateEndpoint(port: TransactionPort, settings: PrivateSettings, logger: Logger): TransactionPort {
  return new PrivatePort(port, settings, logger);
}

/**
 * A private endpoint at a URL (`eth_sendRawTransaction`), as block builders and relays offer it. What it refuses, and when it
 * does not answer, is a PrivateEndpointError; nothing is sent elsewhere for it.
 */
export function createPrivateSender(url: string, timeout = 10_000): PrivateSettings["send"] {
  return async (raw) => {
    const outcome = await callJsonRpc({ url, method: "eth_sendRawTransaction", params: [raw], timeout });
    const reason =
      "reason" in outcome
        ? outcome.reason.slice(0, LONGEST_REASON)
        : "it answered with the hash of another transaction";
    if ("result" in outcome && String(outcome.result).toLowerCase() === keccak256(raw)) return;
    // Of its address only the host: what follows may be a customer's key.
    const details = { endpoint: new URL(url).origin, reason };
    throw new PrivateEndpointError("The private endpoint did not take a transaction; tried again later.", details);
  };
}

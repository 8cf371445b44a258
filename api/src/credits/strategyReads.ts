import { indexVaultViewsAbi, royaltyReceiverAbi, strategyRegistryAbi } from "@gimbal/sdk";
import { type Address, isAddressEqual, type PublicClient } from "viem";
import { UnavailableError } from "../http/problem.ts";
import { LogRanges } from "./logRanges.ts";
import type { StrategyReads } from "./services.ts";

/** Answers that are remembered at once. */
const MOST_ANSWERS = 10_000;
const STRATEGY = 0; // StrategyKind

/** Where a deployment keeps strategies. */
export interface StrategyPlace {
  /** StrategyRegistry; undefined: this deployment has none, so that nobody is found. */
  readonly registry: Address | undefined;
  readonly multicall: Address;
}

/**
 * Finds the strategy of a vault on chain: the vault's royalty recipient is the RoyaltyReceiver that the registry made for
 * it. Anybody can give a vault a recipient that claims to be one, so the registry is asked back.
 */
export class ChainStrategyReads implements StrategyReads {
  readonly #client: PublicClient;
  readonly #place: StrategyPlace;
  readonly #logs = new LogRanges();
  /** What a vault followed at a block does not change any more. */
  readonly #known = new Map<string, bigint>();

  constructor(client: PublicClient, place: StrategyPlace) {
    this.#client = client;
    this.#place = place;
  }

  /** Throws {@link UnavailableError} when the node does not answer. */
  async strategyAt(vault: Address, block: number): Promise<bigint> {
    const { registry } = this.#place;
    if (registry === undefined) return 0n;
    const key = `${vault.toLowerCase()}/${block}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    try {
      const newest = await this.#client.getBlockNumber({ cacheTime: 0 });
      const recipient = await this.#recipientAt(vault, BigInt(block), newest);
      const id = recipient === undefined ? 0n : await this.#idOf(recipient, registry, newest);
      // A node that has not come so far tells what was before.
      if (newest < BigInt(block)) return id;
      if (this.#known.size >= MOST_ANSWERS) this.#known.clear();
      this.#known.set(key, id);
      return id;
    } catch (cause) {
      const detail = "The node could not be asked whose strategy this is. Try again in a moment; nothing was taken.";
      throw new UnavailableError(["node"], detail, { cause });
    }
  }

  /**
   * Whom a vault paid royalties to at the end of a block: what its next change says was before it, or else what it says now.
   * Events of old blocks are there when their state is long gone. Undefined: there is no such vault.
   */
  async #recipientAt(vault: Address, block: bigint, newest: bigint): Promise<Address | undefined> {
    const code = await this.#client.getCode({ address: vault, blockNumber: newest });
    if (code === undefined) return undefined;
    const call = { abi: indexVaultViewsAbi, address: vault } as const;
    if (newest > block) {
      const [next] = await this.#logs.read(block + 1n, newest, (range) =>
        this.#client.getContractEvents({ ...call, eventName: "StrategyAdopted", strict: true, ...range }),
      );
      if (next !== undefined) return next.args.previous.recipient;
    }
    const now = await this.#client.readContract({ ...call, functionName: "strategy", blockNumber: newest });
    return now.recipient;
  }

  /** The strategy whose receiver an account is; 0n: it is none. The account may be anything, and may answer anything. */
  async #idOf(recipient: Address, registry: Address, blockNumber: bigint): Promise<bigint> {
    const options = { multicallAddress: this.#place.multicall, blockNumber } as const;
    const [count, claimed] = await this.#client.multicall({
      ...options,
      contracts: [
        { abi: strategyRegistryAbi, address: registry, functionName: "count" },
        { abi: royaltyReceiverAbi, address: recipient, functionName: "id" },
      ],
    });
    // The registry always answers; if it did not, neither did the node.
    if (count.status === "failure") throw count.error;
    const id = claimed.status === "success" ? claimed.result : 0n;
    if (id === 0n || id > count.result) return 0n;
    const call = { abi: strategyRegistryAbi, address: registry } as const;
    const [receiver, { kind }] = await this.#client.multicall({
      ...options,
      allowFailure: false,
      contracts: [
        { ...call, functionName: "receiverOf", args: [id] },
        { ...call, functionName: "recordOf", args: [id] },
      ],
    });
    return isAddressEqual(receiver, recipient) && kind === STRATEGY ? id : 0n;
  }
}

import {
  type Block,
  createPublicClient,
  fallback,
  type Hex,
  http,
  isHex,
  type PublicClient,
  type Transport,
} from "viem";
import { ClockSkewError, NodesDisagreeError, NodeUntrustedError, WrongChainError } from "../errors.ts";
import { type Observer, silentObserver } from "../health/observer.ts";
import { hostOf } from "../health/redact.ts";
import { observedTransport } from "../health/rpc.ts";
import { type NodeState, type Sight, type SurveyLimits, survey } from "./nodeSurvey.ts";

/** How nodes are asked, and when one is believed. */
export interface NodeSettings extends SurveyLimits {
  readonly timeout: number; // {ms} for one answer
  readonly retries: number; // of one node, before the next one is asked
  readonly retryDelay: number; // {ms} grows with each retry
}

export const defaultNodeSettings: NodeSettings = {
  timeout: 10_000,
  retries: 2,
  retryDelay: 150,
  staleHead: 300,
  behind: 60,
  skew: 60,
  depth: 3,
  quorum: 1,
};

export interface NodesOptions {
  /** In the order in which they are asked. */
  readonly urls: readonly string[];
  readonly chainId: number;
  readonly settings: NodeSettings;
  /** Told of every node whenever it becomes usable or unusable, with the reason in words. */
  readonly onChange?: (state: NodeState) => void;
  /** Told of every call, of every node's head, and of what a look found. */
  readonly observer?: Observer;
  /** {s} this machine's clock. */
  readonly clock?: () => number;
}

/** A block that a decision was made from. */
export interface PinnedBlock {
  readonly number: bigint;
  readonly hash: Hex;
}

/** What a keeper asks before it relies upon what its nodes say. */
export interface NodeWatch {
  /** Compares the nodes; those that cannot be believed are not used until they can. Throws when none can. */
  check(): Promise<void>;
  /** Asks every node in use for a block. Throws when they do not know it by the same hash. */
  confirm(block: PinnedBlock): Promise<void>;
}

interface Node {
  readonly name: string;
  readonly transport: Transport;
  readonly client: PublicClient;
  /** {s} by the header of its newest answer; null: it sends none. */
  readonly seen: { date: number | null };
}

const CONFIRM_TRIES = 5;

/**
 * Several nodes of one chain behind one client. Calls go to the first node that was believed at the last look, and to the
 * next one when it does not answer.
 */
export class Nodes implements NodeWatch {
  readonly client: PublicClient;
  readonly #options: NodesOptions;
  readonly #nodes: readonly Node[];
  #inUse: readonly Node[];
  #current: ReturnType<Transport>;
  readonly #told = new Map<string, string | null>();
  readonly #observer: Observer;

  constructor(options: NodesOptions) {
    this.#options = options;
    this.#observer = options.observer ?? silentObserver;
    this.#nodes = options.urls.map((url, i) => this.#connect(url, i));
    this.#inUse = this.#nodes;
    this.#current = chained(this.#nodes);
    // The nodes in use change; whoever has the client need not know.
    const request: ReturnType<Transport>["request"] = (...call) => this.#current.request(...call);
    const transport: Transport = () => ({ ...this.#current, request });
    this.client = createPublicClient({ transport, cacheTime: 0 });
  }

  /** Names of the nodes that are believed, in the order in which they are asked. */
  get inUse(): readonly string[] {
    return this.#inUse.map(({ name }) => name);
  }

  async check(): Promise<void> {
    const { chainId, settings, clock = machineClock } = this.#options;
    const sights = await Promise.all(this.#nodes.map((node) => this.#look(node)));
    const hashesAt = (height: bigint, names: readonly string[]) => this.#hashesAt(height, names);
    const { states, skewed, split } = await survey({ sights, chainId, limits: settings, now: clock(), hashesAt });
    for (const state of states) this.#tell(state);
    const usable = new Set(states.filter(({ reason }) => reason === null).map(({ node }) => node));
    const reasons = Object.fromEntries(states.flatMap(({ node, reason }) => (reason === null ? [] : [[node, reason]])));
    if (skewed !== null) {
      throw new ClockSkewError(
        "This machine's clock and the nodes' differ too much. Set the clock; then look at the nodes.",
        {
          machine: isoTime(skewed.machine),
          nodes: isoTime(skewed.nodes),
          source: skewed.source,
        },
      );
    }
    if (split)
      throw new NodesDisagreeError("The nodes tell different chains and none has a majority. Check them.", reasons);
    if (sights.length > 0 && sights.every(({ chain }) => chain !== null && chain !== chainId)) {
      throw new WrongChainError("The node is on another chain than the configuration says. Check rpcUrl and chainId.", {
        configured: String(chainId),
        ...reasons,
      });
    }
    if (usable.size < settings.quorum) {
      const wanted = { usable: String(usable.size), needed: String(settings.quorum) };
      throw new NodeUntrustedError("Too few nodes can be believed; nothing is decided. Check them.", {
        ...wanted,
        ...reasons,
      });
    }
    this.#use(this.#nodes.filter(({ name }) => usable.has(name)));
  }

  async confirm({ number, hash }: PinnedBlock): Promise<void> {
    const others = new Map<string, Hex>();
    let silent: readonly string[] = this.inUse;
    // A node may be a block behind; that it knows another one is not forgiven.
    for (let attempt = 0; attempt < CONFIRM_TRIES && silent.length > 0; attempt++) {
      if (attempt > 0) await sleep(this.#options.settings.retryDelay * 2 ** attempt);
      const answers = await this.#hashesAt(number, silent);
      for (const [name, answer] of answers) if (answer !== hash) others.set(name, answer);
      silent = silent.filter((name) => !answers.has(name));
    }
    for (const node of silent)
      this.#tell({ node, reason: `It does not know block ${number}, which a decision is made from.` });
    const agreeing = this.#inUse.filter(({ name }) => !others.has(name) && !silent.includes(name));
    if (others.size > 0 || agreeing.length < this.#options.settings.quorum) {
      const told = Object.fromEntries([...others].map(([name, other]) => [name, `${number} is ${other}`]));
      const missing = Object.fromEntries(silent.map((name) => [name, `does not know block ${number}`]));
      throw new NodesDisagreeError("The nodes do not agree on the block of a decision; nothing is decided from it.", {
        block: `${number} ${hash}`,
        ...told,
        ...missing,
      });
    }
    this.#use(agreeing);
  }

  #connect(url: string, index: number): Node {
    const { timeout, retries, retryDelay } = this.#options.settings;
    const seen = { date: null as number | null };
    const onFetchResponse = (response: Response) => {
      const date = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(date)) seen.date = date / 1000;
    };
    // Addresses of nodes often hold a key: only the host is ever said.
    const name = `${index + 1}:${hostOf(url)}`;
    const plain = http(url, { timeout, retryCount: retries, retryDelay, onFetchResponse });
    const transport = observedTransport(plain, name, this.#observer);
    const client = createPublicClient({ transport, cacheTime: 0 });
    return { name, transport, client, seen };
  }

  #use(nodes: readonly Node[]): void {
    if (nodes.length === this.#inUse.length && nodes.every((node, i) => node === this.#inUse[i])) return;
    this.#inUse = nodes;
    this.#current = chained(nodes);
  }

  async #look(node: Node): Promise<Sight> {
    const { name, client, seen } = node;
    try {
      const [chain, block] = await Promise.all([client.getChainId(), client.getBlock()]);
      const head = toHead(block);
      if (head !== null)
        this.#observer.tell({ kind: "head", node: name, block: head.number, timestamp: head.timestamp });
      return { node: name, chain, head, date: seen.date, failure: null };
    } catch (error) {
      const failure = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
      return { node: name, chain: null, head: null, date: seen.date, failure };
    }
  }

  async #hashesAt(height: bigint, names: readonly string[]): Promise<ReadonlyMap<string, Hex>> {
    const asked = this.#nodes.filter(({ name }) => names.includes(name));
    const answers = await Promise.allSettled(asked.map(({ client }) => client.getBlock({ blockNumber: height })));
    const hashes = new Map<string, Hex>();
    answers.forEach((answer, i) => {
      const head = answer.status === "fulfilled" ? toHead(answer.value) : null;
      const name = asked[i]?.name;
      if (head !== null && head.number === height && name !== undefined) hashes.set(name, head.hash);
    });
    return hashes;
  }

  #tell(state: NodeState): void {
    const { node, reason } = state;
    this.#observer.tell({ kind: "node", node, isUsable: reason === null, reason });
    const before = this.#told.get(node) ?? null;
    this.#told.set(node, reason);
    // The numbers in a reason change with each look; that a node cannot be used is news only once.
    if ((before === null) !== (reason === null)) this.#options.onChange?.(state);
  }
}

/** Asks one node after the other; each retries by itself. */
function chained(nodes: readonly Node[]): ReturnType<Transport> {
  return fallback(
    nodes.map(({ transport }) => transport),
    { retryCount: 0 },
  )({});
}

/** A block of the right shape, or null: a node may answer anything. */
function toHead(block: Pick<Block, "number" | "hash" | "timestamp"> | null): Sight["head"] {
  const { number, hash, timestamp } = block ?? {};
  const isBlock = typeof number === "bigint" && typeof timestamp === "bigint" && isHex(hash) && hash.length === 66;
  return isBlock && timestamp > 0n ? { number, hash, timestamp: Number(timestamp) } : null;
}

function isoTime(time: number): string {
  return new Date(Math.round(time * 1000)).toISOString();
}

function machineClock(): number {
  return Date.now() / 1000;
}

function sleep(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

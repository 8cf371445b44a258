import type { Hex } from "viem";

/** When a node is believed. Ages of 0 are not looked at: a development chain keeps a time of its own. */
export interface SurveyLimits {
  readonly staleHead: number; // {s} between a head and this machine's clock
  readonly behind: number; // {s} of a head behind the newest one
  readonly skew: number; // {s} of this machine's clock from the nodes'
  readonly depth: number; // blocks below the lowest head, where all must know the same hash
  readonly quorum: number; // nodes that must be believed
}

/** What one node showed of itself. `chain` and `head` are null when it did not answer, or not with a block. */
export interface Sight {
  readonly node: string;
  readonly chain: number | null;
  readonly head: { readonly number: bigint; readonly hash: Hex; readonly timestamp: number } | null;
  readonly date: number | null; // {s} by the header of its answer
  readonly failure: string | null;
}

/** Whether a node is used; `reason` says why not. */
export interface NodeState {
  readonly node: string;
  readonly reason: string | null;
}

/** What comparing the nodes showed. */
export interface Survey {
  readonly states: readonly NodeState[];
  /** Both times {s}, when this machine's clock cannot be right, and what told the nodes' time. */
  readonly skewed: { readonly machine: number; readonly nodes: number; readonly source: string } | null;
  /** No chain has a majority among the nodes that answered. */
  readonly split: boolean;
}

export interface SurveyParameters {
  readonly sights: readonly Sight[];
  readonly chainId: number;
  readonly limits: SurveyLimits;
  readonly now: number; // {s} this machine's clock
  /** Hash of a block by each of some nodes; who does not know it is left out. */
  readonly hashesAt: (height: bigint, nodes: readonly string[]) => Promise<ReadonlyMap<string, Hex>>;
}

type Seen = Sight & { readonly head: NonNullable<Sight["head"]> };

/** Compares what nodes show with each other and with this machine's clock. Throws nothing of its own. */
export async function survey({ sights, chainId, limits, now, hashesAt }: SurveyParameters): Promise<Survey> {
  const reasons = new Map<string, string>();
  for (const sight of sights) {
    const reason = obviousFault(sight, chainId);
    if (reason !== null) reasons.set(sight.node, reason);
  }
  const answering = sights.filter((sight): sight is Seen => sight.head !== null && !reasons.has(sight.node));
  const skewed = clockSkew(answering, limits, now);
  if (skewed === null) judgeAges(answering, limits, now, reasons);
  const fresh = answering.filter(({ node }) => !reasons.has(node));
  const split = fresh.length > 1 && (await judgeHashes(fresh, limits, hashesAt, reasons));
  return { states: sights.map(({ node }) => ({ node, reason: reasons.get(node) ?? null })), skewed, split };
}

function obviousFault({ chain, head, failure }: Sight, chainId: number): string | null {
  if (failure !== null) return `It does not answer: ${failure}`;
  if (chain !== chainId) return `It is on chain ${chain}, not on ${chainId}.`;
  return head === null ? "Its newest block is no block." : null;
}

/** The middle of the nodes' clocks, so that one wrong node does not put this machine in the wrong. */
function clockSkew(nodes: readonly Seen[], { skew, staleHead }: SurveyLimits, now: number): Survey["skewed"] {
  const dates = nodes.flatMap(({ date }) => (date === null ? [] : [date]));
  const date = middle(dates);
  if (skew > 0 && date !== null && Math.abs(date - now) > skew) {
    return { machine: now, nodes: date, source: "the Date of the nodes' answers" };
  }
  if (staleHead === 0 || skew === 0) return null;
  // A head cannot be of the future: with most nodes there, it is this clock that is behind.
  const head = middle(nodes.map((node) => node.head.timestamp));
  if (head === null || head - now <= skew) return null;
  return { machine: now, nodes: head, source: "the newest blocks" };
}

function judgeAges(nodes: readonly Seen[], limits: SurveyLimits, now: number, reasons: Map<string, string>): void {
  const { staleHead, behind, skew } = limits;
  for (const { node, head } of nodes) {
    if (staleHead === 0) continue;
    const age = Math.round(now - head.timestamp);
    if (age > staleHead)
      reasons.set(node, `Its newest block ${head.number} is ${age} s old; at most ${staleHead} are allowed.`);
    if (skew > 0 && -age > skew) reasons.set(node, `Its newest block ${head.number} is ${-age} s in the future.`);
  }
  const left = nodes.filter(({ node }) => !reasons.has(node));
  const newest = Math.max(...left.map(({ head }) => head.timestamp));
  for (const { node, head } of left) {
    const lag = newest - head.timestamp;
    if (behind > 0 && lag > behind)
      reasons.set(node, `Its newest block ${head.number} is ${lag} s behind the newest of the others.`);
  }
}

/** Names the nodes outside the majority. True when there is none: then nobody is believed. */
async function judgeHashes(
  nodes: readonly Seen[],
  { depth }: SurveyLimits,
  hashesAt: SurveyParameters["hashesAt"],
  reasons: Map<string, string>,
): Promise<boolean> {
  const lowest = nodes.reduce(
    (least, { head }) => (head.number < least ? head.number : least),
    nodes[0]?.head.number ?? 0n,
  );
  const height = lowest > BigInt(depth) ? lowest - BigInt(depth) : 0n;
  const hashes = await hashesAt(
    height,
    nodes.map(({ node }) => node),
  );
  for (const { node } of nodes) {
    if (!hashes.has(node)) reasons.set(node, `It does not know block ${height}, though its newest is later.`);
  }
  const votes = new Map<Hex, number>();
  for (const hash of hashes.values()) votes.set(hash, (votes.get(hash) ?? 0) + 1);
  const [first] = [...votes].sort((a, b) => b[1] - a[1]);
  if (first === undefined) return false;
  const [majority, count] = first;
  const isSplit = 2 * count <= hashes.size;
  for (const [node, hash] of hashes) {
    if (isSplit)
      reasons.set(node, `It knows block ${height} as ${hash}; others know another one, and neither is a majority.`);
    else if (hash !== majority) reasons.set(node, `It knows block ${height} as ${hash}, the majority as ${majority}.`);
  }
  return isSplit;
}

function middle(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

import { inWords } from "./alertRules.ts";
import { type ChainClock, type Clock, machineClock } from "./clock.ts";
import { type Observer, observerOf } from "./observer.ts";

/** Asks the outside whether it is there. Each throws when it is not. */
export interface Probes {
  /** The chain that the node speaks for, and its newest block. */
  chain(): Promise<{ readonly chainId: number; readonly block: bigint; readonly timestamp: number }>;
  /** Writes to the journal. */
  journal(): Promise<void>;
}

/** From when on something is too old to be ready. */
export interface ReadinessLimits {
  readonly chainId: number;
  readonly staleHead: number; // {s} of the machine's clock, either way
  readonly staleData: number; // {s}
  readonly staleModel: number; // {s}
  readonly probeTimeout: number; // {ms}
}

/** One thing that must be right. `unknown`: nothing was seen of it since the start, which is no fault. */
export interface Check {
  readonly name: "chain" | "head" | "journal" | "data" | "models" | "breakers" | "role";
  readonly state: "ok" | "failing" | "unknown";
  readonly reason: string;
}

/** Whether the keeper can do its work, and why. */
export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly Check[];
}

/** Asks and remembers what it takes to work. */
export interface ReadinessBook {
  readonly observer: Observer;
  look(): Promise<Readiness>;
}

interface Memory {
  data: Map<string, number>; // {s} end of the last known day, by source
  models: Map<string, number>; // {s} end of the last day trained on, by vault
  halts: Map<string, string>; // reason, by breaker
  role: { readonly role: string; readonly reason: string } | null;
}

/** Checks that ask the chain and the journal anew each time, and go by what was told for the rest. */
export function createReadiness(
  probes: Probes,
  limits: ReadinessLimits,
  chainClock: ChainClock,
  clock: Clock = machineClock,
): ReadinessBook {
  const memory: Memory = { data: new Map(), models: new Map(), halts: new Map(), role: null };
  const look = async () => {
    const [chain, journal] = await Promise.all([
      checkChain(probes, limits, clock),
      checkJournal(probes, limits.probeTimeout),
    ]);
    const now = chainClock.now();
    const checks = [
      ...chain,
      journal,
      checkAges("data", memory.data, now, limits.staleData),
      checkAges("models", memory.models, now, limits.staleModel),
      checkBreakers(memory.halts),
      checkRole(memory.role),
    ];
    return { isReady: checks.every(({ state }) => state !== "failing"), checks };
  };
  return { observer: remember(memory), look };
}

function remember(memory: Memory): Observer {
  return observerOf({
    observation: ({ source, knownUntil }) => memory.data.set(source, knownUntil),
    model: ({ vault, fittedUntil }) => memory.models.set(vault, fittedUntil ?? 0),
    halt: ({ breaker, isHalted, reason }) =>
      isHalted ? memory.halts.set(breaker, reason ?? "no reason was given") : memory.halts.delete(breaker),
    role: ({ role, reason }) => {
      memory.role = { role, reason };
    },
    vaults: ({ served }) => {
      const kept = new Set<string>(served);
      for (const vault of memory.models.keys()) if (!kept.has(vault)) memory.models.delete(vault);
    },
  });
}

async function checkChain(probes: Probes, limits: ReadinessLimits, clock: Clock): Promise<readonly Check[]> {
  const { chainId, staleHead } = limits;
  try {
    const seen = await within(probes.chain(), limits.probeTimeout);
    if (seen.chainId !== chainId) {
      const reason = `The node speaks for chain ${seen.chainId}, and the configuration for ${chainId}.`;
      return [failing("chain", reason), { name: "head", state: "unknown", reason: "It is of another chain." }];
    }
    const age = clock() - seen.timestamp;
    const head = `Block ${seen.block} is ${inWords(Math.abs(age))} ${age < 0 ? "ahead of the machine's clock" : "old"}.`;
    const isFresh = Math.abs(age) <= staleHead;
    return [ok("chain", `Chain ${chainId} answers.`), isFresh ? ok("head", head) : failing("head", head)];
  } catch (error) {
    const reason = `The node does not answer: ${wordsOf(error)}`;
    return [failing("chain", reason), { name: "head", state: "unknown", reason: "No block is known." }];
  }
}

async function checkJournal(probes: Probes, timeout: number): Promise<Check> {
  try {
    await within(probes.journal(), timeout);
    return ok("journal", "It can be written.");
  } catch (error) {
    return failing("journal", `It cannot be written: ${wordsOf(error)}`);
  }
}

function checkAges(name: "data" | "models", until: ReadonlyMap<string, number>, now: number, most: number): Check {
  if (until.size === 0) return { name, state: "unknown", reason: "Not looked at since the start." };
  const [of, oldest] = [...until].reduce((a, b) => (b[1] < a[1] ? b : a));
  if (oldest === 0) return failing(name, `${of}: there are none.`);
  const reason = `${of}: up to ${inWords(now - oldest)} ago; at most ${inWords(most)} are allowed.`;
  return now - oldest > most ? failing(name, reason) : ok(name, reason);
}

function checkBreakers(halts: ReadonlyMap<string, string>): Check {
  if (halts.size === 0) return ok("breakers", "None has tripped.");
  return failing("breakers", [...halts].map(([breaker, reason]) => `${breaker}: ${reason}`).join("; "));
}

function checkRole(role: Memory["role"]): Check {
  if (role === null) return { name: "role", state: "unknown", reason: "This keeper has not taken its place yet." };
  return ok("role", `${role.role === "acting" ? "Acting" : "Standing by"}: ${role.reason}`);
}

function ok(name: Check["name"], reason: string): Check {
  return { name, state: "ok", reason };
}

function failing(name: Check["name"], reason: string): Check {
  return { name, state: "failing", reason };
}

/** The first line: libraries put addresses and requests below it. */
function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

async function within<T>(work: Promise<T>, timeout: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

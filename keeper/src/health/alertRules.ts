import { formatEther } from "viem";
import type { AlertFacts, AlertName } from "./alertKinds.ts";
import { type Handlers, type Observer, observerOf } from "./observer.ts";

/** From when on figures are worth an alert. */
export interface AlertLimits {
  readonly lowBalance: bigint; // {wei}
  readonly staleData: number; // {s} after the end of the last day that has data
  readonly staleModel: number; // {s} after the end of the last day that was trained on
  readonly failedRounds: number; // in a row
  readonly failedCalls: number; // in a row, of one node
}

/** What takes alerts. */
export interface AlertSink {
  raise(name: AlertName, facts: AlertFacts): void;
  resolve(name: AlertName, subject: string): void;
}

/** Turns what the keeper tells into alerts, and into their ends. */
export function alertRules(sink: AlertSink, limits: AlertLimits): Observer {
  const say = (isWrong: boolean, name: AlertName, subject: string, reason: string, details = {}) =>
    isWrong ? sink.raise(name, { subject, reason, details }) : sink.resolve(name, subject);
  return observerOf({
    ...vaultRules(sink, limits, say),
    ...chainRules(sink, limits, say),
    halt: ({ breaker, isHalted, reason }) => say(isHalted, "halt", breaker, reason ?? "No reason was given."),
    journal: ({ failure }) => say(failure !== null, "journal-trouble", "journal", failure ?? ""),
    cosigner: ({ cosigner, result, reason }) =>
      say(result !== "signed", "cosigner-refused", cosigner, `${result}: ${reason ?? "no reason was given"}`),
  });
}

type Say = (
  isWrong: boolean,
  name: AlertName,
  subject: string,
  reason: string,
  details?: { readonly [field: string]: string },
) => void;

function vaultRules(sink: AlertSink, limits: AlertLimits, say: Say): Handlers {
  const failed = new Map<string, number>();
  const unserved = new Set<string>();
  return {
    round: ({ vault, outcome, reason }) => {
      const count = outcome === "failed" ? (failed.get(vault) ?? 0) + 1 : 0;
      failed.set(vault, count);
      if (count === 0) return sink.resolve("round-failed", vault);
      if (count >= limits.failedRounds) {
        sink.raise("round-failed", { subject: vault, reason: `${count} in a row: ${reason ?? "no reason was given"}` });
      }
    },
    observation: ({ source, asOf, knownUntil }) => {
      const age = asOf - knownUntil;
      say(age > limits.staleData, "stale-data", source, `The newest data is ${inWords(age)} old.`);
    },
    model: ({ vault, spec, spoke, asOf, fittedUntil }) => {
      const age = fittedUntil === null ? null : asOf - fittedUntil;
      const isOld = age === null || age > limits.staleModel;
      const reason =
        age === null ? `No models of ${spec} were trained.` : `The models of ${spec} are ${inWords(age)} old.`;
      const who = spoke === "fallback" ? " The fallback speaks for them." : "";
      say(isOld || spoke === "fallback", "stale-model", vault, `${reason}${who}`);
    },
    proposal: ({ vault, epoch, result, reason }) => {
      // That another keeper was faster, or that this very decision is there, is how several keepers work.
      const isRefused = result === "refused" || result === "failed";
      say(isRefused, "proposal-refused", vault, `Epoch ${epoch}: ${reason ?? result}`);
    },
    feeds: ({ vault, stale }) => say(stale.length > 0, "stale-feed", vault, `No fresh price of ${stale.join(", ")}.`),
    vaults: (event) => {
      const now = new Set<string>(event.unserved.map(({ vault }) => vault));
      for (const vault of unserved) if (!now.has(vault)) sink.resolve("unserved-vault", vault);
      for (const { vault, reason } of event.unserved) sink.raise("unserved-vault", { subject: vault, reason });
      unserved.clear();
      for (const vault of now) unserved.add(vault);
    },
  };
}

function chainRules(sink: AlertSink, limits: AlertLimits, say: Say): Handlers {
  const failed = new Map<string, number>();
  const unusable = new Set<string>();
  return {
    account: ({ account, balance }) => {
      const reason = `It holds ${formatEther(balance)} ETH, less than ${formatEther(limits.lowBalance)} ETH.`;
      say(balance < limits.lowBalance, "low-balance", account, reason);
    },
    spending: ({ spent, cap, isReached }) =>
      say(isReached, "spending-cap", "gas", `${formatEther(spent)} of ${formatEther(cap)} ETH were spent today.`),
    rpc: ({ node, method, failure }) => {
      const count = failure === null ? 0 : (failed.get(node) ?? 0) + 1;
      failed.set(node, count);
      // One call that works says nothing of a node that others found to be wrong.
      if (count === 0 && !unusable.has(node)) sink.resolve("rpc-trouble", node);
      if (count >= limits.failedCalls) {
        const reason = `${count} calls failed in a row, the last one (${method}) with: ${failure ?? ""}`;
        sink.raise("rpc-trouble", { subject: node, reason });
      }
    },
    node: ({ node, isUsable, reason }) => {
      if (isUsable) unusable.delete(node);
      else unusable.add(node);
      say(!isUsable, "rpc-trouble", node, reason ?? "It cannot be relied upon.");
    },
    transaction: ({ intent, isLost }) => {
      if (!isLost) return;
      const [chain, contract, purpose] = intent.split("/");
      const subject = `${chain}/${contract}/${purpose}`;
      sink.raise("reorganisation", {
        subject,
        reason: "Its block is no longer part of the chain.",
        details: { intent },
      });
    },
  };
}

/** A span of seconds as a person would say it. */
export function inWords(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ] as const;
  const [name, size] = units.find(([, unit]) => seconds >= unit) ?? ["second", 1];
  const count = Math.max(0, Math.floor(seconds / size));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

import type { Address } from "viem";
import type { MarketSnapshot } from "../data/snapshot.ts";
import { dayFromIso, firstKnown } from "../data/time.ts";
import { isStable, netAssetValue, type VaultSnapshot } from "../data/vault.ts";
import type { Observer } from "../health/observer.ts";
import { EVERY_VAULT, type Halt, type HaltBook, type HaltKind, type HaltScope } from "../journal/haltBook.ts";
import type { DecisionRecord } from "../plan/record.ts";
import type { Logger } from "./logger.ts";

/** When the keeper stops itself. 0 turns a breaker off. */
export interface BreakerLimits {
  readonly refusedProposals: number; // in a row
  readonly gasBudget: bigint; // {wei} in 24 hours, of all vaults
  readonly shareValueBps: number; // {bps} move of the value of a share between two decisions without a fill
  readonly weightChangeBps: number; // {bps} one-way change of the weights in one decision of the RISK lane
  readonly disagreements: number; // of the nodes, in a row
  readonly anomalousBps: number; // {bps} of the basket's tokens that give no price to believe
  readonly staleData: number; // {s} of the newest day of data
  readonly staleDecisions: number; // decisions in a row on stale data
}

export const defaultBreakerLimits: BreakerLimits = {
  refusedProposals: 3,
  gasBudget: 0n, // the spending cap of the transactions is the everyday limit, and waits instead of stopping
  shareValueBps: 6_000,
  weightChangeBps: 6_000,
  disagreements: 5,
  anomalousBps: 5_000,
  staleData: 259_200,
  staleDecisions: 3,
};

/** All of them turned off. A person's halt still counts. */
export const NO_BREAKERS: BreakerLimits = {
  refusedProposals: 0,
  gasBudget: 0n,
  shareValueBps: 0,
  weightChangeBps: 0,
  disagreements: 0,
  anomalousBps: 0,
  staleData: 0,
  staleDecisions: 0,
};

export interface BreakersOptions {
  readonly book: HaltBook;
  readonly limits: BreakerLimits;
  readonly logger: Logger;
  readonly observer: Observer;
}

/** What a decision was made from, and the supply at its block. */
export interface JudgedInputs {
  readonly market: MarketSnapshot;
  readonly vault: VaultSnapshot;
  readonly totalSupply: bigint; // {share wei}
}

const BPS = 10_000;
const DAY = 86_400;
const VALUE = "share-value";

/**
 * The keeper's own circuit breakers: each stops decisions and proposals of a vault, or of all, until a person clears it. The
 * vaults' limits on chain do not depend on them.
 */
export class Breakers {
  readonly #options: BreakersOptions;
  /** Halts that the observer knows of, by scope and breaker. */
  readonly #told = new Set<string>();

  constructor(options: BreakersOptions) {
    this.#options = options;
  }

  /** What keeps a vault from being decided for. Tells what was halted and what was cleared since the last look. */
  async halts(vault: Address): Promise<readonly Halt[]> {
    const all = await this.#options.book.list();
    for (const halt of all) this.#tell(halt);
    const names = new Set(all.map(nameOf));
    for (const name of this.#told.difference(names)) {
      this.#told.delete(name);
      this.#options.observer.tell({ kind: "halt", breaker: name, isHalted: false, reason: null });
    }
    return all.filter(({ scope }) => scope === vault || scope === EVERY_VAULT);
  }

  /** Counts the times in a row that the nodes told different chains: in a look at all, or about the block of a decision. */
  async compared(what: "look" | "block", disagreement: string | null): Promise<void> {
    const { book, limits } = this.#options;
    const series = `nodes-disagree:${what}`;
    if (disagreement === null) return book.forgive(EVERY_VAULT, series);
    const words = (n: number) => `The nodes disagreed ${n} times in a row. ${disagreement}`;
    await this.#count(EVERY_VAULT, "nodes-disagree", limits.disagreements, words, series);
  }

  /** Counts the proposals in a row that the chain refused. `refusal`: null when it took one. */
  async proposed(vault: Address, refusal: string | null): Promise<void> {
    const { book, limits } = this.#options;
    if (refusal === null) return book.forgive(vault, "refused-proposals");
    const words = (n: number) => `${n} proposals in a row were refused. The last: ${refusal}`;
    await this.#count(vault, "refused-proposals", limits.refusedProposals, words);
  }

  /** Stops everything when the last 24 hours {s by the chain} cost more than the budget. */
  async checkGas(now: number): Promise<void> {
    const { book, limits } = this.#options;
    if (limits.gasBudget === 0n) return;
    const spent = await book.paidSince(now - DAY);
    if (spent <= limits.gasBudget) return;
    await this.#trip(
      EVERY_VAULT,
      "gas-budget",
      `Gas of ${spent} wei in 24 hours is above the budget of ${limits.gasBudget}.`,
    );
  }

  /** Looks at a decision before it is stored. True when a breaker tripped: then it must be forgotten. */
  async stops(decision: DecisionRecord, inputs: JudgedInputs): Promise<boolean> {
    const { vault } = decision;
    const verdicts = [
      await this.#judgeValue(inputs),
      await this.#judge(vault, "weight-change", weightChange(decision, this.#options.limits)),
      await this.#judge(vault, "anomalous-tokens", anomalousTokens(decision, inputs, this.#options.limits)),
      await this.#judgeAge(decision, inputs),
    ];
    return verdicts.includes(true);
  }

  /** The value of a share moved too far, and nothing was traded that could explain it. */
  async #judgeValue({ vault, totalSupply }: JudgedInputs): Promise<boolean> {
    const { book, limits } = this.#options;
    const scope = vault.vault;
    if (totalSupply === 0n || limits.shareValueBps === 0) return false;
    const value = (netAssetValue(vault) * 10n ** 18n) / totalSupply;
    const [before = "", at = ""] = ((await book.mark(scope, VALUE)) ?? "").split("@");
    const was = before === "" ? 0n : BigInt(before);
    const moved = was === 0n ? 0n : ((value > was ? value - was : was - value) * BigInt(BPS)) / was;
    const isExplained = moved <= BigInt(limits.shareValueBps) || (await book.wasFilled(scope, Number(at)));
    const words = `A share went from ${was} to ${value} since ${at} s, ${moved} bps, and nothing was traded.`;
    const stopped = await this.#judge(scope, "share-value", isExplained ? null : words);
    // What stopped is the value to compare with once a person has looked at it.
    await book.setMark(scope, VALUE, `${value}@${vault.block.timestamp}`);
    return stopped;
  }

  async #judgeAge({ vault, asOf, findings }: DecisionRecord, { market }: JudgedInputs): Promise<boolean> {
    const { book, limits } = this.#options;
    if (limits.staleData === 0) return false;
    const age = asOf - firstKnown(market.lastDay);
    const disbelieved = findings.find((finding) => {
      return finding.family === "source" && dayFromIso(finding.firstDay) + finding.days > market.lastDay;
    });
    if (age <= limits.staleData && disbelieved === undefined) {
      await book.forgive(vault, "stale-data");
      return false;
    }
    const why =
      disbelieved === undefined
        ? `The newest day of data is ${age} s old.`
        : `The newest day of data: ${disbelieved.words}.`;
    const words = (n: number) => `${n} decisions in a row had no fresh data. ${why}`;
    return this.#count(vault, "stale-data", limits.staleDecisions, words);
  }

  async #count(
    scope: HaltScope,
    kind: HaltKind,
    most: number,
    words: (count: number) => string,
    series: string = kind,
  ): Promise<boolean> {
    if (most === 0) return false;
    const count = await this.#options.book.strike(scope, series);
    this.#options.logger.warn({ scope, breaker: kind, count, most }, words(count));
    return count < most ? false : this.#trip(scope, kind, words(count));
  }

  async #judge(scope: HaltScope, kind: HaltKind, reason: string | null): Promise<boolean> {
    if (reason !== null) return this.#trip(scope, kind, reason);
    await this.#options.book.forgive(scope, kind);
    return false;
  }

  /** True when the scope is halted now, for the first time or still. */
  async #trip(scope: HaltScope, kind: HaltKind, reason: string): Promise<boolean> {
    const { book, logger } = this.#options;
    const halt = { scope, kind, since: Math.floor(Date.now() / 1000), reason };
    if (await book.halt(halt)) {
      logger.error(
        { scope, breaker: kind, reason },
        "HALT: no decisions until a person clears it (gimbal-keeper clear)",
      );
      this.#tell(halt);
    }
    const isHalted = (await book.list()).some((item) => item.scope === scope && item.kind === kind);
    if (!isHalted) logger.warn({ scope, breaker: kind, reason }, "let pass this once: a person cleared it");
    return isHalted;
  }

  #tell(halt: Halt): void {
    const name = nameOf(halt);
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.#options.observer.tell({ kind: "halt", breaker: name, isHalted: true, reason: halt.reason });
  }
}

function nameOf({ scope, kind }: Halt): string {
  return `${kind} ${scope}`;
}

/** A move to safety is never kept from happening: only decisions of the RISK lane are judged. */
function weightChange({ action, lane, assets }: DecisionRecord, { weightChangeBps }: BreakerLimits): string | null {
  if (weightChangeBps === 0 || action !== "propose" || lane !== "RISK") return null;
  const moved = assets.reduce((sum, { proposedBps, currentBps }) => sum + Math.abs(proposedBps - currentBps), 0) / 2;
  if (moved <= weightChangeBps) return null;
  return `The decision would move ${Math.round(moved)} bps of the weights; at most ${weightChangeBps} may move at once.`;
}

/** Tokens of the basket whose data of the last days was dropped or is missing. */
function anomalousTokens(
  { findings }: DecisionRecord,
  { vault }: JudgedInputs,
  { anomalousBps }: BreakerLimits,
): string | null {
  const risky = vault.assets.filter((item) => !isStable(item)).map(({ asset }) => asset);
  const named = new Set(
    findings.filter(({ action }) => action !== "accepted" && action !== "joined").map(({ asset }) => asset),
  );
  const anomalous = risky.filter((asset) => named.has(asset));
  if (anomalousBps === 0 || anomalous.length * BPS <= anomalousBps * risky.length) return null;
  return `Data of ${anomalous.length} of the basket's ${risky.length} tokens cannot be trusted: ${anomalous.join(", ")}.`;
}

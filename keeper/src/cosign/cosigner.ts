import { type DecisionSignature, signDecision, type TypedDataSigner } from "@gimbal/sdk";
import type { Address, Hex } from "viem";
import { nameOn } from "../data/renames.ts";
import { captureMarket, decodeSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import type { MarketDataSource } from "../data/source.ts";
import { decodeVault, isStable, type VaultSnapshot } from "../data/vault.ts";
import type { Guide } from "../execute/keeper.ts";
import type { Logger } from "../execute/logger.ts";
import { toDecision } from "../execute/propose.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import type { Journal } from "../journal/journal.ts";
import type { ModelStore } from "../journal/modelStore.ts";
import { type DecisionInputs, decide } from "../pipeline.ts";
import { type DecisionRecord, decisionHash, dueOf, recordText } from "../plan/record.ts";
import type { EnsembleState } from "../training/state.ts";
import type { Bundle } from "./bundle.ts";
import { checkMoment, checkSigners, checkVault, type OwnNode, readPresent } from "./chainCheck.ts";
import { knownDecisions } from "./known.ts";
import { checkMarket, defaultMarketLimits, type MarketLimits } from "./marketCheck.ts";
import { followMemory, type MemoryMode } from "./memoryCheck.ts";
import { checkModel, type ModelMode, type TextReader } from "./modelCheck.ts";
import { checkPolicy, differences } from "./policyCheck.ts";
import { CosignRefusal } from "./refusal.ts";

/** What a keeper insists on before it signs what another one decided. */
export interface CosignSettings {
  readonly market: MarketLimits;
  readonly models: ModelMode;
  readonly memory: MemoryMode;
  /** Times that a learnt cost may be off the configured one. */
  readonly costFactor: number;
  /** {s} age of the oldest decision that is signed. */
  readonly maxAge: number;
}

export const defaultCosignSettings: CosignSettings = {
  market: defaultMarketLimits,
  models: "own",
  memory: "proven",
  costFactor: 4,
  maxAge: 3_600,
};

export interface CosignerOptions {
  readonly node: OwnNode;
  /** Signs in this keeper's name. */
  readonly signer: TypedDataSigner;
  readonly journal: Journal;
  readonly market: MarketDataSource;
  readonly models: Pick<ModelStore, "stateFor">;
  /** The policy or methodology that this keeper's own configuration has for a vault; null: it serves it not. */
  readonly guideOf: (vault: Address) => Promise<Guide | null>;
  readonly settings: CosignSettings;
  readonly logger: Logger;
}

/** A signature, and what its giver could not check, in words. */
export interface Cosigned extends DecisionSignature {
  readonly unchecked: readonly string[];
}

/** Signs decisions of other keepers, after it came to the same ones by itself. */
export class Cosigner {
  readonly #options: CosignerOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: CosignerOptions) {
    this.#options = options;
  }

  get signer(): TypedDataSigner {
    return this.#options.signer;
  }

  get node(): OwnNode {
    return this.#options.node;
  }

  /** Which of these inputs would have to be sent. Those of trainings are asked for only where models are trained again. */
  async missing(decision: readonly Hex[], training: readonly Hex[]): Promise<readonly Hex[]> {
    const { journal, settings } = this.#options;
    return journal.cosigned.missing(settings.models === "again" ? [...decision, ...training] : decision);
  }

  /** A decision that went on chain or was checked here, for a keeper that was away when it was made. */
  recall(hash: Hex): Promise<DecisionRecord | undefined> {
    return knownDecisions(this.#options.journal).find(hash);
  }

  /** Signs the decision that `asker` made, or throws CosignRefusal. One at a time: a check takes the processor for itself. */
  sign(bundle: Bundle, asker: Address): Promise<Cosigned> {
    const result = this.#last.then(() => this.#sign(bundle, asker));
    this.#last = result.catch(() => {});
    return result;
  }

  async #sign(bundle: Bundle, asker: Address): Promise<Cosigned> {
    const { node, signer, journal, settings, logger } = this.#options;
    const { record } = bundle;
    const hash = decisionHash(record);
    if (record.chainId !== node.domain.chainId) {
      throw new CosignRefusal("VAULT_UNKNOWN", "The decision is for another chain.", { chain: String(record.chainId) });
    }
    if (record.action !== "propose") {
      throw new CosignRefusal("NOTHING_TO_SIGN", "The decision was to do nothing.");
    }
    await checkSigners(node, record.vault, { "The keeper that asks": asker, "This keeper": signer.address });
    const present = await readPresent(node, record.vault);
    checkMoment(record, record.asOf, present, settings.maxAge);
    const isSigned = await this.#isSigned(record, hash, present.now);
    const unchecked = isSigned ? [] : await this.#check(bundle);
    // Last, because a check takes its time and a person may have stopped the vault meanwhile.
    await this.#requireUnhalted(record);
    const other = await journal.cosigned.claim(toSigned(record, hash), present.now);
    if (other !== null) throw signedAnother(other.hash, other.validUntil);
    const { signature } = await signDecision(signer, node.domain, toDecision(record));
    logger.info({ vault: record.vault, epoch: record.epoch, hash, asker, unchecked }, "decision cosigned");
    return { signer: signer.address, signature, unchecked };
  }

  /**
   * Whether this very decision was signed here before: then it need not be checked again. One that was only checked, as the
   * past of another one, does: the past is held to less. Fails early what the claim would fail after a minute of work.
   */
  async #isSigned({ chainId, vault, epoch }: DecisionRecord, hash: Hex, now: number): Promise<boolean> {
    const signed = await this.#options.journal.cosigned.signed(chainId, vault, epoch);
    const other = signed.find((item) => item.hash !== hash && item.validUntil >= now);
    if (other !== undefined) throw signedAnother(other.hash, other.validUntil);
    return signed.some((item) => item.hash === hash);
  }

  /** Whoever stops a vault stops his signature too. */
  async #requireUnhalted({ chainId, vault }: DecisionRecord): Promise<void> {
    const [halt] = await this.#options.journal.halts(chainId).list(vault);
    if (halt === undefined) return;
    const details = { breaker: halt.kind, reason: halt.reason };
    throw new CosignRefusal("VAULT_HALTED", "This keeper is halted and signs nothing for the vault.", details);
  }

  /** Every check that takes the inputs. Returns what could not be checked. */
  async #check(bundle: Bundle): Promise<readonly string[]> {
    const { node, journal, settings } = this.#options;
    const { record, history, texts } = bundle;
    const read: TextReader = async (hash) => texts.get(hash) ?? (await journal.cosigned.text(hash));
    const present = await readPresent(node, record.vault);
    const { toCheck, notes } = await followMemory(record, history, present, knownDecisions(journal), settings.memory);
    const unchecked = [...notes];
    for (const earlier of toCheck) unchecked.push(...(await this.#checkOne(earlier, read, "earlier")));
    unchecked.push(...(await this.#checkOne(record, read, "asked for")));
    // Only now: what a refused bundle holds is not kept.
    for (const item of [...toCheck, record]) await journal.cosigned.saveChecked(item, texts);
    return [...new Set(unchecked)];
  }

  /** Recomputes one decision from its inputs, after each of them was compared with what this keeper sees by itself. */
  async #checkOne(
    record: DecisionRecord,
    read: TextReader,
    which: "earlier" | "asked for",
  ): Promise<readonly string[]> {
    const { node, settings, journal, models } = this.#options;
    const guide = await this.#options.guideOf(record.vault);
    if (guide === null) {
      throw new CosignRefusal("VAULT_UNKNOWN", "This keeper's configuration has no policy for the vault.", {
        vault: record.vault,
      });
    }
    const { vault, market } = await readInputs(record, read);
    const unchecked: string[] = [];
    await checkVault(node, vault, record).catch((error: unknown) => {
      if (which !== "earlier" || !isRefusal(error, "BLOCK_UNREADABLE")) throw error;
      unchecked.push(
        `The vault's state at block ${vault.block.number}, of an earlier decision, is no longer readable.`,
      );
    });
    unchecked.push(...checkMarket(market, await this.#ownMarket(vault), basketOf(vault, market), settings.market));
    unchecked.push(...checkPolicy(record, guide, { market, vault }, settings.costFactor));
    const bench = { mode: settings.models, market: this.#options.market, models, journal, limits: settings.market };
    const model = await checkModel(record.model.hash, record.asOf, record.policy.ensemble, bench, read);
    recompute(record, { vault, market, model });
    return unchecked;
  }

  /** The market at the decision's moment as this keeper's own source tells it. */
  async #ownMarket({ block, assets }: VaultSnapshot): Promise<MarketSnapshot> {
    const { market } = this.#options;
    // What a live source fetched after that moment still tells of the days before it.
    const view = market.at(Math.max(block.timestamp, await market.prepare()));
    const also = assets.filter((asset) => !isStable(asset)).map(({ asset }) => asset);
    return captureMarket(view, { assets: "listed", also, lookbackDays: DECISION_LOOKBACK });
  }
}

function toSigned(record: DecisionRecord, hash: Hex) {
  const { chainId, vault, epoch, validUntil } = record;
  return { chainId, vault, epoch, hash, validUntil };
}

/** The refusal to sign two decisions for one epoch. */
export function signedAnother(hash: Hex, validUntil: number): CosignRefusal {
  return new CosignRefusal("OTHER_DECISION_SIGNED", "This keeper signed another decision for that epoch.", {
    signed: hash,
    validUntil: String(validUntil),
  });
}

async function readInputs(
  record: DecisionRecord,
  read: TextReader,
): Promise<{ readonly vault: VaultSnapshot; readonly market: MarketSnapshot }> {
  try {
    const text = await read(record.inputs.vault);
    if (text === undefined) throw new RangeError(`the vault's state ${record.inputs.vault} was not sent`);
    return { vault: decodeVault(text), market: await decodeSnapshot(record.inputs.market, read) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new CosignRefusal(
      "INPUTS_INVALID",
      "The inputs of the decision are missing or unreadable.",
      { reason },
      { cause },
    );
  }
}

/** Risk tokens of the basket, by the names that the vault and the market have for them. */
function basketOf({ assets }: VaultSnapshot, { lastDay }: MarketSnapshot): readonly string[] {
  const names = assets.filter((asset) => !isStable(asset)).map(({ asset }) => asset);
  return [...new Set(names.flatMap((name) => [name, nameOn(name, lastDay)]))];
}

function recompute(
  record: DecisionRecord,
  seen: {
    readonly vault: VaultSnapshot;
    readonly market: MarketSnapshot;
    readonly model: EnsembleState | null;
  },
): void {
  const { policy, costModel, memory } = record;
  const due = dueOf(record);
  const inputs = { ...seen, policy, costModel, memory: memory.before, ...(due === undefined ? {} : { due }) };
  const again = decideAgain(inputs);
  if (recordText(again) === recordText(record)) return;
  throw new CosignRefusal("RESULT_DIFFERS", "The same inputs lead to another decision here.", {
    differsAt: differences(record, again).slice(0, 5).join(", "),
    own: decisionHash(again),
  });
}

function decideAgain(inputs: DecisionInputs): DecisionRecord {
  try {
    return decide(inputs);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw new CosignRefusal("INPUTS_INVALID", "Nothing can be decided upon these inputs.", { reason }, { cause });
  }
}

function isRefusal(error: unknown, code: CosignRefusal["refusal"]): boolean {
  return error instanceof CosignRefusal && error.refusal === code;
}

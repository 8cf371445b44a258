import { getEpoch, getVault } from "@gimbal/sdk";
import { type Address, type Hex, isAddress, type PublicClient } from "viem";
import { nameOn } from "../data/renames.ts";
import { captureMarket, encodeSnapshot, type MarketSnapshot } from "../data/snapshot.ts";
import type { AssetId, MarketDataSource, PointInTimeView } from "../data/source.ts";
import { encodeVault, isStable, type VaultSnapshot } from "../data/vault.ts";
import { DataSourceError, NodesDisagreeError, StoppedError, WrongChainError } from "../errors.ts";
import { DECISION_LOOKBACK } from "../features/dataPoints.ts";
import { type Observer, silentObserver } from "../health/observer.ts";
import { inSpan } from "../health/spans.ts";
import type { Fence, JournalTransaction } from "../journal/journal.ts";
import type { ModelStore } from "../journal/modelStore.ts";
import { ENSEMBLES, type FollowedMethodology, policyFor } from "../methodology/policy.ts";
import { type CostNote, costsInForce, fillsNeededSince, withCosts } from "../plan/costRefit.ts";
import type { PlanParams } from "../plan/params.ts";
import type { Policy } from "../plan/policy.ts";
import { type DecisionRecord, decisionHash, dueOf, type RecordedDue } from "../plan/record.ts";
import { dueBy, type NextDue, nextDue } from "../schedule/schedule.ts";
import { type Asked, driftLook, marketLook } from "../schedule/triggers.ts";
import { type DecisionMemory, NO_MEMORY } from "../signals/opinion.ts";
import type { DecisionSigner, GasSigner } from "../signers/signer.ts";
import type { EnsembleSpec } from "../training/params.ts";
import { type EnsembleState, specHash } from "../training/state.ts";
import type { KeeperAddresses } from "./addresses.ts";
import { type BreakerLimits, Breakers, NO_BREAKERS } from "./breakers.ts";
import { defaultFillSettings, type FillRound, type FillSettings, fillOpenEpoch } from "./fills.ts";
import type { Logger } from "./logger.ts";
import type { NodeWatch } from "./nodes.ts";
import { createPort, type TransactionPort } from "./port.ts";
import { type PrivateSettings, withPrivateEndpoint } from "./privatePort.ts";
import { type CollectSignatures, type ProposalOutcome, proposalIntent, propose } from "./propose.ts";
import { readFills } from "./readFills.ts";
import { readVault } from "./readVault.ts";
import { defaultRecurringSettings, executeDueOrders, type RecurringSettings } from "./recurring.ts";
import { knownUntil, tellDecision, tellFills, tellProposal } from "./tell.ts";
import { Timetable, type TimetableOptions } from "./timetable.ts";
import { defaultTransactionSettings, TransactionManager, type TransactionSettings } from "./transactions.ts";
import { Turns } from "./turns.ts";
import { defaultUpkeepSettings, performUpkeep, type UpkeepSettings } from "./upkeep.ts";

/** Everything that a keeper works with. */
export interface KeeperOptions extends TimetableOptions {
  readonly client: PublicClient;
  readonly addresses: KeeperAddresses;
  /** Pays for gas. Holds no right over any vault. */
  readonly account: GasSigner;
  /** Sign decisions. */
  readonly signers: readonly DecisionSigner[];
  /** Gathers signatures of other keepers too. */
  readonly collect?: CollectSignatures;
  /** Name of each token in the market data, by lower-case address. */
  readonly names: ReadonlyMap<string, AssetId>;
  /** Tokens that a route may pass through. */
  readonly via: readonly Address[];
  readonly market: MarketDataSource;
  /** Trains, and remembers what was trained. */
  readonly models: ModelStore;
  readonly logger: Logger;
  /** D18{USD/ETH} while the registry has no price for it. */
  readonly fallbackNativeUsd: bigint;
  readonly transactions?: TransactionSettings;
  readonly fills?: FillSettings;
  readonly upkeep?: UpkeepSettings;
  readonly recurring?: RecurringSettings;
  /** Stands in for the node, in tests of failures. */
  readonly port?: TransactionPort;
  /** Is told of everything. */
  readonly observer?: Observer;
  /** Compares the nodes before they are relied upon; absent: the client's is believed. */
  readonly nodes?: NodeWatch;
  /** When the keeper stops itself; absent: never. */
  readonly breakers?: BreakerLimits;
  /** Where transactions are sent instead of to the node. */
  readonly privately?: PrivateSettings;
  /** Ends the work after the step in hand. */
  readonly signal?: AbortSignal;
}

/** How an index is decided for: by a policy, or by a methodology whose universe is looked up for each decision. */
export type Guide = Policy | FollowedMethodology;

/** What a decision is made from, as `decide()` takes it. */
export interface Observation {
  readonly market: MarketSnapshot;
  readonly vault: VaultSnapshot;
  readonly policy: Policy; // with the cost parameters in force
  readonly costModel: CostNote;
  readonly model: EnsembleState | null;
  readonly memory: DecisionMemory;
}

const OBSERVATION_TRIES = 15;
const OBSERVATION_WAIT = 2_000; // {ms}
const REFUSALS_BELIEVED = 2; // of one proposal: the first may be the word of a node that lied
const MAKERS_TIME = 900; // {s} in which only its maker sends a decision that several signed

/** One port for all rounds of a keeper: it remembers what the private endpoint holds. */
function withPort(options: KeeperOptions): KeeperOptions {
  const { client, privately, logger, port = createPort(client) } = options;
  return { ...options, port: privately === undefined ? port : withPrivateEndpoint(port, privately, logger) };
}

/** The hands of the keeper: it sees, remembers and acts; what to do is decided elsewhere. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #manager: TransactionManager;
  readonly #timetable: Timetable;
  readonly #turns: Turns;
  readonly #observer: Observer;
  readonly #breakers: Breakers;

  private constructor(
    options: KeeperOptions,
    timetable = new Timetable(options),
    turns = new Turns(),
    breakers = openBreakers(options),
  ) {
    this.#options = options;
    this.#timetable = timetable;
    this.#turns = turns;
    const { chainId, account, journal, logger, client, transactions: settings = defaultTransactionSettings } = options;
    const { port = createPort(client), signal, observer = silentObserver } = options;
    const wait = signal === undefined ? {} : { signal };
    this.#observer = observer;
    this.#manager = new TransactionManager({ chainId, account, journal, port, settings, logger, observer, ...wait });
    this.#breakers = breakers;
  }

  /** A keeper on a node that speaks for the configured chain. */
  static async connect(options: KeeperOptions): Promise<Keeper> {
    await options.nodes?.check();
    const actual = await options.client.getChainId();
    if (actual === options.chainId) return new Keeper(withPort(options));
    throw new WrongChainError("The node is on another chain than the configuration says. Check rpcUrl and chainId.", {
      configured: String(options.chainId),
      node: String(actual),
    });
  }

  /** The same keeper for one round: once `fence` says that somebody else took over, it writes and signs nothing more. */
  under(fence: Fence): Keeper {
    const options = { ...this.#options, journal: this.#options.journal.under(fence) };
    return new Keeper(options, this.#timetable, this.#turns, this.#breakers);
  }

  /** Compares the nodes. Throws when none can be believed: then nothing is decided and nothing sent. */
  async trustNodes(): Promise<void> {
    const { nodes } = this.#options;
    if (nodes !== undefined) await this.#compare("look", () => nodes.check());
  }

  /** Whether a breaker, or a person, keeps the vault from being decided for. */
  async isHalted(vault: Address): Promise<boolean> {
    await this.#breakers.checkGas(await this.#time());
    const halts = await this.#breakers.halts(vault);
    for (const { kind, reason } of halts) this.#options.logger.warn({ vault, breaker: kind, reason }, "halted");
    return halts.length > 0;
  }

  /** Finishes what an earlier run left for a vault. A halted one's proposals are left alone while nobody has signed them. */
  async resume(vault: Address, isHalted = false): Promise<readonly JournalTransaction[]> {
    const prefix = `${this.#options.chainId}/${vault}/`;
    return this.#manager.resume(prefix, isHalted ? `${prefix}propose/` : undefined);
  }

  /** Finishes what an earlier run left for anything but these vaults, whose own rounds do it. */
  async resumeOthers(vaults: readonly Address[]): Promise<readonly JournalTransaction[]> {
    const { journal, chainId } = this.#options;
    const theirs = vaults.map((vault) => `${chainId}/${vault}/`);
    const finished: JournalTransaction[] = [];
    for (const { intent } of await journal.unfinished(`${chainId}/`)) {
      if (theirs.some((prefix) => intent.startsWith(prefix))) continue;
      const [, vault = ""] = intent.split("/");
      const isHalted = isAddress(vault) && (await this.isHalted(vault));
      finished.push(...(await this.#manager.resume(intent, isHalted ? `${chainId}/${vault}/propose/` : undefined)));
    }
    return finished;
  }

  /** Does what anyone may do for the vault: breakers, shortfalls, closing, refreshing. */
  async upkeep(vault: Address): Promise<readonly Hex[]> {
    const { chainId, client, addresses, upkeep: settings = defaultUpkeepSettings } = this.#options;
    const { keeperUpkeep } = addresses;
    if (keeperUpkeep === null) return [];
    const done = await performUpkeep({ chainId, client, manager: this.#manager, keeperUpkeep, vault, settings });
    this.#observer.tell({ kind: "upkeep", vault, transactions: done.length });
    return done;
  }

  /** Files the recurring orders of everybody that are due. They belong to no vault, so once a round is enough. */
  async fileRecurringOrders(): Promise<readonly Hex[]> {
    const { chainId, client, addresses, recurring: settings = defaultRecurringSettings } = this.#options;
    const { recurringOrders } = addresses;
    if (recurringOrders === null) return [];
    const done = await executeDueOrders({ chainId, client, manager: this.#manager, recurringOrders, settings });
    this.#observer.tell({ kind: "upkeep", vault: null, transactions: done.length });
    return done;
  }

  /** Tells what the account that pays for gas holds, and what of it waits for a block. */
  tellAccount(): Promise<void> {
    return this.#manager.tellAccount();
  }

  /** Fills the open epoch through the venue, as far as the venue pays enough. */
  fill(vault: Address): Promise<FillRound> {
    const { chainId, client, addresses, via, logger, fills: settings = defaultFillSettings } = this.#options;
    return fillOpenEpoch({ chainId, client, addresses, manager: this.#manager, logger, vault, via, settings });
  }

  /** Books what fills cost since it was last looked, by whomever they were. */
  async noteFills(vault: Address): Promise<void> {
    const { client, chainId, addresses, names, journal, logger, transactions } = this.#options;
    const { confirmations } = transactions ?? defaultTransactionSettings;
    const start = (await this.#newestDecision(vault))?.block.number;
    const after = (await journal.fills.scannedBlock(chainId, vault)) ?? (start === undefined ? null : BigInt(start));
    const registry = addresses.assetRegistry;
    const seen = await readFills(client, { registry, vault, names, after, confirmations, logger });
    await journal.fills.add(chainId, vault, seen.fills, seen.block);
    tellFills(this.#observer, vault, seen.fills);
  }

  /**
   * The newest decision, while it is to be proposed, still valid, and neither on chain nor refused by it: a run died before
   * it was sent, or another transaction took its nonce. One whose block the chain has lost is sent again here. One of another
   * keeper that this one signed is taken over when its maker does not send it.
   */
  async unsentDecision(vault: Address): Promise<DecisionRecord | undefined> {
    const newest = await this.#newestDecision(vault);
    const now = await this.#time();
    if (newest === undefined || newest.action !== "propose" || newest.validUntil < now) return undefined;
    if (now - newest.asOf < MAKERS_TIME && !(await this.#isOwn(newest))) return undefined;
    const { client, journal } = this.#options;
    if ((await getEpoch(client, { vault })).id >= newest.epoch) return undefined;
    const intent = proposalIntent(newest);
    const sent = (await journal.transactions(intent)).filter((transaction) => transaction.intent === intent);
    if (sent.filter(({ state }) => state === "REVERTED").length >= REFUSALS_BELIEVED) return undefined;
    const done = sent.find(({ state }) => state === "DONE");
    if (done === undefined) return newest;
    this.#options.logger.warn({ vault, intent, block: done.minedBlock }, "the chain lost a proposal: it is sent again");
    const { state } = await this.#manager.reopen(done.id);
    return state === "REPLACED" ? newest : undefined;
  }

  /** Works on a vault while nothing else in this process does: two calls at once never both decide about it. */
  alone<T>(vault: Address, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(vault.toLowerCase(), work);
  }

  /** What the vault's schedule is asked with now. */
  async ask(vault: Address, guide: Guide): Promise<Asked> {
    const asked = await this.#timetable.ask(vault, guide, await this.#time());
    const { at, reason } = nextDue(asked);
    this.#observer.tell({ kind: "due", vault, at, reason });
    return asked;
  }

  /** When the next decision about the vault is due, and why. */
  async nextDue(vault: Address, guide: Guide): Promise<NextDue> {
    return this.#timetable.nextDue(vault, guide, await this.#time());
  }

  /** Whether the weights have moved so far from those of the last decision that one is due. Counts as a look. */
  async lookForDrift(vault: Address, asked: Asked): Promise<RecordedDue | null> {
    const { client, addresses, names, via, fallbackNativeUsd, logger } = this.#options;
    const { schedule, last, now } = asked;
    if (schedule.drift === undefined || last === undefined) return null;
    const seen = await readVault(client, { addresses, vault, names, via, fallbackNativeUsd });
    const { fired, note } = driftLook(seen, last, schedule.drift);
    this.#timetable.looked(vault, ["drift"], now);
    if (note !== null) logger.info({ vault, note }, "drift was not judged");
    return fired === null ? null : dueBy("drift", fired, asked);
  }

  /** Whether a decision that could be made now tells of an event or another regime, so that it is due. Counts as a look. */
  lookAtMarket(vault: Address, asked: Asked, decision: DecisionRecord): RecordedDue | null {
    this.#timetable.looked(vault, ["events", "regime"], asked.now);
    return marketLook(decision, asked);
  }

  /** Vault, market, models and memory at the time of the latest block. Trains first when a week has passed. */
  observe(vault: Address, guide: Guide): Promise<Observation> {
    return inSpan("observation", { vault }, () => this.#observe(vault, guide));
  }

  async #observe(vault: Address, guide: Guide): Promise<Observation> {
    const { market } = this.#options;
    const knownAt = await market.prepare();
    const seen = await this.#readVaultFrom(vault, knownAt);
    const { nodes } = this.#options;
    if (nodes !== undefined) await this.#compare("block", () => nodes.confirm(seen.block));
    this.#tellStaleFeeds(seen);
    const view = market.at(seen.block.timestamp);
    const basket = seen.assets.filter((asset) => !isStable(asset)).map(({ asset }) => asset);
    const ensemble = "document" in guide ? ENSEMBLES[guide.document.ensemble] : guide.ensemble;
    const model = ensemble === null ? null : await this.#modelFor(view, ensemble);
    const newest = await this.#newestDecision(vault);
    const seenMarket = await captureMarket(view, { assets: "listed", also: basket, lookbackDays: DECISION_LOOKBACK });
    const told = { kind: "observation", vault, source: market.info.id, asOf: seenMarket.asOf } as const;
    this.#observer.tell({ ...told, knownUntil: knownUntil(seenMarket) });
    await this.noteFills(vault);
    const policy = "document" in guide ? this.#follow(guide, seenMarket, seen) : guide;
    const costModel = await this.#costsInForce(policy.plan, seen, seenMarket);
    return {
      market: seenMarket,
      vault: seen,
      policy: { ...policy, plan: withCosts(policy.plan, costModel) },
      costModel,
      model,
      memory: newest?.memory.after ?? NO_MEMORY,
    };
  }

  /** The methodology's policy of the day. Members that the basket lacks wait for a basket proposal by the vault's signers. */
  #follow(guide: FollowedMethodology, market: MarketSnapshot, vault: VaultSnapshot): Policy {
    const policy = policyFor(guide, market, vault);
    const basket = new Set(vault.assets.map(({ asset }) => nameOn(asset, market.lastDay)));
    const missing = policy.methodology.members.filter((asset) => !basket.has(asset));
    const { name, hash } = policy.methodology;
    if (missing.length > 0) {
      this.#options.logger.info({ vault: vault.vault, name, hash, missing }, "members that the basket lacks");
    }
    return policy;
  }

  /** A training that fails must not keep a vault from leaving a falling market: the last models speak until they expire. */
  async #modelFor({ asOf, lastDay }: PointInTimeView, spec: EnsembleSpec): Promise<EnsembleState | null> {
    const { market, models, journal, logger } = this.#options;
    try {
      return await inSpan("training", { spec: spec.id }, () => models.stateFor(market, asOf, spec));
    } catch (error) {
      this.#observer.tell({ kind: "training", spec: spec.id, seconds: null, failure: String(error) });
      logger.error(
        { spec: spec.id, reason: error instanceof Error ? error.message : String(error) },
        "training failed",
      );
      return (await journal.newestState(specHash(spec), lastDay)) ?? null;
    }
  }

  /** Whether a breaker forbids a decision. Then it is neither stored nor proposed, and the vault is halted. */
  async isStopped(record: DecisionRecord, { market, vault }: Observation): Promise<boolean> {
    if (this.#options.breakers === undefined) return false;
    const { totalSupply } = await getVault(this.#options.client, {
      vault: vault.vault,
      blockNumber: vault.block.number,
    });
    return this.#breakers.stops(record, { market, vault, totalSupply });
  }

  /** Stores a decision with its inputs. Returns its hash. */
  async remember(record: DecisionRecord, { market, vault, costModel, model }: Observation): Promise<Hex> {
    const { journal, chainId } = this.#options;
    const hash = await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
    await journal.fills.saveNote(chainId, record.vault, costModel);
    tellDecision(this.#observer, record, model);
    const { action, lane, reasons } = record;
    const due = dueOf(record);
    this.#options.logger.info({ vault: record.vault, hash, action, lane, due, reasons }, "decision");
    return hash;
  }

  /** Brings a decision on chain, once. */
  async propose(record: DecisionRecord): Promise<ProposalOutcome> {
    const { client, addresses, signers, logger, collect } = this.#options;
    const { keeperRegistry } = addresses;
    const gather = collect === undefined ? {} : { collect };
    const beforeSending = () => this.#requireUnhalted(record.vault);
    const hooks = { beforeSending, compareNodes: () => this.trustNodes(), ...gather };
    const parameters = { client, keeperRegistry, manager: this.#manager, signers, ...hooks };
    const attributes = { vault: record.vault, epoch: record.epoch };
    const outcome = await inSpan("proposal", attributes, () =>
      tellProposal(this.#observer, record, () => propose(record, parameters)),
    );
    logger.info({ vault: record.vault, epoch: record.epoch, ...outcome }, "proposal");
    const refusal = outcome.result === "refused" ? (outcome.reason ?? "no reason was given") : null;
    await this.#breakers.proposed(record.vault, refusal);
    return outcome;
  }

  /** Training and cosigners take minutes, in which a person or a breaker of another vault may have stopped this one. */
  async #requireUnhalted(vault: Address): Promise<void> {
    if (!(await this.isHalted(vault))) return;
    const words = "The vault was halted in the middle of a round. Its decision waits until a person clears that.";
    throw new StoppedError(words, { vault });
  }

  /** The registry believes no price of these: the vault does not trade them, and the decision counts them as nothing. */
  #tellStaleFeeds({ vault, assets }: VaultSnapshot): void {
    const stale = assets.filter(({ price }) => price === 0n).map(({ asset }) => asset);
    this.#observer.tell({ kind: "feeds", vault, stale });
    if (stale.length > 0) this.#options.logger.warn({ vault, stale }, "price feeds that give no fresh price");
  }

  async #compare(what: "look" | "block", compare: () => Promise<void>): Promise<void> {
    try {
      await compare();
      await this.#breakers.compared(what, null);
    } catch (error) {
      if (error instanceof NodesDisagreeError) await this.#breakers.compared(what, error.message);
      throw error;
    }
  }

  /** A block may be a little older than the newest data; then the next one is waited for. */
  async #readVaultFrom(vault: Address, knownAt: number): Promise<VaultSnapshot> {
    const { chainId, client, addresses, names, via, fallbackNativeUsd } = this.#options;
    for (let attempt = 0; attempt < OBSERVATION_TRIES; attempt++) {
      const seen = await readVault(client, { addresses, vault, names, via, fallbackNativeUsd });
      const details = { configured: String(chainId), node: String(seen.chainId) };
      if (seen.chainId !== chainId) throw new WrongChainError("The node spoke for another chain in a round.", details);
      if (seen.block.timestamp >= knownAt) return seen;
      await new Promise((resolve) => setTimeout(resolve, OBSERVATION_WAIT));
    }
    throw new DataSourceError("The chain's clock stays behind the market data. Check the node.", {
      knownAt: String(knownAt),
    });
  }

  async #costsInForce(params: PlanParams, vault: VaultSnapshot, { profiles }: MarketSnapshot): Promise<CostNote> {
    const { chainId, journal } = this.#options;
    const last = await journal.fills.newestNote(chainId, vault.vault);
    const stable = new Set(vault.assets.filter(isStable).map(({ asset }) => asset));
    const volumes = profiles.flatMap(({ asset, volume24h }) => {
      return volume24h === null || stable.has(asset) ? [] : [[asset, volume24h] as const];
    });
    await journal.fills.complete(chainId, vault.vault, new Map(volumes), params);
    const since = fillsNeededSince(params, last, vault.block.timestamp);
    const fills = since === null ? [] : await journal.fills.since(chainId, vault.vault, since);
    return costsInForce(params, last, vault.block.timestamp, () => fills);
  }

  /** Made here, or by another keeper and signed here: those who decide for a vault in turns go on from each other's memory. */
  #newestDecision(vault: Address): Promise<DecisionRecord | undefined> {
    const { journal, chainId } = this.#options;
    return journal.cosigned.newest(chainId, vault);
  }

  async #isOwn(record: DecisionRecord): Promise<boolean> {
    return (await this.#options.journal.decision(decisionHash(record))) !== undefined;
  }

  async #time(): Promise<number> {
    return Number((await this.#options.client.getBlock()).timestamp);
  }
}

function openBreakers({ chainId, journal, logger, observer = silentObserver, breakers }: KeeperOptions): Breakers {
  return new Breakers({ book: journal.halts(chainId), limits: breakers ?? NO_BREAKERS, logger, observer });
}

import {
  type Decision,
  type DecisionDomain,
  type DecisionSignature,
  getEpoch,
  keeperRegistryAbi,
  signDecision,
  type TypedDataSigner,
} from "@gimbal/sdk";
import type { Address, Hex, PublicClient } from "viem";
import { SignaturesMissingError } from "../errors.ts";
import type { Logger } from "../execute/logger.ts";
import { toDecision } from "../execute/propose.ts";
import type { Journal } from "../journal/journal.ts";
import type { DecisionRecord } from "../plan/record.ts";
import { askForSignature, type Question } from "./ask.ts";
import { packBundle } from "./bundle.ts";
import { contentOf } from "./content.ts";
import { signedAnother } from "./cosigner.ts";
import { type CosignOutcome, describe, mayPass, type Peer } from "./outcome.ts";
import { includesAccount } from "./signature.ts";

/** How long others are asked. */
export interface CollectSettings {
  readonly timeout: number; // {ms} for one keeper's answer
  readonly retryEvery: number; // {ms}
  readonly giveUpAfter: number; // {ms} until the round goes on; the next one asks again while the decision is valid
}

export const defaultCollectSettings: CollectSettings = { timeout: 120_000, retryEvery: 30_000, giveUpAfter: 600_000 };

export interface CollectorOptions {
  readonly client: PublicClient;
  readonly domain: DecisionDomain;
  /** This keeper's own; the first of them asks. */
  readonly signers: readonly TypedDataSigner[];
  readonly peers: readonly Peer[];
  readonly journal: Journal;
  readonly settings: CollectSettings;
  readonly logger: Logger;
  /** Told what every keeper that was asked did, as it does it. */
  readonly onOutcome?: (outcome: CosignOutcome) => void;
  readonly clock?: () => number; // {ms}
}

/** Gathers the signatures that a decision needs from this keeper and the others. */
export class SignatureCollector {
  readonly #options: CollectorOptions;
  /** What was said for good about the newest decision of each vault, so that no round asks again in vain. */
  readonly #final = new Map<Address, { readonly hash: Hex; readonly outcomes: Map<Address, CosignOutcome> }>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /**
   * As many signatures as the vault asks for, each of them checked. Returns as soon as there are enough; whoever is late is
   * still named when its time is over. Throws SignaturesMissingError, which names everybody and what he did.
   */
  async collect(record: DecisionRecord): Promise<readonly DecisionSignature[]> {
    const { signers, peers } = this.#options;
    const decision = toDecision(record);
    const { allowed, threshold } = await this.#signersOf(record.vault);
    const own = signers.filter(({ address }) => includesAccount(allowed, address)).slice(0, threshold);
    const others = peers.filter(({ address }) => {
      return includesAccount(allowed, address) && !signers.some((signer) => signer.address === address);
    });
    if (threshold === 0 || own.length === 0 || own.length + others.length < threshold) {
      throw new SignaturesMissingError("The vault asks for more signatures than there are signers here.", {
        vault: record.vault,
        threshold: String(threshold),
        atHand: [...own, ...others].map(({ address }) => address).join(", ") || "none",
        allowed: allowed.join(", ") || "none (revoked)",
      });
    }
    const signatures = await this.#signOwn(record, decision, own);
    const [asker] = own;
    if (signatures.length >= threshold || asker === undefined) return signatures.slice(0, threshold);
    const question = await this.#question(record, decision, allowed, asker);
    return this.#askAround(record, question, { signatures, others, threshold });
  }

  /** This keeper too signs one decision an epoch, whoever made it. */
  async #signOwn(
    record: DecisionRecord,
    decision: Decision,
    own: readonly TypedDataSigner[],
  ): Promise<readonly DecisionSignature[]> {
    const { client, domain, journal } = this.#options;
    const now = Number((await client.getBlock()).timestamp);
    const { chainId, vault, epoch, validUntil } = record;
    const other = await journal.cosigned.claim({ chainId, vault, epoch, validUntil, hash: decision.decisionHash }, now);
    if (other !== null) throw signedAnother(other.hash, other.validUntil);
    return Promise.all(own.map((signer) => signDecision(signer, domain, decision)));
  }

  async #question(
    record: DecisionRecord,
    decision: Decision,
    allowed: readonly Address[],
    asker: TypedDataSigner,
  ): Promise<Question> {
    const { client, domain, journal, settings, clock = Date.now } = this.#options;
    const book = journal.cosigned;
    const { decisionHash: onChain } = await getEpoch(client, { vault: record.vault });
    const { history, decision: made, training } = await contentOf(record, onChain, book);
    const offered = new Set([...made, ...training]);
    const pack = async (missing: readonly Hex[]) => {
      const texts = new Map<Hex, string>();
      // Only what belongs to the decision is handed out, whatever is asked for.
      for (const hash of missing) if (offered.has(hash)) texts.set(hash, await book.requireText(hash));
      return packBundle({ record, history, texts });
    };
    const inputs = { decision: made, training };
    return { domain, decision, asker, allowed, inputs, pack, timeout: settings.timeout, clock };
  }

  async #askAround(
    record: DecisionRecord,
    question: Question,
    start: {
      readonly signatures: readonly DecisionSignature[];
      readonly others: readonly Peer[];
      readonly threshold: number;
    },
  ): Promise<readonly DecisionSignature[]> {
    const { settings, clock = Date.now } = this.#options;
    const { others, threshold } = start;
    const got = [...start.signatures];
    const outcomes = this.#known(record.vault, question.decision.decisionHash);
    const until = clock() + settings.giveUpAfter;
    for (;;) {
      const open = others.filter(({ address }) => {
        const last = outcomes.get(address);
        return last === undefined || mayPass(last);
      });
      if (got.length + open.length < threshold) break;
      await this.#askOnce(open, question, { got, outcomes, threshold });
      if (got.length >= threshold) return got.slice(0, threshold);
      const late = clock() + settings.retryEvery > until || (await this.#isOver(record));
      if (late) break;
      await new Promise((resolve) => setTimeout(resolve, settings.retryEvery));
    }
    throw this.#failure(record, threshold, got, outcomes);
  }

  /** Asks all at once; done when there are enough signatures, or when everybody had his say. */
  #askOnce(
    peers: readonly Peer[],
    question: Question,
    {
      got,
      outcomes,
      threshold,
    }: {
      readonly got: DecisionSignature[];
      readonly outcomes: Map<Address, CosignOutcome>;
      readonly threshold: number;
    },
  ): Promise<void> {
    const { clock = Date.now } = this.#options;
    return new Promise((resolve, reject) => {
      const asked = peers.map(async (peer) => {
        const start = clock();
        const { signature, ...answer } = await askForSignature(peer, question);
        const { vault, decisionHash } = question.decision;
        const place = { vault, decisionHash, cosigner: peer.address, url: peer.url, ms: clock() - start };
        const outcome = { ...answer, ...place };
        outcomes.set(peer.address, outcome);
        this.#report(outcome);
        if (signature !== null) got.push(signature);
        if (got.length >= threshold) resolve();
      });
      Promise.all(asked).then(() => resolve(), reject);
    });
  }

  #report(outcome: CosignOutcome): void {
    const { logger, onOutcome } = this.#options;
    const { kind } = outcome;
    if (kind === "signed") logger.info(outcome, "cosigner signed");
    else if (kind === "refused") logger.warn(outcome, "cosigner refused");
    else logger.error(outcome, `cosigner is ${kind}`);
    onOutcome?.(outcome);
  }

  #known(vault: Address, hash: Hex): Map<Address, CosignOutcome> {
    const known = this.#final.get(vault);
    if (known?.hash === hash) {
      // What was signed then is lost with the round that gathered it; it is given again for the asking.
      for (const [address, { kind }] of known.outcomes) if (kind === "signed") known.outcomes.delete(address);
      return known.outcomes;
    }
    const outcomes = new Map<Address, CosignOutcome>();
    this.#final.set(vault, { hash, outcomes });
    return outcomes;
  }

  async #isOver({ validUntil }: DecisionRecord): Promise<boolean> {
    return Number((await this.#options.client.getBlock()).timestamp) > validUntil;
  }

  #failure(
    { vault, epoch, validUntil }: DecisionRecord,
    threshold: number,
    got: readonly DecisionSignature[],
    outcomes: ReadonlyMap<Address, CosignOutcome>,
  ): SignaturesMissingError {
    const said = [...outcomes.values()].map((outcome, i) => [`keeper ${i + 1}`, describe(outcome)] as const);
    return new SignaturesMissingError("Too few keepers signed the decision. See what each of them said.", {
      vault,
      epoch: String(epoch),
      signatures: `${got.length} of ${threshold}: ${got.map(({ signer }) => signer).join(", ")}`,
      validUntil: String(validUntil),
      ...Object.fromEntries(said),
    });
  }

  async #signersOf(vault: Address): Promise<{ readonly allowed: readonly Address[]; readonly threshold: number }> {
    const { client, domain } = this.#options;
    const [allowed, threshold] = await client.readContract({
      address: domain.keeperRegistry,
      abi: keeperRegistryAbi,
      functionName: "signersOf",
      args: [vault],
    });
    return { allowed, threshold };
  }
}

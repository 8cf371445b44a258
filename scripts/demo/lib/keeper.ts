import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Address, createPublicClient, type Hex, http, keccak256, toHex } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { encodeSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { type MarketDataSource, namingDatasets } from "../../../keeper/src/data/source.ts";
import type { Day } from "../../../keeper/src/data/time.ts";
import { toKeeperAddresses } from "../../../keeper/src/execute/addresses.ts";
import { Keeper as LiveKeeper, type Observation } from "../../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../../keeper/src/execute/logger.ts";
import { defaultTransactionSettings } from "../../../keeper/src/execute/transactions.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { ModelStore } from "../../../keeper/src/journal/modelStore.ts";
import { decide, runOnce } from "../../../keeper/src/pipeline.ts";
import type { DecisionRecord } from "../../../keeper/src/plan/record.ts";
import type { GasSigner } from "../../../keeper/src/signers/signer.ts";
import type { EnsembleSpec } from "../../../keeper/src/training/params.ts";
import { type EnsembleState, encodeState } from "../../../keeper/src/training/state.ts";
import { compareWithChain } from "../../../keeper/src/verify.ts";
import { type Audit, startAudit } from "./audit.ts";
import type { Demo, DemoIndex } from "./scene.ts";
import type { Trainer } from "./trainer.ts";
import { MODELS } from "./training.ts";

const SIX_DAYS = 6 * 86_400;
/** Every development node starts with these accounts. */
const MNEMONIC = "test test test test test test test test test test test junk";
const KEEPER_ACCOUNT = 2;
export const RELAYER_ACCOUNT = 37;
/** A local chain mines at once and never forgets a block. */
const TRANSACTIONS = { ...defaultTransactionSettings, pollInterval: 5, confirmations: 0n };

/** The keeper of the demo's indices: the one that runs on live chains, with a journal of its own. */
export interface Keeper {
  signer: Address;
  /** Decides as of now. Every decision is kept with its inputs, also one to do nothing. */
  decide(index: DemoIndex, day: Day): Promise<{ record: DecisionRecord; hash: Hex }>;
  /** Signs a decision and submits it. Returns the transaction. */
  propose(record: DecisionRecord): Promise<Hex>;
  /** Fills what is open through Uniswap V3, as far as it pays. Returns the transactions. */
  fill(index: DemoIndex): Promise<readonly Hex[]>;
  /** One round of a live keeper: upkeep, fills and, when it is time, a decision. Says what came of it. */
  watch(index: DemoIndex): Promise<string>;
  /** Waits until every proposed decision was made again, and a sample of the models trained again, from what is stored. */
  audit(): ReturnType<Audit["finish"]>;
  /** Compares a decision with what the chain carries under its hash. */
  compareWithChain(hash: Hex): Promise<void>;
  /** What training took so far. */
  training(): ReturnType<Trainer["totals"]>;
}

/** The keeper's journal. */
export function journalPath({ out }: Demo["options"]): string {
  return join(out, "journal.sqlite");
}

/** Who signs decisions; known before anything is deployed, because indices are created with it. */
const signer = privateKeyToAccount(keccak256(toHex("gimbal demo decision signer")));
export const SIGNER: Address = signer.address;

/** The account that settles receipts, with its key. */
export function relayer(): GasSigner {
  return mnemonicToAccount(MNEMONIC, { addressIndex: RELAYER_ACCOUNT });
}

/** Models are trained on the prices alone, which no name of a data set changes: so those that the trainer made are found. */
class DemoModels extends ModelStore {
  readonly #source: MarketDataSource;

  constructor(journal: Journal, source: MarketDataSource) {
    super(journal, MODELS);
    this.#source = source;
  }

  override stateFor(_named: MarketDataSource, asOf: number, spec: EnsembleSpec): Promise<EnsembleState> {
    return super.stateFor(this.#source, asOf, spec);
  }
}

export async function openKeeper(demo: Demo): Promise<Keeper> {
  const { chain, deployment, market, replay, options } = demo;
  const client = createPublicClient({ transport: http(chain.url, { batch: { batchSize: 500 } }), cacheTime: 0 });
  const path = journalPath(options);
  mkdirSync(options.out, { recursive: true });
  // A new chain knows nothing of the decisions in an old journal.
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
  const journal = await Journal.open(path);
  demo.cleanUp.push(() => journal.close());
  const audit = startAudit(path);
  demo.cleanUp.push(() => audit.stop());
  const shared = shareEqual();

  const keeper = await LiveKeeper.connect({
    client,
    chainId: deployment.chainId,
    addresses: toKeeperAddresses(deployment),
    account: mnemonicToAccount(MNEMONIC, { addressIndex: KEEPER_ACCOUNT }),
    signers: [signer],
    names: new Map(market.assets.map(({ token, asset }) => [token.toLowerCase(), asset])),
    via: [market.usdc.token],
    market: namingDatasets(replay.source, [Number(demo.services.dataset.id)]),
    journal,
    logger: silentLogger,
    models: new DemoModels(journal, replay.source),
    decideEvery: SIX_DAYS,
    fallbackNativeUsd: 3_000n * 10n ** 18n,
    transactions: TRANSACTIONS,
  });
  return {
    signer: signer.address,
    decide: async ({ vault, policy }, day) => {
      await demo.trainer.ready(day);
      const seen = shared(await keeper.observe(vault, policy));
      const record = decide(seen);
      const hash = await keeper.remember(record, seen);
      if (record.model.hash !== null) audit.models(record.model.hash);
      if (record.action === "propose") audit.decision(hash);
      return { record, hash };
    },
    propose: async (record) => {
      const { result, hash, reason } = await keeper.propose(record);
      if (result !== "mined" || hash === null) throw new Error(`epoch ${record.epoch} was not proposed: ${reason}`);
      return hash;
    },
    fill: async ({ vault }) => (await keeper.fill(vault)).transactions,
    watch: async ({ vault, policy }) => {
      try {
        const { decision, fills } = await runOnce(keeper, vault, policy);
        return `${fills.orders} orders; ${decision === null ? "no decision due" : inShort(decision)}`;
      } catch (error) {
        // The next round may go better; a keeper does not stop for one that failed.
        return error instanceof Error ? error.message : String(error);
      }
    },
    audit: () => audit.finish(),
    compareWithChain: (hash) => compareWithChain(hash, client, journal),
    training: () => demo.trainer.totals(),
  };
}

/** Gives an observation the market and the models of the one before when they are equal, so that work on them is done once. */
function shareEqual(): (seen: Observation) => Observation {
  let last: Observation | undefined;
  return (seen) => {
    const { market, model } = last ?? seen;
    const isSame =
      encodeSnapshot(market).hash === encodeSnapshot(seen.market).hash &&
      (model === null ? seen.model === null : seen.model !== null && sameState(model, seen.model));
    last = isSame ? { ...seen, market, model } : seen;
    return last;
  };
}

function sameState(a: EnsembleState, b: EnsembleState): boolean {
  return encodeState(a).hash === encodeState(b).hash;
}

/** The action and the first reason; the journal has the others. */
function inShort({ action, reasons }: DecisionRecord): string {
  const others = reasons.length > 1 ? ` (and ${reasons.length - 1} more reasons)` : "";
  return `${action}. ${reasons[0] ?? ""}${others}`;
}

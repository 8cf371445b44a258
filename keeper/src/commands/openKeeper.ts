import type { KeeperConfig } from "../config.ts";
import type { MarketDataSource } from "../data/source.ts";
import { toKeeperAddresses } from "../execute/addresses.ts";
import { Keeper } from "../execute/keeper.ts";
import { createPrivateSender } from "../execute/privatePort.ts";
import type { CollectSignatures } from "../execute/propose.ts";
import { ModelStore, type TrainingListener } from "../journal/modelStore.ts";
import { fitInThread } from "../service/trainingThread.ts";
import type { DecisionSigner, GasSigner } from "../signers/signer.ts";
import { breakerLimits } from "./halts.ts";
import { openMarket } from "./openMarket.ts";
import { type Options, type Session, secrets, timesOf } from "./session.ts";

interface Signers {
  readonly account: GasSigner;
  readonly signers: readonly DecisionSigner[];
  /** Opened already by whoever needs it too. */
  readonly market?: MarketDataSource;
  readonly collect?: CollectSignatures | undefined;
}

/** The keeper that a configuration describes. */
export async function openKeeper(
  session: Session,
  options: Options,
  { account, signers, market, collect }: Signers,
  signal?: AbortSignal,
): Promise<Keeper> {
  const { config, client, nodes, journal, logger, observer } = session;
  const { contracts, transactions, fills, upkeep, recurring } = config;
  const addresses = toKeeperAddresses(contracts);
  return Keeper.connect({
    client,
    nodes,
    chainId: config.chainId,
    breakers: breakerLimits(config),
    addresses,
    account,
    signers,
    ...(collect === undefined ? {} : { collect }),
    names: config.names,
    via: [...config.via, addresses.weth],
    market: market ?? (await openMarket(session, options)),
    journal,
    logger,
    observer,
    models: openModels(session),
    ...timesOf(config),
    fallbackNativeUsd: BigInt(config.fallbackNativeUsd) * 10n ** 18n,
    transactions: {
      maxFeeCeiling: transactions.maxFeeCeilingWei,
      gasMarginBps: transactions.gasMarginBps,
      bumpAfter: transactions.bumpAfterSeconds * 1000,
      giveUpAfter: transactions.giveUpAfterSeconds * 1000,
      pollInterval: transactions.pollSeconds * 1000,
      confirmations: BigInt(transactions.confirmations),
      spendingCap: transactions.spendingCapWeiPerDay,
    },
    ...privatelyBy(transactions),
    fills: {
      ordersPerTransaction: fills.ordersPerTransaction,
      leastUsd: BigInt(fills.leastUsd) * 10n ** 18n,
      slippageBps: fills.slippageBps,
      deadline: fills.deadlineSeconds,
    },
    upkeep: {
      refreshMoveBps: upkeep.refreshMoveBps,
      leastFeeShares: upkeep.leastFeeSharesWei,
      largestRun: upkeep.largestRun,
    },
    recurring,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Models that are trained in a thread of their own. */
function openModels({ config, journal, logger, observer }: Session): ModelStore {
  const tell: TrainingListener = (event) => {
    logger.info(event, "training");
    const seconds = event.ms === null ? null : event.ms / 1000;
    observer.tell({ kind: "training", spec: event.spec, seconds, failure: null });
  };
  return new ModelStore(journal, config.models, tell, fitInThread);
}

/** The address of a private endpoint may hold a customer's key behind its host. */
function privatelyBy({ privateRpcUrl: url, privateFallback: fallback, privateBlocks }: KeeperConfig["transactions"]) {
  if (url === undefined) return {};
  const { pathname, search } = new URL(url);
  secrets.add(pathname.slice(1) + search);
  return { privately: { send: createPrivateSender(url), fallback, blocks: BigInt(privateBlocks) } };
}

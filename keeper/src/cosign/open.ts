import { type Address, isAddressEqual, type PublicClient } from "viem";
import type { KeeperConfig } from "../config.ts";
import type { MarketDataSource } from "../data/source.ts";
import { ConfigError } from "../errors.ts";
import { toKeeperAddresses } from "../execute/addresses.ts";
import type { Guide } from "../execute/keeper.ts";
import type { Logger } from "../execute/logger.ts";
import type { CollectSignatures } from "../execute/propose.ts";
import { type Observer, silentObserver } from "../health/observer.ts";
import type { Journal } from "../journal/journal.ts";
import { ModelStore } from "../journal/modelStore.ts";
import type { DecisionSigner } from "../signers/signer.ts";
import { SignatureCollector } from "./collector.ts";
import { Cosigner } from "./cosigner.ts";
import { type CosignOutcome, toEvent } from "./outcome.ts";
import { createCosignApp, listen, type RunningServer } from "./server.ts";
import { toCollectSettings, toCosignSettings, toServerSettings } from "./settings.ts";

/** What both sides of signing together work with. */
export interface CosignParts {
  readonly config: KeeperConfig;
  readonly client: PublicClient;
  readonly journal: Journal;
  readonly logger: Logger;
  readonly signers: readonly DecisionSigner[];
}

/**
 * Gathers signatures of the configured cosigners too; undefined: there are none, and this keeper's signers are all. A keeper
 * that others may ask writes down what it signs of its own as well: else it could sign two decisions of one epoch.
 */
export function openCollector(
  { config, client, journal, logger, signers }: CosignParts,
  observer: Observer = silentObserver,
): CollectSignatures | undefined {
  const { cosigners: peers, cosign, chainId, contracts } = config;
  if (peers.length === 0 && cosign.listen === undefined) return undefined;
  const domain = { chainId, keeperRegistry: contracts.contracts.KeeperRegistry };
  const settings = toCollectSettings(cosign);
  const onOutcome = (outcome: CosignOutcome) => observer.tell(toEvent(outcome));
  const collector = new SignatureCollector({ client, domain, signers, peers, journal, settings, logger, onOutcome });
  return (record) => collector.collect(record);
}

/** What a keeper that listens for others needs beside that. */
export interface ListenParts extends CosignParts {
  readonly market: MarketDataSource;
  /** The vaults that this keeper serves, each with its policy. */
  readonly vaults: () => Promise<readonly { readonly vault: Address; readonly guide: Guide }[]>;
}

/** Listens for other keepers, if the configuration says where. Its first decision signer signs. */
export async function openCosigner(parts: ListenParts): Promise<RunningServer | undefined> {
  const { config, client, journal, logger, signers, market, vaults } = parts;
  const { cosign, contracts, chainId } = config;
  if (cosign.listen === undefined) return undefined;
  const [signer] = signers;
  if (signer === undefined) {
    throw new ConfigError("A keeper that signs for others needs a decision signer. Set one in `signers`.", {
      field: "cosign.listen",
    });
  }
  const addresses = toKeeperAddresses(contracts);
  const { names, via } = config;
  const fallbackNativeUsd = BigInt(config.fallbackNativeUsd) * 10n ** 18n;
  const cosigner = new Cosigner({
    node: {
      client,
      domain: { chainId, keeperRegistry: addresses.keeperRegistry },
      reading: { addresses, names, via: [...via, addresses.weth], fallbackNativeUsd },
    },
    signer,
    journal,
    market,
    models: new ModelStore(journal, config.models, (event) => logger.info(event, "training")),
    guideOf: async (vault) => (await vaults()).find((item) => isAddressEqual(item.vault, vault))?.guide ?? null,
    settings: toCosignSettings(cosign),
    logger,
  });
  const app = createCosignApp({ cosigner, settings: toServerSettings(cosign), logger });
  const server = await listen(app, cosign.listen.host, cosign.listen.port);
  logger.info({ url: server.url, signer: signer.address }, "listening for other keepers");
  return server;
}

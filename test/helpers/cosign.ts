import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import type { Address, Hex, PrivateKeyAccount } from "viem";
import { type Bundle, packBundle } from "../../keeper/src/cosign/bundle.ts";
import { type CollectorOptions, SignatureCollector } from "../../keeper/src/cosign/collector.ts";
import { contentOf } from "../../keeper/src/cosign/content.ts";
import { Cosigner, type CosignSettings, defaultCosignSettings } from "../../keeper/src/cosign/cosigner.ts";
import { signRequest } from "../../keeper/src/cosign/envelope.ts";
import type { CosignOutcome, Peer } from "../../keeper/src/cosign/outcome.ts";
import { createCosignApp, defaultServerSettings, listen, type ServerSettings } from "../../keeper/src/cosign/server.ts";
import { encodeSnapshot } from "../../keeper/src/data/snapshot.ts";
import type { MarketDataSource } from "../../keeper/src/data/source.ts";
import { encodeVault } from "../../keeper/src/data/vault.ts";
import type { Guide, Observation } from "../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { ModelStore } from "../../keeper/src/journal/modelStore.ts";
import { decide } from "../../keeper/src/pipeline.ts";
import { type DecisionRecord, decisionHash } from "../../keeper/src/plan/record.ts";
import { createAnother, deployKeeperWorld, type KeeperWorld, openKeeper, SIMULATION } from "./keeper.ts";
import { SIGNERS } from "./protocol.ts";
import { DECISION_SIGNERS } from "./sdk.ts";

export const ZERO_HASH: Hex = `0x${"0".repeat(64)}`;

/** The keeper's world with a vault that two of three signers decide for. */
export async function deployCosignWorld(ethers: HardhatEthers, provider: EthereumProvider): Promise<KeeperWorld> {
  const world = await deployKeeperWorld(ethers, provider);
  const limits = { riskDelay: 3_600, curveLength: 3_600 };
  const vault = await createAnother(world, { signers: SIGNERS, threshold: 2, limits, name: "Three Keepers" });
  return { ...world, vault, index: world.index.attach(vault) as KeeperWorld["index"] };
}

/** What differs for one party. */
export interface PartyOptions {
  readonly guide: Guide | null;
  readonly market?: MarketDataSource;
  readonly settings?: Partial<CosignSettings>;
  readonly server?: Partial<ServerSettings>;
  readonly clock?: () => number;
}

export type Party = Awaited<ReturnType<typeof openParty>>;

/** An independent keeper with a key, a journal, a node and data of its own, which listens on a free port. */
export async function openParty(world: KeeperWorld, index: number, options: PartyOptions) {
  const { client, chainId, addresses, names, at } = world;
  const { guide, market = SIMULATION, clock } = options;
  const journal = await Journal.open(":memory:");
  const signer = DECISION_SIGNERS[index] as PrivateKeyAccount;
  const domain = { chainId, keeperRegistry: addresses.keeperRegistry };
  const via = [at.USDT as Address, at.WETH as Address];
  const reading = { addresses, names, via: [...via], fallbackNativeUsd: 2_000n * 10n ** 18n };
  const models = new ModelStore(journal, null);
  const cosigner = new Cosigner({
    node: { client, domain, reading },
    signer,
    journal,
    market,
    models,
    guideOf: async () => guide,
    settings: { ...defaultCosignSettings, ...options.settings },
    logger: silentLogger,
  });
  const settings = { ...defaultServerSettings, requestsPerMinute: 1_000, ...options.server };
  const timing = clock === undefined ? {} : { clock };
  const app = createCosignApp({ cosigner, settings, logger: silentLogger, ...timing });
  const server = await listen(app, "127.0.0.1", 0);
  const peer: Peer = { address: signer.address, url: server.url };
  const close = async () => {
    await server.close();
    await journal.close();
  };
  return { signer, domain, journal, cosigner, server, peer, models, close };
}

/** A keeper that decides, and asks the others. */
export async function openProposer(world: KeeperWorld, peers: readonly Peer[], over: Partial<CollectorOptions> = {}) {
  const { client, chainId, addresses } = world;
  const journal = await Journal.open(":memory:");
  const signers = DECISION_SIGNERS.slice(0, 1);
  const outcomes: CosignOutcome[] = [];
  const collector = new SignatureCollector({
    client,
    domain: { chainId, keeperRegistry: addresses.keeperRegistry },
    signers,
    peers,
    journal,
    settings: { timeout: 20_000, retryEvery: 50, giveUpAfter: 200 },
    logger: silentLogger,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...over,
  });
  const collect = (record: DecisionRecord) => collector.collect(record);
  const keeper = await openKeeper(world, journal, { signers, collect });
  return { keeper, journal, collector, outcomes };
}

export type Proposer = Awaited<ReturnType<typeof openProposer>>;

/** What a keeper decides from what it sees, or says it sees, with everything stored as if it had decided so. */
export async function decideFrom(
  { keeper }: Proposer,
  seen: Observation,
  alter: (record: DecisionRecord) => DecisionRecord = (record) => record,
): Promise<DecisionRecord> {
  const record = alter(decide(seen));
  await keeper.remember(record, seen);
  return record;
}

/** Everything that a proposer would send about a decision, but for what it withholds. */
export async function bundleOf(
  record: DecisionRecord,
  { journal }: Proposer,
  onChain: Hex = ZERO_HASH,
): Promise<Bundle> {
  const { history, decision, training } = await contentOf(record, onChain, journal.cosigned);
  const texts = new Map<Hex, string>();
  for (const hash of [...decision, ...training]) texts.set(hash, await journal.cosigned.requireText(hash));
  return { record, history, texts };
}

/** A bundle of inputs that no journal has. */
export function bundleFrom(record: DecisionRecord, { market, vault }: Pick<Observation, "market" | "vault">): Bundle {
  const { blobs, hash, manifest } = encodeSnapshot(market);
  const state = encodeVault(vault);
  return { record, history: [], texts: new Map([...blobs, [hash, manifest], [state.hash, state.text]]) };
}

export interface Told {
  readonly status: number;
  readonly code?: string;
  readonly words?: string;
  readonly signature?: Hex;
  readonly signer?: Address;
  readonly unchecked?: readonly string[];
}

/** Asks a party for its signature as the account `asker`, whatever the bundle is. */
export async function askParty(
  { peer, domain }: Pick<Party, "peer" | "domain">,
  asker: PrivateKeyAccount,
  bundle: Bundle,
  over: { readonly body?: Uint8Array; readonly sentAt?: number; readonly hash?: Hex; readonly vault?: Address } = {},
): Promise<Told> {
  const request = await signedRequest({ peer, domain }, asker, bundle, over);
  return send(request);
}

export interface RawRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request as it goes over the wire, so that it can be sent twice. */
export async function signedRequest(
  { peer, domain }: Pick<Party, "peer" | "domain">,
  asker: PrivateKeyAccount,
  bundle: Bundle,
  over: { readonly body?: Uint8Array; readonly sentAt?: number; readonly hash?: Hex; readonly vault?: Address } = {},
): Promise<RawRequest> {
  const { hash = decisionHash(bundle.record), vault = bundle.record.vault } = over;
  const { body = await packBundle(bundle), sentAt = Math.floor(Date.now() / 1000) } = over;
  const path = `/v1/decisions/${hash}/signatures`;
  const headers = await signRequest(asker, domain, { to: peer.address, path, vault, sentAt, body });
  return { url: `${peer.url}${path}`, headers, body };
}

export async function send({ url, headers, body }: RawRequest): Promise<Told> {
  const response = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  return { status: response.status, ...((await response.json()) as object) };
}

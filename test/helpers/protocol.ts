import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, id, type Signer, TypedDataEncoder, Wallet, ZeroAddress, ZeroHash } from "ethers";
import { decisionTypes, Lane, packWeights } from "../../sdk/src/index.ts";
import type { IndexVault } from "../../typechain-types/index.js";
import {
  BasketLib__factory,
  FillLib__factory,
  GovernLib__factory,
  type IndexFactory,
  IndexFactory__factory,
  IndexVault__factory,
  ProposalLib__factory,
  ViewLib__factory,
} from "../../typechain-types/index.js";
import { deployMarket, fund, type Market, type MarketOptions, type MarketToken } from "./market.ts";

const DAY = 86_400;
const BPS = 10_000;
const ONE_SHARE = 10n ** 18n;

/** A market with the factory and one vault version on top. */
export interface Protocol extends Market {
  factory: IndexFactory;
  implementation: IndexVault;
  /** {bps of fees} and their receiver, as given to the factory. */
  feeRecipient: HardhatEthersSigner;
}

export interface ProtocolOptions extends MarketOptions {
  protocolFeeBps?: number;
  /** Receives the protocol's part of the fees; the owner when left out. */
  feeRecipient?: HardhatEthersSigner;
}

/** Limits in the middle of their ranges. */
export const LIMITS = {
  turnoverBps: 2_500,
  lossBps: 50,
  deriskLossBps: 50,
  maxWeightChangeBps: 10_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: 3_600,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
};
export type Limits = typeof LIMITS;

/** Decision signers with fixed keys, by ascending address. */
export const SIGNERS: readonly Wallet[] = ["first", "second", "third"]
  .map((name) => new Wallet(id(`decision signer ${name}`)))
  .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));

export interface IndexOptions {
  creator: HardhatEthersSigner;
  /** Basket by ascending address; every token of the market when left out. */
  tokens?: readonly MarketToken[];
  /** {bps} in the order of the tokens; equal parts when left out. */
  weights?: readonly number[];
  /** {USD} value of the seed. */
  usd?: bigint;
  /** {share wei} for the seed; one share for each $100 when left out. */
  shares?: bigint;
  limits?: Partial<Limits>;
  /** The market's stable tokens in the basket with equal splits when left out. */
  destinations?: readonly { token: string; splitBps: number }[];
  fees?: { streamingRate: bigint; mintFeeBps: number; recipient: string };
  strategy?: { recipient: string; royaltyBps: number; methodologyHash: string };
  signers?: readonly Wallet[];
  threshold?: number;
  curator?: string;
  name?: string;
  symbol?: string;
  salt?: string;
}

/** Deploys registries, factory and vault implementation without Ignition, and lists the tokens. */
export async function deployProtocol(options: ProtocolOptions): Promise<Protocol> {
  const { owner, protocolFeeBps = 1_000, feeRecipient = owner } = options;
  const market = await deployMarket(options);
  const { assetRegistry, keeperRegistry } = market;
  const factory = await new IndexFactory__factory(owner).deploy(
    owner,
    assetRegistry,
    keeperRegistry,
    protocolFeeBps,
    feeRecipient,
  );
  await keeperRegistry.setFactory(factory);
  const implementation = await deployImplementation(owner, factory, market);
  await factory.addVersion(implementation);
  return { ...market, factory, implementation, feeRecipient };
}

/** The vault implementation, linked to libraries of its own. */
export async function deployImplementation(
  owner: Signer,
  factory: IndexFactory,
  { assetRegistry, keeperRegistry }: Pick<Market, "assetRegistry" | "keeperRegistry">,
): Promise<IndexVault> {
  const factories = {
    BasketLib: new BasketLib__factory(owner),
    FillLib: new FillLib__factory(owner),
    GovernLib: new GovernLib__factory(owner),
    ProposalLib: new ProposalLib__factory(owner),
    ViewLib: new ViewLib__factory(owner),
  };
  const address = async (name: keyof typeof factories): Promise<string> =>
    (await factories[name].deploy()).getAddress();
  const libraries = {
    "project/contracts/libraries/BasketLib.sol:BasketLib": await address("BasketLib"),
    "project/contracts/libraries/FillLib.sol:FillLib": await address("FillLib"),
    "project/contracts/libraries/GovernLib.sol:GovernLib": await address("GovernLib"),
    "project/contracts/libraries/ProposalLib.sol:ProposalLib": await address("ProposalLib"),
    "project/contracts/libraries/ViewLib.sol:ViewLib": await address("ViewLib"),
  };
  return new IndexVault__factory(libraries, owner).deploy(factory, assetRegistry, keeperRegistry);
}

/** Parameters of a new index: what `createIndex` sends. */
export function indexParams(protocol: Protocol, options: IndexOptions) {
  const tokens = options.tokens ?? protocol.tokens;
  const weights = options.weights ?? equalWeights(tokens.length);
  const usd = options.usd ?? 100_000n;
  const amounts = tokens.map(({ decimals, price }, index) => {
    const value = usd * BigInt(weights[index] ?? 0) * 10n ** BigInt(decimals + 8);
    return value / (BigInt(BPS) * price);
  });
  return {
    name: options.name ?? "Test Index",
    symbol: options.symbol ?? "TIX",
    tokens: tokens.map(({ address }) => address),
    amounts,
    shares: options.shares ?? (usd * ONE_SHARE) / 100n,
    receiver: options.creator.address,
    curator: options.curator ?? options.creator.address,
    limits: { ...LIMITS, ...options.limits },
    destinations: [...(options.destinations ?? defaultDestinations(tokens))],
    fees: options.fees ?? { streamingRate: 0n, mintFeeBps: 0, recipient: options.creator.address },
    strategy: options.strategy ?? { recipient: ZeroAddress, royaltyBps: 0, methodologyHash: ZeroHash },
    signers: (options.signers ?? SIGNERS.slice(0, 1)).map(({ address }) => address),
    threshold: options.threshold ?? 1,
    salt: options.salt ?? ZeroHash,
  };
}

/** Mints the seed to the creator, approves the factory and creates the index. */
export async function createIndex(protocol: Protocol, options: IndexOptions): Promise<IndexVault> {
  const { factory } = protocol;
  const params = indexParams(protocol, options);
  const tokens = options.tokens ?? protocol.tokens;
  // Rounding of the amounts is downwards, so the same value covers them.
  await fund(tokens, options.creator, await factory.getAddress(), options.usd ?? 100_000n);

  const connected = factory.connect(options.creator);
  const vault = await connected.createIndex.staticCall(params);
  await connected.createIndex(params);
  return IndexVault__factory.connect(vault, options.creator);
}

/** 10,000 bps in `count` parts that differ by at most one. */
export function equalWeights(count: number): number[] {
  const part = Math.floor(BPS / count);
  return Array.from({ length: count }, (_, index) => part + (index < BPS - part * count ? 1 : 0));
}

export interface Proposal {
  /** {bps} in basket order. */
  weights: readonly number[];
  lane?: Lane;
  /** The next one when left out. */
  epoch?: number;
  decisionHash?: string;
  validUntil?: number;
  signers?: readonly Wallet[];
}

/** Arguments of `proposeWeights`, signed. */
export async function signProposal(protocol: Protocol, vault: IndexVault, proposal: Proposal) {
  const epoch = proposal.epoch ?? Number((await vault.epoch()).id) + 1;
  const decision = {
    vault: await vault.getAddress(),
    epoch,
    weights: [...packWeights([...proposal.weights])],
    lane: proposal.lane ?? Lane.RISK,
    decisionHash: proposal.decisionHash ?? id(`decision ${epoch}`),
    validUntil: proposal.validUntil ?? 2 ** 40 - 1,
  };
  const structHash = TypedDataEncoder.hashStruct("Decision", mutableTypes(), decision);
  const digest = await protocol.keeperRegistry.digest(structHash);
  const signatures = (proposal.signers ?? SIGNERS.slice(0, 1)).map((signer) =>
    AbiCoder.defaultAbiCoder().encode(
      ["address", "bytes"],
      [signer.address, signer.signingKey.sign(digest).serialized],
    ),
  );
  return { ...decision, signatures };
}

/** Signs and submits new weights. Anyone may submit, so the vault's runner does. */
export async function propose(protocol: Protocol, vault: IndexVault, proposal: Proposal) {
  const signed = await signProposal(protocol, vault, proposal);
  const { epoch, weights, lane, decisionHash, validUntil, signatures } = signed;
  return vault.proposeWeights(epoch, weights, lane, decisionHash, validUntil, signatures);
}

/** Mints basket tokens to `holder` with some to spare and buys `shares` in kind. */
export async function mintShares(
  protocol: Protocol,
  vault: IndexVault,
  holder: HardhatEthersSigner,
  shares: bigint,
): Promise<void> {
  const [amounts] = await vault.previewMint(shares);
  const [assets] = await vault.basket();
  const address = await vault.getAddress();
  for (const [index, { token }] of assets.entries()) {
    const listed = protocol.tokens.find((candidate) => candidate.address === token);
    if (listed === undefined) throw new Error(`${token} is not of this market`);
    await listed.token.mint(holder, (amounts[index] ?? 0n) + 1_000n);
    await listed.token.connect(holder).approve(address, 2n ** 256n - 1n);
  }
  await vault.connect(holder).mint(shares, holder, [], 100, await vault.basketNonce());
}

function defaultDestinations(tokens: readonly MarketToken[]): { token: string; splitBps: number }[] {
  const stables = tokens.filter(({ stable }) => stable).slice(0, 3);
  const splits = equalWeights(Math.max(1, stables.length));
  return stables.map(({ address }, index) => ({ token: address, splitBps: splits[index] ?? 0 }));
}

function mutableTypes() {
  return { Decision: decisionTypes.Decision.map((field) => ({ ...field })) };
}

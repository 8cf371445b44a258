import { type Address, erc20Abi, type Hex, zeroAddress, zeroHash } from "viem";
import { estimateGas, getGasPrice, readContract } from "viem/actions";
import { assetRegistryAbi } from "../abis/assetRegistry.ts";
import { indexFactoryAbi } from "../abis/indexFactory.ts";
import { indexLensAbi } from "../abis/indexLens.ts";
import { type AnyClient, addressOf, resolveAccount, withTypedErrors } from "../actions/client.ts";
import type { ApprovalRequirement, Requirement } from "../actions/requirements.ts";
import { type CreateIndexParameters, type CreateIndexReturnType, createIndex } from "../actions/write/createIndex.ts";
import { toStreamingRate, yearlyFee } from "../math/fees.ts";
import { BPS, D18, mulDiv } from "../math/fixed.ts";
import { toUsdUp } from "../math/trade.ts";
import { largestRemainderBps } from "../math/weights.ts";
import { methodologyHash } from "../methodology/methodologyHash.ts";
import { methodologyLimits } from "../methodology/methodologyLimits.ts";
import type { Methodology } from "../methodology/types.ts";
import { type GasSnapshot, measuredCreationGas } from "./creationGas.ts";
import { SeedUnpricedError, TemplateInvalidError, TokenUnlistedError } from "./errors.ts";
import { seedAmounts, seedShares } from "./seed.ts";
import { MAX_TOKENS } from "./tokenTable.ts";
import { fixedWeights } from "./weights.ts";
import type { TokenWeight } from "./weightsCsv.ts";

/** Bits of a listing. */
const STABLE = 1;
const UNLISTED = 0xffff;
const MAX_DESTINATIONS = 3;
const NATIVE_DECIMALS = 18;
const NOTHING: readonly Requirement[] = [];
const DAY = 86_400;

/** {bps} and {s} Limits in the middle of what the factory allows, for an index that is looked at every week or month. */
export const TEMPLATE_LIMITS: CreateIndexParameters["limits"] = Object.freeze({
  turnoverBps: 5_000,
  lossBps: 100,
  deriskLossBps: 100,
  maxWeightChangeBps: 5_000,
  riskDelay: DAY,
  basketDelay: 3 * DAY,
  curveLength: DAY / 4,
  cooldown: 6 * DAY,
  deriskPeriod: 28 * DAY,
});

export type PreviewIndexParameters = {
  factory: Address;
  lens: Address;
  registry: Address;
  name: string;
  symbol: string;
  /** In any order; whole basis points that sum to 10,000. */
  weights: readonly TokenWeight[];
  /** D18{USD} at least 100 USD. */
  seedUsd: bigint;
  /** Where the index goes in danger when none of its tokens is stable: they join the basket with nothing in it. */
  stables?: readonly Address[] | undefined;
  /** {bps} a year, and of every mint. Default: none. */
  streamingBps?: number | undefined;
  mintFeeBps?: number | undefined;
  /** Who may sign decisions, and how many must. Default: the account alone. */
  signers?: readonly Address[] | undefined;
  threshold?: number | undefined;
  /** What the index shall follow: gives limits and hash, unless they are named. */
  document?: Methodology | undefined;
  /** Default: those that suit the document; without one `TEMPLATE_LIMITS`. */
  limits?: CreateIndexParameters["limits"] | undefined;
  /** keccak256 of the methodology's document. */
  methodologyHash?: Hex | undefined;
  /** May change fees, signers and strategy later. Default: nobody. */
  curator?: Address | undefined;
  salt?: Hex | undefined;
  /** Token whose price turns gas into USD: wrapped Ether. */
  native: Address;
  /** Measured gas, for an account that has not approved yet. Without it such a preview names no gas for the creation. */
  measured?: GasSnapshot | undefined;
  account?: Address | undefined;
};

export type PreviewToken = TokenWeight & {
  /** {raw tokens} */
  amount: bigint;
  decimals: number;
  /** D27{USD/tok}; 0: none known now */
  price: bigint;
  /** D18{USD} */
  value: bigint;
  /** {bps} of the seed at the registry's prices */
  seedBps: number;
  /** {bps} largest part that a proposal may ask for */
  capBps: number;
  isStable: boolean;
  isListed: boolean;
  isAboveCap: boolean;
};

export type PreviewGas = {
  /** "estimate": asked of the chain; "measured": from the snapshot; "unknown": neither could say. */
  source: "estimate" | "measured" | "unknown";
  /** {gas} */
  approvals: bigint;
  creation: bigint | undefined;
  total: bigint | undefined;
  /** {wei} */
  gasPrice: bigint;
  /** D18{USD}; undefined without a price of Ether. */
  costUsd: bigint | undefined;
};

export type PreviewIndexReturnType = {
  /** Ascending addresses, as the index will hold them. */
  tokens: readonly PreviewToken[];
  /** D18{USD} of the seed, and of one share */
  value: bigint;
  perShare: bigint;
  /** {share wei} */
  shares: bigint;
  unpriced: readonly Address[];
  unlisted: readonly Address[];
  /** Their part is above the cap of their tier: proposals can only lower it. */
  aboveCap: readonly Address[];
  /** Tokens that the account still has to approve. */
  approvals: readonly ApprovalRequirement[];
  /** {raw tokens} that the account lacks for the seed. */
  missing: readonly { token: Address; needed: bigint; held: bigint }[];
  gas: PreviewGas;
  fees: {
    /** D18{1} of the NAV in a year; D18{USD} of this seed, and what of it goes to the protocol. */
    yearly: bigint;
    yearlyUsd: bigint;
    protocolUsd: bigint;
    mintFeeBps: number;
  };
  /** Why it cannot be created like this; empty when it can. */
  problems: readonly string[];
  /** What `createIndex` takes. */
  creation: CreateIndexParameters;
};

type Facts = Pick<PreviewToken, "token" | "weightBps" | "decimals" | "price" | "capBps" | "isStable" | "isListed">;

function ascending(weights: readonly TokenWeight[]): TokenWeight[] {
  return [...weights].sort((a, b) => (BigInt(a.token) < BigInt(b.token) ? -1 : 1));
}

/** What the registry says of all tokens, in one state. */
async function readFacts(client: AnyClient, registry: Address, basket: readonly TokenWeight[]): Promise<Facts[]> {
  const tokens = basket.map(({ token }) => token);
  const at = { address: registry, abi: assetRegistryAbi } as const;
  const [quotes, listings] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "quotes", args: [tokens] }),
      readContract(client, { ...at, functionName: "listings", args: [tokens] }),
    ]),
  );
  return basket.map(({ token, weightBps }, i) => {
    const listing = listings[i] ?? UNLISTED;
    const isListed = listing !== UNLISTED;
    return {
      token,
      weightBps,
      decimals: isListed ? listing & 0xff : 0,
      price: quotes[i]?.price ?? 0n,
      capBps: quotes[i]?.maxWeightBps ?? 0,
      isStable: isListed && ((listing >> 8) & STABLE) !== 0,
      isListed,
    };
  });
}

/** The basket with what the index needs to flee to: stable tokens of its own, or the given ones with nothing in them. */
async function readBasket(
  client: AnyClient,
  { registry, weights, stables = [] }: PreviewIndexParameters,
): Promise<{ facts: Facts[]; destinations: Facts[] }> {
  const facts = await readFacts(client, registry, ascending(fixedWeights(weights)));
  const own = facts.filter(({ isStable }) => isStable);
  if (own.length > 0) {
    // The largest ones; ties to the lower address.
    const largest = [...own].sort((a, b) => b.weightBps - a.weightBps).slice(0, MAX_DESTINATIONS);
    return { facts, destinations: own.filter((item) => largest.includes(item)) };
  }
  const added = [...new Set(stables)].slice(0, MAX_DESTINATIONS).map((token) => ({ token, weightBps: 0 }));
  if (facts.length + added.length > MAX_TOKENS) {
    throw new TemplateInvalidError("stables", `would make more than ${MAX_TOKENS} tokens: leave room for a stable one`);
  }
  const all = await readFacts(client, registry, ascending([...facts, ...added]));
  return { facts: all, destinations: all.filter(({ isStable, weightBps }) => isStable && weightBps === 0) };
}

function creationOf(
  parameters: PreviewIndexParameters,
  owner: Address,
  seed: CreateIndexParameters["seed"],
  destinations: readonly Facts[],
): CreateIndexParameters {
  const { factory, name, symbol, seedUsd, streamingBps = 0, mintFeeBps = 0, document } = parameters;
  const splits = destinations.length === 0 ? [] : largestRemainderBps(destinations.map(() => 1n));
  return {
    factory,
    name,
    symbol,
    seed,
    shares: seedShares(seedUsd),
    limits: parameters.limits ?? (document === undefined ? TEMPLATE_LIMITS : methodologyLimits(document)),
    destinations: destinations.map(({ token }, i) => ({ token, splitBps: splits[i] ?? 0 })),
    signers: parameters.signers ?? [owner],
    threshold: parameters.threshold ?? 1,
    fees: { streamingRate: toStreamingRate(streamingBps), mintFeeBps, recipient: owner },
    strategy: {
      recipient: zeroAddress,
      royaltyBps: 0,
      methodologyHash: parameters.methodologyHash ?? (document === undefined ? zeroHash : methodologyHash(document)),
    },
    curator: parameters.curator,
    salt: parameters.salt,
    account: parameters.account,
  };
}

async function readMissing(client: AnyClient, owner: Address, seed: CreateIndexParameters["seed"]) {
  const held = await withTypedErrors(() =>
    Promise.all(
      seed.map(({ token }) =>
        readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }),
      ),
    ),
  );
  return seed
    .map(({ token, amount }, i) => ({ token, needed: amount, held: held[i] ?? 0n }))
    .filter((item) => item.held < item.needed);
}

/** Asks the chain where it can answer; takes the measured figures where it cannot because approvals are still missing. */
async function readGas(
  client: AnyClient,
  { registry, native, measured }: PreviewIndexParameters,
  owner: Address,
  action: CreateIndexReturnType | undefined,
  approvals: readonly ApprovalRequirement[],
): Promise<PreviewGas> {
  const asked = async (tx: { to: Address; data: Hex }): Promise<bigint | undefined> =>
    estimateGas(client, { account: owner, ...tx }).catch(() => undefined);
  const approving = await Promise.all(approvals.map(({ tx }) => asked(tx)));
  const tx = action?.buildTx();
  const estimated = tx !== undefined && approvals.length === 0 ? await asked(tx) : undefined;
  const fallback =
    tx === undefined || measured === undefined
      ? undefined
      : measuredCreationGas(measured, action?.params.tokens.length ?? 0, tx.data);
  const creation = estimated ?? fallback;
  const [gasPrice, price] = await withTypedErrors(() =>
    Promise.all([
      getGasPrice(client),
      readContract(client, { address: registry, abi: assetRegistryAbi, functionName: "price", args: [native] }),
    ]),
  );
  const spent = approving.reduce<bigint>((sum, gas) => sum + (gas ?? 0n), 0n);
  const total = creation === undefined ? undefined : creation + spent;
  const costUsd =
    total === undefined || price === 0n ? undefined : toUsdUp(total * gasPrice, { price, decimals: NATIVE_DECIMALS });
  const source = estimated !== undefined ? "estimate" : creation !== undefined ? "measured" : "unknown";
  return { source, approvals: spent, creation, total, gasPrice, costUsd };
}

function problemsOf(facts: readonly Facts[], destinations: readonly Facts[], missing: number): string[] {
  const unlisted = facts.filter(({ isListed }) => !isListed).map(({ token }) => token);
  const unpriced = facts.filter(({ isListed, price }) => isListed && price === 0n).map(({ token }) => token);
  return [
    ...(unlisted.length > 0 ? [`not listed, so that no index may hold it: ${unlisted.join(", ")}`] : []),
    ...(unpriced.length > 0 ? [`no price is known now for ${unpriced.join(", ")}`] : []),
    ...(destinations.length === 0 ? ["no stable token to go to in danger: add one, with or without a weight"] : []),
    ...(missing > 0 ? [`the account lacks ${missing} of the tokens of the seed`] : []),
  ];
}

/**
 * Everything about an index before anything is sent: what it would hold, what the seed needs at the registry's prices, what it
 * costs in gas and USD, its fees, what is above its cap, what has no price, and what the account has yet to do.
 *
 * @throws TemplateInvalidError when weights, seed or fees cannot be right.
 *
 * @example
 * const preview = await previewIndex(client, {
 *   factory, lens, registry, native: weth, name: "Mine", symbol: "MINE", weights: rows, seedUsd: parseEther("1000"), stables: [usdc],
 * });
 * if (preview.problems.length === 0) await send(client, { tx: createFromPreview(client, preview).buildTx() });
 */
export async function previewIndex(
  client: AnyClient,
  parameters: PreviewIndexParameters,
): Promise<PreviewIndexReturnType> {
  const { factory, lens, seedUsd, streamingBps = 0, mintFeeBps = 0 } = parameters;
  if (seedUsd < 100n * D18)
    throw new TemplateInvalidError("seedUsd", "must be at least 100 USD: what the factory asks for");
  if (!Number.isInteger(streamingBps) || streamingBps < 0 || streamingBps > 500) {
    throw new TemplateInvalidError("streamingBps", `must be whole basis points from 0 to 500, not ${streamingBps}`);
  }
  if (!Number.isInteger(mintFeeBps) || mintFeeBps < 0 || mintFeeBps > 100) {
    throw new TemplateInvalidError("mintFeeBps", `must be whole basis points from 0 to 100, not ${mintFeeBps}`);
  }
  const owner = addressOf(resolveAccount(client, parameters.account));
  const { facts, destinations } = await readBasket(client, parameters);
  const amounts = seedAmounts(facts, seedUsd);
  const seed = facts.map(({ token }, i) => ({ token, amount: amounts[i] ?? 0n }));
  const creation = creationOf(parameters, owner, seed, destinations);
  const sendable = destinations.length > 0 && facts.every(({ isListed }) => isListed);
  const action = sendable ? createIndex(client, creation) : undefined;

  const listed = seed.filter((_, i) => facts[i]?.isListed === true);
  const [judged, [protocolBps], missing, requirements] = await Promise.all([
    withTypedErrors(() =>
      readContract(client, {
        address: lens,
        abi: indexLensAbi,
        functionName: "previewCreate",
        args: [facts.map(({ token }) => token), amounts, creation.shares],
      }),
    ),
    withTypedErrors(() =>
      readContract(client, { address: factory, abi: indexFactoryAbi, functionName: "protocolFee" }),
    ),
    readMissing(client, owner, listed),
    action === undefined ? NOTHING : action.getRequirements(),
  ]);
  const approvals = requirements.filter((item): item is ApprovalRequirement => item.kind === "approval");
  const gas = await readGas(client, parameters, owner, action, approvals);

  const yearly = yearlyFee(creation.fees?.streamingRate ?? 0n);
  const yearlyUsd = mulDiv(judged.value, yearly, D18);
  const above = new Set(judged.aboveCap);
  return Object.freeze({
    tokens: facts.map((fact, i): PreviewToken => {
      const amount = amounts[i] ?? 0n;
      const value = mulDiv(amount, fact.price, 10n ** BigInt(fact.decimals + 9));
      return { ...fact, amount, value, seedBps: Number(judged.weights[i] ?? 0n), isAboveCap: above.has(fact.token) };
    }),
    value: judged.value,
    perShare: judged.perShare,
    shares: creation.shares,
    unpriced: facts.filter(({ isListed, price }) => isListed && price === 0n).map(({ token }) => token),
    unlisted: facts.filter(({ isListed }) => !isListed).map(({ token }) => token),
    aboveCap: judged.aboveCap,
    approvals,
    missing,
    gas,
    fees: { yearly, yearlyUsd, protocolUsd: mulDiv(yearlyUsd, BigInt(protocolBps), BPS), mintFeeBps },
    problems: problemsOf(facts, destinations, missing.length),
    creation,
  });
}

/**
 * The transaction of a preview. What cannot be created is refused here, before anything is sent.
 *
 * @throws SeedUnpricedError, TokenUnlistedError, TemplateInvalidError
 */
export function createFromPreview(
  client: AnyClient,
  { unlisted, unpriced, creation }: Pick<PreviewIndexReturnType, "unlisted" | "unpriced" | "creation">,
): CreateIndexReturnType {
  if (unlisted.length > 0) throw new TokenUnlistedError(unlisted);
  if (unpriced.length > 0) throw new SeedUnpricedError(unpriced);
  if (creation.destinations.length === 0) {
    throw new TemplateInvalidError("stables", "must name a stable token: the index needs one to go to in danger");
  }
  return createIndex(client, creation);
}

// One look of a market maker at one batch depositor: open what can be opened, fill what pays.
import { type Address, erc20Abi } from "viem";
import { getBlock, getGasPrice, readContract } from "viem/actions";
import {
  type AnyClient,
  BaseError,
  batchInWindow,
  deliverCash,
  deliverShares,
  type GetBatchCurveReturnType,
  getBatch,
  getBatchCurve,
  openBatch,
} from "../../sdk/src/index.ts";
import { gasInCash, type Offer, perform, type Source, toCash, toCashUp, toSharesUp } from "./source.ts";

export interface Maker {
  client: AnyClient;
  /** Whose cash and shares are used: the client's account. */
  account: Address;
  depositor: Address;
  cash: Address;
  registry: Address;
  weth: Address;
  source: Source;
  /** {bps} of what is paid or received, gained at least after all costs. */
  marginBps: bigint;
}

export type Side = "deposits" | "redemptions";

/** What a look at one batch depositor came to. Cash in raw units. */
export type Outcome =
  | { kind: "closed" }
  | { kind: "idle"; batch: bigint }
  | { kind: "refused"; batch: bigint; reason: string }
  | { kind: "waiting"; batch: bigint; side: Side; price: bigint; gain: bigint }
  | { kind: "filled"; batch: bigint; side: Side; shares: bigint; assets: bigint; gain: bigint };

/** Parts of what is left that are tried when all of it moves the pools too far. */
const PARTS = [1n, 2n, 4n, 8n, 16n, 32n];
/** {gas} of a delivery: a valuation of every token, and transfers. */
const DELIVERY = { fixed: 200_000n, perLeg: 25_000n };
const BPS = 10_000n;

/**
 * Opens the batch of this window when nobody has, and fills each side as far as the curve pays more than it costs.
 * Sends nothing that would lose; what the contract refuses (no complete NAV, a NAV that moved) is told as its sentence.
 */
export async function serveBatch(maker: Maker): Promise<Outcome[]> {
  const { client, depositor } = maker;
  const { timestamp } = await getBlock(client);
  const batch = batchInWindow(timestamp);
  if (batch === undefined) return [{ kind: "closed" }];
  const totals = await getBatch(client, { depositor, batch });
  if (totals.assets === 0n && totals.shares === 0n) return [{ kind: "idle", batch }];

  try {
    if (totals.openedAt === 0) await perform(client, openBatch(client, { depositor, batch }));
    const curve = await getBatchCurve(client, { depositor, batch });
    if (curve.assetsLeft === 0n && curve.sharesLeft === 0n) return [{ kind: "idle", batch }];
    const outcomes: Outcome[] = [];
    if (curve.assetsLeft !== 0n) outcomes.push(await fillDeposits(maker, batch, curve));
    if (curve.sharesLeft !== 0n) outcomes.push(await fillRedemptions(maker, batch, curve));
    return outcomes;
  } catch (error) {
    if (error instanceof BaseError) return [{ kind: "refused", batch, reason: error.shortMessage }];
    throw error;
  }
}

/** Makes shares and sells them to the depositors. */
async function fillDeposits(maker: Maker, batch: bigint, curve: GetBatchCurveReturnType): Promise<Outcome> {
  const { client, depositor, source } = maker;
  const price = curve.depositPrice;
  const available = await cashOf(maker);
  const wanted = toSharesUp(curve.assetsLeft, price);
  const found = await bestPart(maker, wanted, async (shares) => {
    const offer = await source.buy(shares);
    return { offer, turnover: toCash(shares, price), paid: offer.cash, isCovered: offer.cash <= available };
  });
  const side = "deposits";
  if (found.offer === undefined) return { kind: "waiting", batch, side, price, gain: found.gain };

  await found.offer.run();
  const sale = deliverShares(client, { depositor, batch, maxShares: found.shares, minPrice: price });
  const { shares, assets } = await perform(client, sale);
  return { kind: "filled", batch, side, shares, assets, gain: found.gain };
}

/** Buys shares from the redeemers and unmakes them. */
async function fillRedemptions(maker: Maker, batch: bigint, curve: GetBatchCurveReturnType): Promise<Outcome> {
  const { client, depositor, source } = maker;
  const price = curve.redeemPrice;
  const available = await cashOf(maker);
  const found = await bestPart(maker, curve.sharesLeft, async (shares) => {
    const offer = await source.sell(shares);
    const paid = toCashUp(shares, price);
    return { offer, turnover: offer.cash, paid, isCovered: paid <= available };
  });
  const side = "redemptions";
  if (found.offer === undefined) return { kind: "waiting", batch, side, price, gain: found.gain };

  const maxAssets = toCashUp(found.shares, price);
  const purchase = deliverCash(client, { depositor, batch, maxAssets, maxPrice: price });
  const { shares, assets } = await perform(client, purchase);
  await (await source.sell(shares)).run();
  return { kind: "filled", batch, side, shares, assets, gain: found.gain };
}

interface Trial {
  offer: Offer;
  /** {raw cash} received in the end. */
  turnover: bigint;
  /** {raw cash} paid before. */
  paid: bigint;
  /** Whether the account has what is paid. */
  isCovered: boolean;
}

/** The largest part of `all` {share wei} that pays, or without an offer the gain of the best that was tried. */
async function bestPart(
  maker: Maker,
  all: bigint,
  attempt: (shares: bigint) => Promise<Trial>,
): Promise<{ shares: bigint; gain: bigint; offer?: Offer }> {
  let best: bigint | undefined;
  for (const part of PARTS) {
    const shares = all / part;
    if (shares === 0n) break;
    const { offer, turnover, paid, isCovered } = await attempt(shares);
    const gain = turnover - paid - (await gasOf(maker, offer));
    if (best === undefined || gain > best) best = gain;
    if (isCovered && gain * BPS >= turnover * maker.marginBps && gain > 0n) return { shares, gain, offer };
  }
  return { shares: 0n, gain: best ?? 0n };
}

/** {raw cash} that making or unmaking shares and one delivery cost in gas. */
async function gasOf({ client, source, registry, cash, weth }: Maker, { legs }: Offer): Promise<bigint> {
  const gas = DELIVERY.fixed + BigInt(legs) * (DELIVERY.perLeg + source.gasPerLeg);
  return gasInCash(client, { gas, gasPrice: await getGasPrice(client), registry, cash, weth });
}

async function cashOf({ client, cash, account }: Maker): Promise<bigint> {
  return readContract(client, { address: cash, abi: erc20Abi, functionName: "balanceOf", args: [account] });
}

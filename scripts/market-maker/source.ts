// Where a market maker gets shares, and where he gets rid of them: through pools with cash, or in kind with tokens that he has.
import { type Address, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import {
  type AnyClient,
  assetRegistryAbi,
  mint,
  type PreparedAction,
  previewMint,
  previewRedeem,
  redeem,
  send,
  type TokenAmount,
  type Venue,
  zapIn,
  zapOut,
} from "../../sdk/src/index.ts";

/** What an amount of shares costs or brings now, and the transactions that do it. */
export interface Offer {
  /** {raw cash} without gas */
  cash: bigint;
  /** Number of tokens that move. */
  legs: number;
  run: () => Promise<void>;
}

/** A way to make shares of one index and to unmake them. */
export interface Source {
  /** {gas} that one token costs, on the way in or out. */
  gasPerLeg: bigint;
  buy: (shares: bigint) => Promise<Offer>;
  sell: (shares: bigint) => Promise<Offer>;
}

export interface SourceParameters {
  vault: Address;
  /** Pays for shares and is received for them; also what amounts are counted in. */
  cash: Address;
}

/** {bps} that a zap may cost beyond its quote. The margin of the market maker should be larger. */
const SLIPPAGE = 10;
const D27 = 10n ** 27n;

/** Sends what an action requires and then itself. */
export async function perform<TResult, TSignature>(
  client: AnyClient,
  action: PreparedAction<TResult, TSignature>,
): Promise<TResult> {
  for (const requirement of await action.getRequirements()) {
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
  }
  const result = await action.simulate();
  await send(client, { tx: (action as PreparedAction<TResult>).buildTx() });
  return result;
}

/** Buys and sells the whole basket on Uniswap V3, with cash alone. */
export function zapSource(
  client: AnyClient,
  { vault, cash, zap, venue }: SourceParameters & { zap: Address; venue: Venue },
): Source {
  const both = { zap, venue, vault, slippageBps: SLIPPAGE };
  const legsOf = async (shares: bigint): Promise<number> =>
    (await previewRedeem(client, { vault, shares })).amounts.length;
  return {
    gasPerLeg: 130_000n,
    buy: async (shares) => {
      const action = await zapIn(client, { ...both, tokenIn: cash, shares });
      const run = async () => void (await perform(client, action));
      return { cash: action.quotedIn, legs: await legsOf(shares), run };
    },
    sell: async (shares) => {
      const action = await zapOut(client, { ...both, tokenOut: cash, shares });
      const run = async () => void (await perform(client, action));
      return { cash: action.quotedOut, legs: await legsOf(shares), run };
    },
  };
}

/** Mints and redeems in kind with the market maker's own tokens, which count at the registry's prices. */
export function kindSource(
  client: AnyClient,
  { vault, cash, registry }: SourceParameters & { registry: Address },
): Source {
  const worth = async (amounts: readonly TokenAmount[]): Promise<bigint> =>
    valueInCash(client, registry, cash, amounts);
  return {
    gasPerLeg: 25_000n,
    buy: async (shares) => {
      const { amounts } = await previewMint(client, { vault, shares });
      const run = async () => void (await perform(client, await mint(client, { vault, shares })));
      return { cash: await worth(amounts), legs: amounts.length, run };
    },
    sell: async (shares) => {
      const { amounts } = await previewRedeem(client, { vault, shares });
      const run = async () => void (await perform(client, await redeem(client, { vault, shares })));
      return { cash: await worth(amounts), legs: amounts.length, run };
    },
  };
}

/** {raw cash} that amounts are worth at the registry's prices, rounded down; a token without a price counts nothing. */
export async function valueInCash(
  client: AnyClient,
  registry: Address,
  cash: Address,
  amounts: readonly TokenAmount[],
): Promise<bigint> {
  const tokens = [cash, ...amounts.map(({ token }) => token)];
  const [prices, decimals] = await Promise.all([
    readContract(client, { address: registry, abi: assetRegistryAbi, functionName: "prices", args: [tokens] }),
    Promise.all(tokens.map((address) => readContract(client, { address, abi: erc20Abi, functionName: "decimals" }))),
  ]);
  const [cashPrice = 0n, ...others] = prices;
  if (cashPrice === 0n) return 0n;
  // D27{USD} = {raw tokens} * D27{USD/tok} / 10^decimals
  const value = amounts.reduce(
    (sum, { amount }, index) => sum + (amount * (others[index] ?? 0n)) / 10n ** BigInt(decimals[index + 1] ?? 0),
    0n,
  );
  // {raw cash} = D27{USD} * 10^decimals / D27{USD/tok}
  return (value * 10n ** BigInt(decimals[0] ?? 0)) / cashPrice;
}

/** {raw cash} that gas costs now, at the node's gas price and the registry's price of Ether. */
export async function gasInCash(
  client: AnyClient,
  { gas, gasPrice, ...at }: { gas: bigint; gasPrice: bigint; registry: Address; cash: Address; weth: Address },
): Promise<bigint> {
  return valueInCash(client, at.registry, at.cash, [{ token: at.weth, amount: gas * gasPrice }]);
}

/** {raw cash} = {share wei} * D27{raw cash/share wei} / 1e27 */
export const toCash = (shares: bigint, price: bigint): bigint => (shares * price) / D27;

export const toCashUp = (shares: bigint, price: bigint): bigint => (shares * price + D27 - 1n) / D27;

/** {share wei} = {raw cash} * 1e27 / D27{raw cash/share wei} */
export const toSharesUp = (cash: bigint, price: bigint): bigint => (cash * D27 + price - 1n) / price;

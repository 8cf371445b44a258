import { type Address, erc20Abi } from "viem";
import { readContract } from "viem/actions";
import { getIndices, indexVaultAbi, NATIVE, type Venue } from "../../sdk/src/index.ts";
import { asAddress, type Session } from "./connect.ts";
import { amount, type Flags, UsageError, whole } from "./options.ts";

const ETHER_DECIMALS = 18;
/** Most indices that are looked through for a symbol. */
const MOST_INDICES = 1_000;

/** The index of an address or a symbol. Throws UsageError when none or several have it. */
export async function findIndex({ client, deployment }: Session, text: string): Promise<Address> {
  if (/^0x/i.test(text)) return asAddress(text, "index");
  const { indices } = await getIndices(client, { factory: deployment.contracts.IndexFactory, count: MOST_INDICES });
  const symbols = await Promise.all(
    indices.map((address) => readContract(client, { address, abi: indexVaultAbi, functionName: "symbol" })),
  );
  const found = indices.filter((_, position) => symbols[position]?.toLowerCase() === text.toLowerCase());
  const [vault] = found;
  if (vault !== undefined && found.length === 1) return vault;
  const known = symbols.length === 0 ? "There is none yet." : `There are ${symbols.join(", ")}.`;
  throw new UsageError(
    found.length > 1
      ? `${found.length} indices are called ${text}: ${found.join(", ")}.`
      : `No index is called ${text}.`,
    known,
  );
}

/** A token and its decimals. */
export type Token = { address: Address; symbol: string; decimals: number };

/** The token of an address or a symbol of the deployment; ETH is Ether. */
export async function findToken({ client, deployment }: Session, text: string, flag: string): Promise<Token> {
  if (text.toUpperCase() === "ETH" && deployment.tokens[text] === undefined) {
    return { address: NATIVE, symbol: "ETH", decimals: ETHER_DECIMALS };
  }
  const named = Object.entries(deployment.tokens).find(
    ([symbol, { address }]) =>
      symbol.toLowerCase() === text.toLowerCase() || address.toLowerCase() === text.toLowerCase(),
  );
  if (named !== undefined) return { ...named[1], symbol: named[0] };
  if (!/^0x/i.test(text)) {
    throw new UsageError(`--${flag}: ${text} is no token of the deployment.`, "Give its address.");
  }
  const address = asAddress(text, flag);
  const [symbol, decimals] = await Promise.all([
    readContract(client, { address, abi: erc20Abi, functionName: "symbol" }).catch(() => text),
    readContract(client, { address, abi: erc20Abi, functionName: "decimals" }),
  ]);
  return { address, symbol, decimals };
}

/** Where zaps trade: WETH and the dollar tokens of the deployment may stand in the middle of a route. */
export function venueOf({ deployment }: Session): Venue {
  const { external, tokens } = deployment;
  const middle = ["USDC", "USDT"].flatMap((symbol) => tokens[symbol]?.address ?? []);
  return { ...external, via: [external.weth, ...middle] };
}

export function slippageOf(flags: Flags): number | undefined {
  const text = flags["slippage-bps"];
  return text === undefined ? undefined : whole(text, "slippage-bps", 0, 1_000);
}

/** {share wei} of --shares, or of --usd at D18{USD/share}. */
export function sharesOf(flags: Flags, perShare: bigint): bigint {
  const { shares, usd } = flags;
  if ((shares === undefined) === (usd === undefined)) throw new UsageError("Give --shares or --usd.");
  if (shares !== undefined) return amount(shares, "shares", 18);
  if (perShare === 0n) throw new UsageError("The index has no price now.", "Give --shares instead.");
  return (amount(usd ?? "", "usd", 18) * 10n ** 18n) / perShare;
}

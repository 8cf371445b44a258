import { type Address, erc20Abi, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { accessPassAbi, servicesOf } from "../../sdk/src/index.ts";
import type { Session } from "./connect.ts";
import { findIndex, type Token } from "./names.ts";
import { choice, type Flags } from "./options.ts";

const CURRENCIES = ["USDC", "GIM"] as const;
const USDC_DECIMALS = 6;
const DECIMALS = 18;

/** What services are paid in, as the access pass names it. */
export async function currenciesOf({
  client,
  deployment,
}: Session): Promise<Record<(typeof CURRENCIES)[number], Token>> {
  const { AccessPass: address } = servicesOf(deployment);
  const [usdc, gim] = await Promise.all([
    readContract(client, { address, abi: accessPassAbi, functionName: "usdc" }),
    readContract(client, { address, abi: accessPassAbi, functionName: "gim" }),
  ]);
  return {
    USDC: { address: usdc, symbol: "USDC", decimals: USDC_DECIMALS },
    GIM: { address: gim, symbol: "GIM", decimals: DECIMALS },
  };
}

/** The currency of --currency; USDC when left out. */
export async function currencyOf(session: Session, flags: Flags): Promise<Token> {
  const name = choice((flags.currency ?? "USDC").toUpperCase(), "currency", CURRENCIES);
  return (await currenciesOf(session))[name];
}

/** A currency by its address; one that is neither USDC nor GIM by its address and raw units. */
export async function currencyAt(session: Session, address: Address): Promise<Token> {
  const known = Object.values(await currenciesOf(session)).find((token) => isAddressEqual(token.address, address));
  return known ?? { address, symbol: address, decimals: 0 };
}

/** What royalties come in: USDC, GIM, or an index by address or symbol. */
export async function royaltyToken(session: Session, text: string): Promise<Token> {
  const { USDC, GIM } = await currenciesOf(session);
  const named = [USDC, GIM].find(({ symbol }) => symbol === text.toUpperCase());
  if (named !== undefined) return named;
  const address = await findIndex(session, text);
  const known = [USDC, GIM].find((token) => isAddressEqual(token.address, address));
  if (known !== undefined) return known;
  const at = { address, abi: erc20Abi } as const;
  const [symbol, decimals] = await Promise.all([
    readContract(session.client, { ...at, functionName: "symbol" }),
    readContract(session.client, { ...at, functionName: "decimals" }),
  ]);
  return { address, symbol, decimals };
}

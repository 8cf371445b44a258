import type { Account, Address } from "viem";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireSomebody } from "../../../services/checks.ts";
import { creditId, type ServiceName } from "../../../services/credits.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getApprovals } from "../../requirements.ts";
import { type QuoteReturnType, quoteCredits } from "./quoteCredits.ts";

export type BuyCreditsParameters = {
  /** AccessPass. */
  pass: Address;
  /** "signals", "decisions", "compute", "datasets" or their ids 1 to 4. */
  service: ServiceName | bigint;
  units: bigint;
  /** USDC or GIM. */
  currency: Address;
  /** {raw currency} most that it may cost; what it costs now when left out. */
  maxCost?: bigint | undefined;
  /** Who gets the credits; the account when left out. */
  receiver?: Address | undefined;
  account?: Account | Address | undefined;
};

/** {raw currency} */
export type BuyCreditsReturnType = PreparedAction<{ cost: bigint }> & { quote: QuoteReturnType };
export type BuyCreditsErrorType = WriteErrorType;

/**
 * Buys credits into a wallet. `loadCredits` makes them usable; until then they can be sold.
 *
 * @example
 * const action = await buyCredits(client, { pass, service: "signals", units: 1_000n, currency: usdc });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * await send(client, { tx: action.buildTx() });
 */
export async function buyCredits(client: AnyClient, parameters: BuyCreditsParameters): Promise<BuyCreditsReturnType> {
  const { pass, service, units, currency } = parameters;
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const { receiver = owner } = parameters;
  requireSomebody(receiver, "receiver");
  const quote = await quoteCredits(client, { pass, service, units, currency, payer: owner });
  const { maxCost = quote.cost } = parameters;
  if (maxCost < quote.cost) {
    throw new ArgumentInvalidError("maxCost", `is ${maxCost}, and this costs ${quote.cost}`);
  }
  const action = prepareCall(client, {
    to: pass,
    abi: accessPassAbi,
    functionName: "buyCredits",
    args: [creditId(service), units, currency, maxCost, receiver],
    account,
    toResult: (cost) => ({ cost }),
    getRequirements: () => getApprovals(client, owner, pass, [{ token: currency, amount: maxCost }]),
    getSpends: async () => [{ token: currency, amount: quote.cost, owner }],
  });
  return Object.freeze({ ...action, quote });
}

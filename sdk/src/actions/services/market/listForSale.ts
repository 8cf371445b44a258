import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { strategyMarketAbi } from "../../../abis/strategyMarket.ts";
import { ArgumentInvalidError } from "../../../errors/base.ts";
import { requireRange, requireSomebody, requireTime, requireTokenId, requireUnits } from "../../../services/checks.ts";
import { creditId } from "../../../services/credits.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getCreditApprovals, getTokenApprovals } from "../collectionApproval.ts";

export type ListForSaleParameters = {
  /** StrategyMarket. */
  market: Address;
  /** "strategy": a strategy or dataset of the registry. "credits": credits of the access pass. */
  kind: "strategy" | "credits";
  /** Token of the registry, or credits 1 to 4. */
  id: bigint;
  /** {units} Default 1, which it must be for a strategy. */
  units?: bigint | undefined;
  /** {raw currency/unit} */
  unitPrice: bigint;
  /** USDC or GIM. */
  currency: Address;
  /** {s} from here on it cannot be bought; at most a year ahead. */
  until: bigint;
  account?: Account | Address | undefined;
};

export type ListForSaleReturnType = PreparedAction<{ listingId: bigint }>;
export type ListForSaleErrorType = WriteErrorType;

const MAX_PRICE = 2n ** 96n - 1n; // {raw currency/unit}

function requireOffer({ kind, id, units = 1n, unitPrice, currency, until }: ListForSaleParameters): void {
  if (kind === "credits") creditId(id);
  else if (kind === "strategy") requireTokenId(id);
  else throw new ArgumentInvalidError("kind", `must be strategy or credits, not ${String(kind)}`);
  requireUnits(units);
  if (kind === "strategy" && units !== 1n) throw new ArgumentInvalidError("units", "must be 1 for a strategy");
  requireRange(unitPrice, "unitPrice", 1n, MAX_PRICE);
  requireSomebody(currency, "currency");
  requireTime(until, "until");
}

/**
 * Offers a strategy, a dataset or credits at a fixed price. They stay with the account until somebody buys. The approval
 * is for this token alone; of credits, ERC-1155 knows only one for all of them.
 *
 * @example
 * const offer = { kind: "strategy", id: 1n, unitPrice: 1_000_000_000n, currency: usdc, until: now + 604_800n } as const;
 * const action = await listForSale(client, { market, ...offer });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * const { listingId } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function listForSale(
  client: AnyClient,
  parameters: ListForSaleParameters,
): Promise<ListForSaleReturnType> {
  requireOffer(parameters);
  const { market, kind, id, units = 1n, unitPrice, currency, until } = parameters;
  const account = resolveAccount(client, parameters.account);
  const collection = await withTypedErrors(() =>
    readContract(client, {
      address: market,
      abi: strategyMarketAbi,
      functionName: kind === "strategy" ? "registry" : "pass",
    }),
  );
  const asked = { collection, owner: addressOf(account), operator: market };
  return prepareCall(client, {
    to: market,
    abi: strategyMarketAbi,
    functionName: "list",
    args: [collection, id, units, unitPrice, currency, until],
    account,
    toResult: (listingId) => ({ listingId }),
    getRequirements: () =>
      kind === "strategy"
        ? getTokenApprovals(client, { ...asked, id })
        : getCreditApprovals(client, { ...asked, units }),
  });
}

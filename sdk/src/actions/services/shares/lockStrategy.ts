import type { Account, Address } from "viem";
import { readContract } from "viem/actions";
import { strategySharesFactoryAbi } from "../../../abis/strategySharesFactory.ts";
import { requireRange, requireSomebody, requireText, requireTokenId } from "../../../services/checks.ts";
import { SHARES_LIMITS } from "../../../services/strategies.ts";
import { prepareCall } from "../../call.ts";
import { type AnyClient, addressOf, resolveAccount, type WriteErrorType, withTypedErrors } from "../../client.ts";
import type { PreparedAction } from "../../prepared.ts";
import { getTokenApprovals } from "../collectionApproval.ts";

export type LockStrategyParameters = {
  /** StrategySharesFactory. */
  factory: Address;
  /** Token of the account in the registry. */
  id: bigint;
  /** 1 to 64 bytes. */
  name: string;
  /** 1 to 64 bytes. */
  symbol: string;
  /** {share wei} fixed for ever; all go to the account. From 1 to 10^18 whole shares. */
  supply: bigint;
  /** {raw currency} least first bid of a buy-out, fixed for ever. */
  reservePrice: bigint;
  /** Of bids: USDC or GIM. */
  currency: Address;
  account?: Account | Address | undefined;
};

export type LockStrategyReturnType = PreparedAction<{ shares: Address }>;
export type LockStrategyErrorType = WriteErrorType;

/**
 * Locks a strategy or dataset and issues shares of it to the account. While it is locked nobody can transfer it, publish
 * a version or change its royalty. Pay out royalties first: what waits belongs to the shares afterwards.
 *
 * @example
 * const terms = { name: "Momentum shares", symbol: "MOM", supply: parseEther("1000"), reservePrice: 5_000_000_000n };
 * const action = await lockStrategy(client, { factory, id, ...terms, currency: usdc });
 * for (const requirement of await action.getRequirements()) if (requirement.kind === "approval") await send(client, requirement);
 * const { shares } = await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export async function lockStrategy(
  client: AnyClient,
  parameters: LockStrategyParameters,
): Promise<LockStrategyReturnType> {
  const { factory, id, name, symbol, supply, reservePrice, currency } = parameters;
  requireTokenId(id);
  requireText(name, "name", SHARES_LIMITS.name);
  requireText(symbol, "symbol", SHARES_LIMITS.name);
  requireRange(supply, "supply", SHARES_LIMITS.minSupply, SHARES_LIMITS.maxSupply);
  requireRange(reservePrice, "reservePrice", 1n, SHARES_LIMITS.maxReserve);
  requireSomebody(currency, "currency");
  const account = resolveAccount(client, parameters.account);
  const owner = addressOf(account);
  const collection = await withTypedErrors(() =>
    readContract(client, { address: factory, abi: strategySharesFactoryAbi, functionName: "registry" }),
  );
  return prepareCall(client, {
    to: factory,
    abi: strategySharesFactoryAbi,
    functionName: "lock",
    args: [id, name, symbol, supply, reservePrice, currency],
    account,
    toResult: (shares) => ({ shares }),
    getRequirements: () => getTokenApprovals(client, { collection, owner, operator: factory, id }),
  });
}

import type { Address } from "viem";
import { type Position, type PositionAmount, splitDeposit } from "./drift.ts";
import { PortfolioInvalidError } from "./errors.ts";

export type PlanDepositParameters = {
  positions: readonly Position[];
  /** {raw cash} */
  deposit: bigint;
  /** Where the requests of each index go. */
  batchDepositors: readonly { vault: Address; batchDepositor: Address }[];
  /** {raw cash} parts below it are left to the indices that lack most. Batches take no less than one whole unit of cash. Default 1. */
  least?: bigint | undefined;
};

export type PlanDepositReturnType = {
  /** {raw cash} by index, also those that get nothing. */
  amounts: readonly PositionAmount[];
  /** What `requestDeposits` takes: one action for all of them. */
  deposits: readonly { batchDepositor: Address /** {raw cash} */; assets: bigint }[];
};

/**
 * Turns a deposit into the requests of one action: the indices that hold less than planned first.
 *
 * @example
 * const { deposits } = planDeposit({ positions, deposit: 5_000_000_000n, batchDepositors });
 * const action = await requestDeposits(client, { recurringOrders, deposits });
 */
export function planDeposit(parameters: PlanDepositParameters): PlanDepositReturnType {
  const { positions, deposit, batchDepositors, least } = parameters;
  const depositorOf = new Map(batchDepositors.map((entry) => [entry.vault.toLowerCase(), entry.batchDepositor]));
  const amounts = splitDeposit(positions, deposit, least);
  const deposits = amounts
    .filter(({ amount }) => amount > 0n)
    .map(({ vault, amount }) => {
      const batchDepositor = depositorOf.get(vault.toLowerCase());
      if (batchDepositor === undefined) {
        throw new PortfolioInvalidError(
          "batchDepositors",
          `name none for ${vault}. Create it with BatchFactory.create`,
        );
      }
      return { batchDepositor, assets: amount };
    });
  return { amounts, deposits };
}

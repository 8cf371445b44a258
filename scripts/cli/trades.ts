import type { Address } from "viem";
import { readContract } from "viem/actions";
import {
  assetRegistryAbi,
  getDrift,
  getNav,
  type PlanTradesReturnType,
  parseHoldingsCsv,
  planTrades,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { connect, readText, type Session } from "./connect.ts";
import { findIndex, findToken } from "./names.ts";
import { amount, type Flags, required, say, UsageError } from "./options.ts";
import { dollars, percent, tokens } from "./words.ts";

const WHOLE = 10_000n;

/** {bps} of an index: what it shall hold when that was proposed, else what it holds now. Sums to 10,000. */
function weightsOf(list: readonly { token: Address; current: bigint; target: bigint }[]): Map<Address, number> {
  const proposed = list.reduce((sum, { target }) => sum + target, 0n) === WHOLE;
  const weights = list.map(({ token, current, target }) => ({ token, bps: proposed ? target : current }));
  // Current weights are rounded each by itself: the largest one takes what is missing of the whole.
  const largest = weights.reduce(
    (best, item) => (item.bps > best.bps ? item : best),
    weights[0] ?? { token: "0x", bps: 0n },
  );
  const rest = WHOLE - weights.reduce((sum, { bps }) => sum + bps, 0n);
  return new Map(weights.map((item) => [item.token, Number(item === largest ? item.bps + rest : item.bps)]));
}

async function heldOf(session: Session, flags: Flags) {
  const { client, deployment } = session;
  const text = readText(required(flags.holdings, "holdings"), "holdings");
  const registry = deployment.contracts.AssetRegistry;
  return Promise.all(
    parseHoldingsCsv(text, deployment.tokens).map(async ({ token: address, name, quantity }) => {
      const { symbol, decimals } = await findToken(session, address, "holdings");
      const price = await readContract(client, {
        address: registry,
        abi: assetRegistryAbi,
        functionName: "price",
        args: [address],
      }).catch(() => 0n); // a token that nobody listed has the price 0
      if (price === 0n) {
        throw new UsageError(`--holdings: ${name} has no price that can be trusted now.`, "Leave it out.");
      }
      return { token: address, symbol, decimals, price, amount: amount(quantity, `holdings: ${name}`, decimals) };
    }),
  );
}

function planLines(
  { total, trades }: PlanTradesReturnType,
  nameOf: ReadonlyMap<Address, { symbol: string; decimals: number }>,
) {
  if (trades.length === 0) return [`held ${dollars(total)}`, "It is the index already: nothing to trade."];
  const rows = trades.map(({ side, token, amount: raw, value, fromBps, toBps }) => {
    const { symbol, decimals } = nameOf.get(token) ?? { symbol: token, decimals: 18 };
    return [side, symbol, tokens(raw, decimals), dollars(value), percent(fromBps), percent(toBps)];
  });
  return [
    `held ${dollars(total)}`,
    ...formatTable([["", "token", "amount", "worth", "held", "target"], ...rows], [0, 1]),
    "At the oracle's prices, before fees and slippage. Sales come first, since they pay for the purchases.",
  ];
}

/** `plan`: the trades that turn a table of holdings into an index's target. Sends nothing. */
export async function tradesCommand(flags: Flags): Promise<void> {
  const session = await connect(flags);
  const { client, deployment } = session;
  const vault = await findIndex(session, required(flags.index, "index"));
  const lens = deployment.contracts.IndexLens;
  const [held, { holdings }, { weights }] = await Promise.all([
    heldOf(session, flags),
    getNav(client, { lens, vault }),
    getDrift(client, { lens, vault }),
  ]);
  const weightOf = weightsOf(weights);
  const targets = holdings
    .map(({ token, decimals, price }) => ({ token, decimals, price, weightBps: weightOf.get(token) ?? 0 }))
    .filter(({ weightBps }) => weightBps > 0);
  const least = amount(flags.least ?? "1", "least", 18);
  const plan = planTrades({ held, targets, least });
  const named = await Promise.all(targets.map(({ token }) => findToken(session, token, "index")));
  const nameOf = new Map([
    ...held.map(({ token, symbol, decimals }) => [token, { symbol, decimals }] as const),
    ...named.map(({ address, symbol, decimals }) => [address, { symbol, decimals }] as const),
  ]);
  say(flags, planLines(plan, nameOf), { vault, ...plan });
}

import { type Address, createClient, custom, numberToHex, parseEventLogs, parseUnits } from "viem";
import {
  batchDepositorAbi,
  ContractError,
  claimBatch,
  createBatchDepositor,
  decodeContractError,
  getBatch,
  getBatchCurve,
  openBatch,
} from "../../../sdk/src/index.ts";
import { type Maker, type Outcome, serveBatch } from "../../market-maker/serve.ts";
import { kindSource, zapSource } from "../../market-maker/source.ts";
import type { Chain } from "./chain.ts";
import { contractOf, tell } from "./dao.ts";
import { balancesOf, noteGas, perform, stock } from "./holders.ts";
import { sideOf, venueOf } from "./market.ts";
import { amountOf, give } from "./pools.ts";
import type { BatchNote, Desk, ProductIndex } from "./products.ts";
import type { Demo } from "./scene.ts";
import { percent, usd } from "./table.ts";

const DAY = 86_400;
/** {USD} that the market maker has in cash, and of each token of a small basket. */
const CASH = 5e6;
const TOKENS = 500_000;
/** Up to so many tokens the market maker has them all; of a larger basket it zaps. */
const SMALL_BASKET = 8;
/** {bps} of what is exchanged, that the market maker wants to keep after all costs. */
const MARGIN = 5n;

/** {gas} of the largest zap, which the SDK makes a fifth larger. */
const ESTIMATE = 13_000_000n;

/** Gives every index its batch depositor, which anybody may do, and the market maker what it works with. */
export async function openDesks(demo: Demo, indices: readonly ProductIndex[]): Promise<Desk[]> {
  const { chain, cast, market } = demo;
  const batchFactory = contractOf(demo, "BatchFactory");
  const [anybody] = cast.small;
  if (anybody === undefined) throw new Error("nobody is there to create the batch depositors");
  await give(venueOf(demo), market.usdc.token, cast.maker, parseUnits(`${CASH}`, market.usdc.decimals));
  const desks: Desk[] = [];
  for (const index of indices) {
    const action = createBatchDepositor(chain.client, { batchFactory, vault: index.vault, account: anybody.address });
    const { depositor } = await action.simulate();
    await perform(demo, anybody.address, action.buildTx(), "create a batch depositor");
    desks.push({
      index,
      depositor,
      maker: await equip(demo, index, depositor),
      people: new Set(),
      later: new Set(),
      batches: [],
    });
  }
  return desks;
}

/** The market maker of scripts/market-maker, with an account of the local chain. */
async function equip(demo: Demo, { vault, assets }: ProductIndex, depositor: Address): Promise<Maker> {
  const { chain, cast, deployment, market, options } = demo;
  const account = cast.maker;
  const transport = custom({ request: (call) => askWithoutEstimate(chain, call) }, { retryCount: 0 });
  const client = createClient({ account, transport, pollingInterval: 5, cacheTime: 0 });
  const cash = market.usdc.token;
  const registry = contractOf(demo, "AssetRegistry");
  const { external, contracts } = deployment;
  const common = { client, account, depositor, cash, registry, weth: external.weth, marginBps: MARGIN };
  if (assets.length > SMALL_BASKET) {
    const venue = { ...external, via: [cash] };
    return { ...common, source: zapSource(client, { vault, cash, zap: contracts.Zap, venue }) };
  }
  const amounts = assets.map((asset) => {
    return { token: asset.token, amount: amountOf(sideOf(demo, asset, options.from - 1), TOKENS) };
  });
  await stock(demo, account, vault, amounts);
  return { ...common, source: kindSource(client, { vault, cash, registry }) };
}

/** The chain's own connection, with a gas limit that all of it fits in: to estimate would run everything many times over. */
async function askWithoutEstimate({ client }: Chain, call: { method: string; params?: unknown }): Promise<unknown> {
  return call.method === "eth_estimateGas" ? numberToHex(ESTIMATE) : client.request(call as never);
}

/** The batch whose window is now. */
async function batchNow({ chain }: Demo): Promise<bigint> {
  return BigInt(Math.floor((await chain.now()) / DAY));
}

/** Opens the batches in which somebody asked for something: what can be crossed is crossed at NAV. */
export async function openBatches(demo: Demo): Promise<Desk[]> {
  const { chain, cast, deployment, products } = demo;
  const batch = await batchNow(demo);
  const at = { abi: batchDepositorAbi, functionName: "batchOf", args: [batch] } as const;
  const totals = await chain.client.multicall({
    contracts: products.desks.map(({ depositor }) => ({ ...at, address: depositor })),
    allowFailure: false,
    multicallAddress: deployment.external.multicall3,
  });
  const asked = products.desks.filter((_, i) => (totals[i]?.assets ?? 0n) + (totals[i]?.shares ?? 0n) > 0n);
  for (const desk of asked) {
    const { index, depositor } = desk;
    const { assets = 0n } = totals[products.desks.indexOf(desk)] ?? {};
    const people = desk.people.size + desk.later.size;
    const note = { batch, people, assets, crossed: 0n, delivered: 0n, refunded: 0n, premium: 0, gas: 0n };
    desk.batches.push(note);
    desk.later.clear();
    const action = openBatch(chain.client, { depositor, batch, account: cast.keeper });
    try {
      await action.simulate();
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      await tell(demo, `${index.symbol}: batch ${batch} cannot be opened: ${refusal(demo, error)}`);
      continue;
    }
    const kind = `batch: open, ${index.assets.length} assets`;
    const { gasUsed, logs } = await perform(demo, cast.keeper, action.buildTx(), kind);
    note.gas += gasUsed;
    for (const { args } of parseEventLogs({ abi: batchDepositorAbi, eventName: "BatchOpened", logs })) {
      note.crossed += args.assetsCrossed;
    }
  }
  return asked;
}

/** Why a contract refused, with the names of tokens: the SDK's sentence knows only their addresses. */
function refusal({ market }: Demo, error: ContractError): string {
  const tokenOf = (token: Address) => market.byToken.get(token.toLowerCase());
  return decodeContractError(error.cause, { tokenOf }).shortMessage;
}

/** The market maker looks at every open batch and fills what pays, late in the window: the price has come its way. */
export async function fillBatches(demo: Demo, desks: readonly Desk[]): Promise<void> {
  const { client } = demo.chain;
  for (const { index, depositor, maker, batches } of desks) {
    const before = await client.getBlockNumber();
    const outcomes = await serveBatch(maker);
    const blocks = await Promise.all(
      Array.from({ length: Number((await client.getBlockNumber()) - before) }, (_, i) =>
        client.getBlock({ blockNumber: before + BigInt(i) + 1n }),
      ),
    );
    // Every block has one transaction, and nobody else sent any meanwhile.
    const gas = blocks.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    const note = batches.at(-1);
    if (note === undefined) continue;
    note.gas += gas;
    for (const outcome of outcomes) {
      if (outcome.kind === "filled" && outcome.side === "deposits") {
        const { nav, depositPrice } = await getBatchCurve(client, { depositor, batch: note.batch });
        note.premium = Number(depositPrice) / Number(nav) - 1;
        note.delivered += outcome.assets;
      }
      if (outcome.kind === "filled")
        noteGas(demo, `batch: make and deliver shares, ${index.assets.length} assets`, gas);
      const line = outcomeLine(outcome);
      if (line !== undefined) await tell(demo, `${index.symbol}: ${line}`);
    }
  }
}

/** What is worth saying; small batches that went as usual are not. */
function outcomeLine(outcome: Outcome): string | undefined {
  if (outcome.kind === "refused") return `nobody fills batch ${outcome.batch}: ${outcome.reason}`;
  if (outcome.kind === "waiting") {
    return `the ${outcome.side} of batch ${outcome.batch} do not pay the market maker's gas; they will be refunded`;
  }
  return undefined;
}

/** After the window: everybody who waits is paid in one transaction, by whoever sends it. */
export async function payOut(demo: Demo, desks: readonly Desk[]): Promise<void> {
  const { chain, cast } = demo;
  for (const desk of desks) {
    const { depositor, index, people } = desk;
    const note = desk.batches.at(-1);
    if (note === undefined) continue;
    const { assets, assetsSpent } = await getBatch(chain.client, { depositor, batch: note.batch });
    note.refunded = assets - assetsSpent;
    if (people.size === 0) continue;
    const action = claimBatch(chain.client, { depositor, controllers: [...people], account: cast.keeper });
    const { gasUsed } = await perform(
      demo,
      cast.keeper,
      action.buildTx(),
      people.size === 1 ? "batch: pay one person" : `batch: pay ${people.size} people`,
    );
    note.gas += gasUsed;
    people.clear();
    await tell(demo, `${index.symbol}: ${settledLine(note)}`);
  }
}

function settledLine({ batch, assets, crossed, delivered, refunded, people, premium }: BatchNote): string {
  const price = delivered === 0n ? "" : ` at ${percent(premium, 2)} above NAV`;
  const parts = [
    `${dollars(crossed)} crossed with redemptions at NAV`,
    `${dollars(delivered)} filled by the market maker${price}`,
    `${dollars(refunded)} refunded`,
  ];
  const who = people === 1 ? "one person" : `${people} people`;
  return `batch ${batch} settled, ${dollars(assets)} of ${who}: ${parts.join(", ")}; one transaction paid all`;
}

/** {raw cash} as dollars: six decimals. */
export function dollars(cash: bigint): string {
  return usd(Number(cash) / 1e6, 2);
}

/** Everything that accounts have in the batch depositors is there, to the wei but for dust. */
export async function reconcileBatches(demo: Demo): Promise<void> {
  for (const desk of demo.products.desks) {
    const { owed, held, accounts, requests } = await booksOf(demo, desk);
    const dust = held.map((amount, i) => amount - (owed[i] ?? 0n));
    const { symbol } = desk.index;
    for (const rest of dust) {
      if (rest < 0n || rest > BigInt(requests)) throw new Error(`${symbol}: ${rest} wei too much in its batches`);
    }
    const [cash = 0n, shares = 0n] = owed;
    demo.screen.say(
      `${symbol} batches: ${requests} requests of ${accounts} accounts; ${dollars(cash)} and ${shares} share wei still ` +
        `owed are there; ${dust.join(" and ")} wei of dust`,
    );
  }
}

interface DeskBooks {
  /** {raw cash}, {share wei} */
  owed: [bigint, bigint];
  held: [bigint, bigint];
  accounts: number;
  requests: number;
}

async function booksOf(demo: Demo, { depositor, index }: Desk): Promise<DeskBooks> {
  const { chain, deployment, market } = demo;
  const logs = await chain.client.getLogs({ address: depositor, fromBlock: 0n, toBlock: "latest" });
  const events = parseEventLogs({ abi: batchDepositorAbi, eventName: ["DepositRequest", "RedeemRequest"], logs });
  const accounts = [...new Set(events.map(({ args }) => args.controller))];
  const at = { address: depositor, abi: batchDepositorAbi, functionName: "accountOf" } as const;
  const multicallAddress = deployment.external.multicall3;
  const notes = await chain.client.multicall({
    contracts: accounts.map((controller) => ({ ...at, args: [controller] }) as const),
    allowFailure: false,
    multicallAddress,
  });
  const [cash = 0n, shares = 0n] = await balancesOf(demo, depositor, [market.usdc.token, index.vault]);
  const owed: [bigint, bigint] = [0n, 0n];
  for (const note of notes) {
    owed[0] += note.pendingAssets + note.assetsOut + note.refundAssets;
    owed[1] += note.pendingShares + note.sharesOut + note.refundShares;
  }
  return { owed, held: [cash, shares], accounts: accounts.length, requests: events.length };
}

import { type Address, erc20Abi, zeroAddress } from "viem";
import { estimateGas, readContract } from "viem/actions";
import {
  batchFactoryAbi,
  type CreateBatchDepositorReturnType,
  compareWithPlan,
  createBatchDepositor,
  DEFAULT_THRESHOLDS,
  type DriftReport,
  type DriftThresholds,
  getPositions,
  PLAN_KINDS,
  type PortfolioPlan,
  type Position,
  type PositionAmount,
  type PreparedAction,
  parsePortfolioFile,
  planDeposit,
  planPortfolio,
  recurringOrdersAbi,
  requestDeposits,
  splitDeposit,
  splitWithdrawal,
  suggestRebalance,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { connect, contractOf, readJson, requireAccount, requireSender, type Session } from "./connect.ts";
import { amount, choice, type Flags, percentage, required, say, stringify, UsageError } from "./options.ts";
import { type Performed, perform, performedLines } from "./send.ts";
import { cash, percent, signedCash, signedPercent } from "./words.ts";

/** Cash of files that no chain was asked about. */
const FILE_DECIMALS = 6;

type Held = { positions: readonly Position[]; decimals: number };

function planOf(flags: Flags): PortfolioPlan {
  const kind = choice(required(flags.kind, "kind"), "kind", PLAN_KINDS);
  return planPortfolio({ kind, ...parsePortfolioFile(readJson(required(flags.indices, "indices"), "indices")) });
}

function thresholdsOf(flags: Flags): DriftThresholds {
  const { absolute, relative } = flags;
  return {
    absoluteBps: absolute === undefined ? DEFAULT_THRESHOLDS.absoluteBps : percentage(absolute, "absolute"),
    relativeBps: relative === undefined ? DEFAULT_THRESHOLDS.relativeBps : percentage(relative, "relative"),
  };
}

/** Holdings of a file: { "<vault or name>": "<USD>" }. */
function heldByFile(plan: PortfolioPlan, path: string): Held {
  const json = readJson(path, "holdings");
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    throw new UsageError("--holdings must be an object of vault, or name, and USD.");
  }
  const left = new Map(Object.entries(json));
  const take = (key: string): bigint => {
    const value: unknown = left.get(key);
    left.delete(key);
    return value === undefined ? 0n : amount(String(value), `holdings: ${key}`, FILE_DECIMALS);
  };
  const keyOf = (vault: Address): string =>
    [...left.keys()].find((key) => key.toLowerCase() === vault.toLowerCase()) ?? vault;
  const positions = plan.indices.map(({ vault, name, weightBps }) => {
    const value = take(keyOf(vault)) + take(name);
    return { vault, targetBps: weightBps, value };
  });
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new UsageError(`--holdings: ${unknown} is none of the plan's indices.`);
  return { positions, decimals: FILE_DECIMALS };
}

type Cash = { token: Address; decimals: number };

/** What batches are paid in; the deployment's USDC where it has no batches. */
async function cashOf({ client, deployment }: Session): Promise<Cash> {
  const orders = deployment.contracts["RecurringOrders"];
  const usdc = deployment.tokens["USDC"];
  if (orders === undefined) {
    if (usdc === undefined) throw new UsageError("The deployment has no USDC to count in.", "Give --holdings instead.");
    return { token: usdc.address, decimals: usdc.decimals };
  }
  const token = await readContract(client, { address: orders, abi: recurringOrdersAbi, functionName: "cash" });
  return { token, decimals: await readContract(client, { address: token, abi: erc20Abi, functionName: "decimals" }) };
}

/** What the account holds on the chain. */
async function heldOnChain(plan: PortfolioPlan, session: Session, account: Address, { decimals }: Cash): Promise<Held> {
  const { client, deployment } = session;
  const lens = deployment.contracts.IndexLens;
  const { positions } = await getPositions(client, { lens, account, plan: plan.indices, cashDecimals: decimals });
  for (const { vault, unpriced, shares } of positions) {
    if (unpriced.length === 0 || shares === 0n) continue;
    console.error(`${vault} holds tokens without a price now: it is worth more than is shown.`);
  }
  return { positions, decimals };
}

async function heldBy(flags: Flags, plan: PortfolioPlan, session: Session | undefined): Promise<Held> {
  if (flags.holdings !== undefined) return heldByFile(plan, flags.holdings);
  if (session?.account !== undefined) {
    return heldOnChain(plan, session, session.account, await cashOf(session));
  }
  return {
    positions: plan.indices.map(({ vault, weightBps }) => ({ vault, targetBps: weightBps, value: 0n })),
    decimals: FILE_DECIMALS,
  };
}

function planLines(plan: PortfolioPlan, report: DriftReport, decimals: number, moves: Moves): string[] {
  const rows = plan.indices.map(({ name, tier, weightBps }, i) => {
    const held = report.positions[i];
    return [
      name,
      tier,
      percent(weightBps),
      cash(held?.value ?? 0n, decimals),
      percent(held?.weightBps ?? 0),
      signedPercent(held?.differenceBps ?? 0),
      signedCash(held?.difference ?? 0n, decimals),
      ...(moves.amounts === undefined ? [] : [signedCash(moves.sign * (moves.amounts[i]?.amount ?? 0n), decimals)]),
      held !== undefined && held.beyond.length > 0 ? `past the ${held.beyond.join(" and ")} threshold` : "",
    ];
  });
  const heading = [
    "index",
    "tier",
    "plan",
    "held",
    "part",
    "differs",
    "by",
    ...(moves.amounts ? [moves.title] : []),
    "",
  ];
  const sectors = Object.entries(plan.sectors).map(([sector, bps]) => `${sector} ${percent(bps)}`);
  const { conservative, balanced, aggressive } = plan.tiers;
  return [
    `${plan.kind}: conservative ${percent(conservative)}, balanced ${percent(balanced)}, aggressive ${percent(aggressive)}`,
    `sectors: ${sectors.length === 0 ? "none named" : sectors.join(", ")}`,
    "",
    ...formatTable([heading, ...rows], [0, 1, heading.length - 1]),
    "",
    `held ${cash(report.total, decimals)}, drift ${percent(report.driftBps)}`,
  ];
}

type Moves = { title: string; sign: bigint; amounts: readonly PositionAmount[] | undefined };

/** {raw cash} Batch depositors take no request below one whole unit of cash. */
function leastOf({ least = "1" }: Flags, decimals: number): bigint {
  return amount(least, "least", decimals);
}

function movesOf(flags: Flags, { positions, decimals }: Held): Moves {
  if (flags.deposit !== undefined) {
    const amounts = splitDeposit(positions, amount(flags.deposit, "deposit", decimals), leastOf(flags, decimals));
    return { title: "deposit", sign: 1n, amounts };
  }
  if (flags.withdraw === undefined) return { title: "", sign: 1n, amounts: undefined };
  return {
    title: "withdraw",
    sign: -1n,
    amounts: splitWithdrawal(positions, amount(flags.withdraw, "withdraw", decimals)),
  };
}

function rebalanceLines(plan: PortfolioPlan, { positions, decimals }: Held, thresholds: DriftThresholds): string[] {
  const { sells, buys } = suggestRebalance(positions, thresholds);
  const nameOf = new Map(plan.indices.map(({ vault, name }) => [vault, name]));
  const say = (verb: string) => (item: PositionAmount) =>
    `${verb} ${cash(item.amount, decimals)} of ${nameOf.get(item.vault) ?? item.vault}`;
  const lines = [...sells.map(say("sell")), ...buys.map(say("buy"))];
  return lines.length === 0 ? ["Nothing is past a threshold: nothing to rebalance."] : lines;
}

/** `portfolio plan`: target, holdings, differences, and where a deposit or a withdrawal goes. Sends nothing. */
export async function planCommand(flags: Flags): Promise<void> {
  if (flags.deposit !== undefined && flags.withdraw !== undefined) {
    throw new UsageError("--deposit and --withdraw exclude each other.");
  }
  const plan = planOf(flags);
  const thresholds = thresholdsOf(flags);
  const asksChain = flags.holdings === undefined && (flags.account ?? flags.rpc ?? flags.deployment) !== undefined;
  const held = await heldBy(flags, plan, asksChain ? await connect(flags) : undefined);
  const report = compareWithPlan(held.positions, thresholds);
  const moves = movesOf(flags, held);
  const suggested = report.total > 0n ? rebalanceLines(plan, held, thresholds) : [];
  const lines = [...planLines(plan, report, held.decimals, moves), ...suggested];
  say(flags, lines, { plan, report, ...(moves.amounts && { [moves.title]: moves.amounts }) });
}

/** The batch depositor of each index; of one that has none, where it will be. */
async function batchDepositorsOf(plan: PortfolioPlan, { client, deployment }: Session) {
  const at = { address: contractOf(deployment, "BatchFactory"), abi: batchFactoryAbi } as const;
  return Promise.all(
    plan.indices.map(async ({ vault, name }) => {
      const known = await readContract(client, { ...at, functionName: "depositorOf", args: [vault] });
      if (known !== zeroAddress) return { vault, name, batchDepositor: known, isMissing: false };
      const batchDepositor = await readContract(client, { ...at, functionName: "predict", args: [vault] });
      return { vault, name, batchDepositor, isMissing: true };
    }),
  );
}

type Creation = { name: string; action: CreateBatchDepositorReturnType };

/** What creates the batch depositors that requests need and that nobody has created yet; says so, with the gas. */
async function missingDepositors(
  { client, deployment }: Session,
  account: Address,
  wanted: readonly { vault: Address; name: string }[],
  tell: (line: string) => void,
): Promise<Creation[]> {
  const batchFactory = contractOf(deployment, "BatchFactory");
  return Promise.all(
    wanted.map(async ({ vault, name }) => {
      const action = createBatchDepositor(client, { batchFactory, vault, account });
      await action.simulate({ account });
      const gas = await estimateGas(client, { account, ...action.buildTx() });
      tell(`${name} has no batch depositor yet: it is created first, ${gas.toLocaleString("en-US")} gas`);
      return { name, action };
    }),
  );
}

/** `portfolio buy`: files the deposit of a plan with all its indices, in one action; creates batch depositors that are missing. */
export async function buyCommand(flags: Flags): Promise<void> {
  const wanted = required(flags.deposit, "deposit");
  const plan = planOf(flags);
  const session = await connect(flags);
  const account = flags.send === true ? requireSender(session).address : requireAccount(session);
  const tell = (line: string): void => {
    if (flags.json !== true) console.log(line);
  };
  const { client, deployment } = session;
  const recurringOrders = contractOf(deployment, "RecurringOrders");
  const cashToken = await cashOf(session);
  const { token, decimals } = cashToken;
  const deposit = amount(wanted, "deposit", decimals);
  const [held, batchDepositors, balance] = await Promise.all([
    heldOnChain(plan, session, account, cashToken),
    batchDepositorsOf(plan, session),
    readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] }),
  ]);
  const least = leastOf(flags, decimals);
  const { amounts, deposits } = planDeposit({ positions: held.positions, deposit, batchDepositors, least });
  const used = new Set(deposits.map(({ batchDepositor }) => batchDepositor));
  const absent = batchDepositors.filter(({ isMissing, batchDepositor }) => isMissing && used.has(batchDepositor));
  const report = compareWithPlan(held.positions, thresholdsOf(flags));
  for (const line of planLines(plan, report, decimals, { title: "deposit", sign: 1n, amounts })) tell(line);
  const creations = await missingDepositors(session, account, absent, tell);
  if (balance < deposit) {
    throw new UsageError(`The account holds ${cash(balance, decimals)} of cash.`, "Nothing was sent.");
  }
  const done: Performed<unknown>[] = [];
  const act = async <T, S>(action: PreparedAction<T, S>, words: string): Promise<Performed<T>> => {
    const performed = await perform(session, flags, action, words);
    done.push(performed);
    for (const line of performedLines(performed, words)) tell(line);
    return performed;
  };
  for (const { name, action } of creations) await act(action, `batch depositor of ${name}`);

  const action = await requestDeposits(client, { recurringOrders, deposits, account });
  const { isSent, result } = await act(action, `${deposits.length} deposit requests in one transaction`);
  const batches = [...new Set(result?.requestIds ?? [])];
  if (isSent) tell(`batches ${batches.join(", ")}`);
  if (flags.json === true) console.log(stringify({ plan, report, deposits, isSent, batches, steps: done }));
}

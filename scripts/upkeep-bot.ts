// npm run upkeep-bot -- [--rpc http://127.0.0.1:8545] [--deployment deployments/31337.json] [--account 8] [--every 30]
//                       [--move 5] [--least-fees 0.1] [--least-tip 0] [--once]
// A stranger's bot: does for every index and every recurring order what anyone may do, through the two contracts that say
// themselves what is needed. It holds no role, reads no data but the chain's, and shares no line with the keeper.
// A local node signs for its account with that number; with UPKEEP_BOT_KEY in the environment that key signs.
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  type Account,
  type Address,
  createPublicClient,
  createWalletClient,
  encodeAbiParameters,
  type Hex,
  http,
  isHex,
  type PublicClient,
  parseAbiParameters,
  parseUnits,
  type WalletClient,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import {
  BaseError,
  type Deployment,
  DeploymentInvalidError,
  decodeContractError,
  getIndices,
  keeperUpkeepAbi,
  parseDeployment,
  recurringOrdersAbi,
} from "../sdk/src/index.ts";

const PLAN = parseAbiParameters([
  "Plan plan",
  "struct Plan { address vault; uint16 minMoveBps; uint256 minFeeShares; Announcement[] announcements; }",
  "struct Announcement { uint8 action; bytes arguments; }",
]);
const CHECK = parseAbiParameters([
  "Check check",
  "struct Check { uint256 first; uint256 count; uint256 most; uint256 maxGas; uint256 minTip; }",
]);
/** Indices of one read, plans of one check, orders of one transaction with their gas, transactions for one target. */
const [PAGE, ORDERS, ORDERS_GAS, MOST] = [100, 20n, 8_000_000n, 20] as const;
const CASH_DECIMALS = 6;

const { values } = parseArgs({
  options: {
    rpc: { type: "string", default: "http://127.0.0.1:8545" },
    deployment: { type: "string", default: "deployments/31337.json" },
    account: { type: "string", default: "8" },
    every: { type: "string", default: "30" },
    move: { type: "string", default: "5" },
    "least-fees": { type: "string", default: "0.1" },
    "least-tip": { type: "string", default: "0" },
    once: { type: "boolean", default: false },
  },
});

type Bot = { reader: PublicClient; wallet: WalletClient; account: Account | Address };
type Target = { words: string; address: Address; abi: typeof keeperUpkeepAbi | typeof recurringOrdersAbi };

/** {raw} of an option that counts in whole units. */
function units(name: "account" | "every" | "move" | "least-fees" | "least-tip", decimals: number): bigint {
  const digits = /^\d{1,9}(?:\.(\d+))?$/.exec(values[name]);
  if (digits !== null && (digits[1]?.length ?? 0) <= decimals) return parseUnits(values[name], decimals);
  throw new BaseError(`--${name} must be a number with at most ${decimals} decimals, not ${values[name]}.`);
}

async function open(): Promise<Bot> {
  const transport = http(values.rpc);
  const reader = createPublicClient({ transport, pollingInterval: 500, cacheTime: 0 });
  const wallet = createWalletClient({ transport });
  const key = process.env.UPKEEP_BOT_KEY;
  if (key === undefined) {
    const accounts = await wallet.getAddresses();
    const account = accounts[Number(units("account", 0))];
    if (account === undefined) throw new BaseError(`The node signs for ${accounts.length} accounts. Choose --account.`);
    return { reader, wallet, account };
  }
  if (!isHex(key) || key.length !== 66) {
    throw new BaseError("UPKEEP_BOT_KEY must be a private key: 0x and 64 digits.");
  }
  return { reader, wallet, account: privateKeyToAccount(key) };
}

/** Asks what is needed, does it, and asks again until nothing is. What somebody else did first is not done twice. */
async function serve({ reader, wallet, account }: Bot, { words, address, abi }: Target, checkData: Hex): Promise<void> {
  // Both contracts have the same two functions: those of AutomationCompatible.
  const at = { address, abi: abi as typeof keeperUpkeepAbi } as const;
  try {
    for (let done = 0; done < MOST; done++) {
      const { result } = await reader.simulateContract({ ...at, functionName: "checkUpkeep", args: [checkData] });
      const [needed, performData] = result;
      if (!needed) return;
      const call = { ...at, functionName: "performUpkeep", args: [performData], account } as const;
      const hash = await wallet.writeContract({ ...call, chain: null });
      const { status, gasUsed } = await reader.waitForTransactionReceipt({ hash });
      console.log(`${words}: ${status === "success" ? "done" : "refused"} in ${hash}, gas ${gasUsed}`);
      if (status !== "success") return;
    }
  } catch (error) {
    // One index that fails must not keep the others waiting.
    console.error(`${words}: ${decodeContractError(error).shortMessage}`);
  }
}

async function indicesOf({ reader }: Bot, factory: Address): Promise<Address[]> {
  const all: Address[] = [];
  for (let total = 1; all.length < total; ) {
    const page = await getIndices(reader, { factory, start: all.length, count: PAGE });
    all.push(...page.indices);
    total = page.total;
  }
  return all;
}

/** Everything once: all indices, then all recurring plans. */
async function round(bot: Bot, { contracts }: Deployment): Promise<void> {
  const { KeeperUpkeep, RecurringOrders } = contracts;
  if (KeeperUpkeep === undefined) throw new DeploymentInvalidError("contracts.KeeperUpkeep", "is missing");
  const limits = { minMoveBps: Number(units("move", 2)), minFeeShares: units("least-fees", 18), announcements: [] };
  for (const vault of await indicesOf(bot, contracts.IndexFactory)) {
    const data = encodeAbiParameters(PLAN, [{ vault, ...limits }]);
    await serve(bot, { words: `index ${vault}`, address: KeeperUpkeep, abi: keeperUpkeepAbi }, data);
  }
  if (RecurringOrders === undefined) return;
  const target = { words: "recurring orders", address: RecurringOrders, abi: recurringOrdersAbi };
  const plans = await bot.reader.readContract({ ...target, functionName: "planCount" });
  const paging = { count: BigInt(PAGE), most: ORDERS, maxGas: ORDERS_GAS, minTip: units("least-tip", CASH_DECIMALS) };
  for (let first = 1n; first <= plans; first += BigInt(PAGE)) {
    await serve(bot, target, encodeAbiParameters(CHECK, [{ first, ...paging }]));
  }
}

/** A round after the other. What the node refuses today may work in the next round; a lone round says so by its exit code. */
async function main(): Promise<void> {
  const deployment = parseDeployment(JSON.parse(readFileSync(values.deployment, "utf8")));
  const bot = await open();
  if (values.once) return round(bot, deployment);
  for (const seconds = units("every", 0); ; await wait(Number(seconds) * 1_000)) {
    await round(bot, deployment).catch((error: unknown) => console.error(decodeContractError(error).shortMessage));
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

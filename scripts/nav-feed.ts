// npm run nav-feed -- <index> [--send] [--json] [--rpc http://127.0.0.1:8545] [--deployment deployments/31337.json]
// Deploys a price feed of an index's share, in the shape of a Chainlink feed, for whoever lends against it: one for each
// index, by whoever wants it. It has no owner and nothing of it can be changed. Without --send it is only tried.
// The key is in GIMBAL_WALLET_KEY, in a --keystore or behind a --remote-signer, as for npm run gimbal.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { type Address, encodeDeployData, formatUnits, type Hash, type Hex } from "viem";
import { call, estimateGas, readContract, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { KeeperError } from "../keeper/src/errors.ts";
import { BaseError, decodeContractError, decodeRevertData, navFeedAbi } from "../sdk/src/index.ts";
import { connect, requireSender, type Session } from "./cli/connect.ts";
import { sending } from "./cli/define.ts";
import { findIndex } from "./cli/names.ts";
import { type Flags, say, toFlags, UsageError } from "./cli/options.ts";

const ARTIFACT = join(import.meta.dirname, "../artifacts/contracts/periphery/NavFeed.sol/NavFeed.json");
const DECIMALS = 8;
const GAS_MARGIN = 5n; // a fifth more than estimated

/** What an index's feed says now. */
type Answer = {
  description: string;
  /** D8{USD/share} */
  answer: bigint;
  /** {s} of the oldest feed that it rests on */
  updatedAt: bigint;
};

function creationCode({ contracts }: Session["deployment"], vault: Address): Hex {
  if (!existsSync(ARTIFACT)) throw new BaseError("The contracts are not compiled. Run npm run build first.");
  const { bytecode } = JSON.parse(readFileSync(ARTIFACT, "utf8")) as { bytecode: Hex };
  const args = [contracts.IndexFactory, contracts.AssetRegistry, vault] as const;
  return encodeDeployData({ abi: navFeedAbi, bytecode, args });
}

async function readFeed({ client }: Session, address: Address): Promise<Answer> {
  const at = { address, abi: navFeedAbi } as const;
  const [description, [, answer, , updatedAt]] = await Promise.all([
    readContract(client, { ...at, functionName: "description" }),
    readContract(client, { ...at, functionName: "latestRoundData" }),
  ]);
  return { description, answer, updatedAt };
}

/** Sends the creation and returns where the feed is. */
async function deploy(session: Session, data: Hex): Promise<{ address: Address; hash: Hash; gas: bigint }> {
  const { client } = session;
  const account = requireSender(session);
  const estimate = await estimateGas(client, { account, data });
  const gas = estimate + estimate / GAS_MARGIN;
  const hash = await sendTransaction(client, { account, chain: null, data, gas });
  const { status, contractAddress, gasUsed } = await waitForTransactionReceipt(client, { hash });
  if (status === "reverted" || !contractAddress) throw decodeRevertData("0x");
  return { address: contractAddress, hash, gas: gasUsed };
}

async function navFeed(wanted: string, flags: Flags): Promise<void> {
  const session = await connect(flags);
  const vault = await findIndex(session, wanted);
  const data = creationCode(session.deployment, vault);
  try {
    await call(session.client, { data }); // refuses what is no index before anything is paid
    if (flags.send !== true) {
      const lines = [`would deploy the feed of ${vault}`, "Nothing was sent. Add --send to send it."];
      return say(flags, lines, { isSent: false, vault });
    }
    const deployed = await deploy(session, data);
    const feed = await readFeed(session, deployed.address);
    const { description, answer, updatedAt } = feed;
    const age = new Date(Number(updatedAt) * 1000).toISOString();
    const lines = [
      `feed ${deployed.address} of ${vault}`,
      `${description}: $${formatUnits(answer, DECIMALS)}, prices of ${age} or newer`,
      `gas ${deployed.gas.toLocaleString("en-US")}`,
    ];
    say(flags, lines, { isSent: true, vault, ...deployed, ...feed });
  } catch (error) {
    throw decodeContractError(error);
  }
}

async function main(): Promise<void> {
  const command = sending(new Command("npm run nav-feed --"))
    .description("deploys a price feed of an index's share, for lenders")
    .argument("<index>", "address or symbol")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .action(async (index: string, options: Record<string, unknown>) => navFeed(index, toFlags(options)));
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(`${error.message.replace(/^error: /, "")}.`);
  }
}

/** Says in one line what is wrong; 2 when it is the command line. */
function report(error: unknown): void {
  if (error instanceof BaseError) console.error(`${error.name}: ${error.shortMessage}`);
  else if (error instanceof KeeperError) console.error(`${error.code}: ${error.shortMessage}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

await main().catch(report);

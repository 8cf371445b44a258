// npm run deploy -- --network <name>: deploys what is missing on that network and writes deployments/<chainId>.json.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PrettyEventHandler } from "@nomicfoundation/hardhat-ignition/helpers";
import hre from "hardhat";
import { networks } from "./config/index.ts";
import { localAssets } from "./config/local.ts";
import type { RpcProvider } from "./lib/ignition.ts";
import { deployLocalNetwork, localJournal } from "./lib/local.ts";
import { deployNetwork } from "./lib/network.ts";
import { deployerOf, localRoles, publicRoles } from "./lib/roles.ts";

const LOCAL = "localhost";
const FAST = { blockPollingInterval: 10, requiredConfirmations: 1, disableFeeBumping: true };

const { values } = parseArgs({ options: { network: { type: "string" } } });
const name = values.network ?? "";
const known = [LOCAL, ...Object.keys(networks)];
if (!known.includes(name)) {
  console.error(`Say which network: npm run deploy -- --network <${known.join(" | ")}>`);
  process.exit(1);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const { provider } = await hre.network.create(name);
  const deploy = name === LOCAL ? deployLocal : deployPublic;
  const { deployment, changed } = await deploy(provider);

  const contracts = Object.entries(deployment.contracts);
  for (const [contract, address] of contracts) console.log(`${contract.padEnd(26)} ${address}`);
  const file = `deployments/${deployment.chainId}.json`;
  console.log(changed ? `Wrote ${file}.` : `Nothing to do: ${file} is up to date.`);
}

async function deployPublic(rpc: RpcProvider) {
  const config = networks[name];
  if (config === undefined) throw new Error(`no configuration for ${name}`);
  const journal = join(hre.config.paths.ignition, "deployments", name);
  return deployNetwork(hre, rpc, {
    config,
    roles: publicRoles(await deployerOf(rpc), config, process.env),
    journal,
    book: bookOf(config.chainId),
    listener: new PrettyEventHandler(hre.interruptions),
  });
}

async function deployLocal(rpc: RpcProvider) {
  const journal = await localJournal(hre, rpc);
  const { config } = await deployLocalNetwork(hre, rpc, localAssets, journal);
  const protocol = join(journal, "gimbal");
  return deployNetwork(hre, rpc, {
    config,
    roles: await localRoles(rpc),
    journal: protocol,
    book: bookOf(config.chainId),
    polling: FAST,
  });
}

function bookOf(chainId: number): string {
  return join(hre.config.paths.root, "deployments", `${chainId}.json`);
}

// Checks the books of every vault on a running chain: solvency, supply, weights. Exit code 1 when one is wrong.
//   npm run check:invariants -- [--rpc URL] [--deployments FOLDER]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { getIndices, parseDeployment } from "@gimbal/sdk";
import { createPublicClient, http } from "viem";
import { laws } from "./invariants.ts";

const { values: options } = parseArgs({
  options: {
    rpc: { type: "string", default: "http://127.0.0.1:8545" },
    deployments: { type: "string", default: "deployments" },
  },
});

const client = createPublicClient({ transport: http(options.rpc) });
const chainId = await client.getChainId();
const path = join(options.deployments, `${chainId}.json`);
const deployment = parseDeployment(JSON.parse(readFileSync(path, "utf8")));
const blockNumber = await client.getBlockNumber();
const factory = deployment.contracts.IndexFactory;
const { indices: vaults } = await getIndices(client, { factory, blockNumber, count: 100_000 });

console.log(`Chain ${chainId}, block ${blockNumber}, ${vaults.length} vaults`);
console.log(`${"vault".padEnd(44)}${laws.map(({ id }) => id.padEnd(8)).join("")}`);
let broken = 0;
for (const address of vaults) {
  const vault = { client, address, firstBlock: BigInt(deployment.blockNumber), blockNumber };
  const found = await Promise.all(laws.map(async ({ id, check }) => ({ id, problems: await check(vault) })));
  console.log(address.padEnd(44) + found.map(({ problems }) => (problems.length ? "WRONG" : "ok").padEnd(8)).join(""));
  for (const { id, problems } of found) for (const problem of problems) console.error(`  ${id}: ${problem}`);
  broken += found.filter(({ problems }) => problems.length > 0).length;
}
console.log(broken === 0 ? "All laws hold" : `${broken} laws broken`);
process.exitCode = broken === 0 ? 0 : 1;

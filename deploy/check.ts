// npm run deploy:check: deploys every public configuration on a simulated chain, with real components standing at the
// configured addresses, and prints what would be sent to which network. Needs no network.
import hre from "hardhat";
import { networks } from "./config/index.ts";
import { dryRun } from "./lib/dryRun.ts";
import { formatPlan } from "./lib/plan.ts";

await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
let failures = 0;

for (const [name, config] of Object.entries(networks)) {
  const { plan, gasUsed, transactions, prices, sequencerUp } = await dryRun(hre, config);
  console.log(`\n${name} (chain ${config.chainId}): ${transactions} transactions, ${gasUsed} gas`);
  console.log(formatPlan(plan));

  const silent = Object.entries(prices).filter(([, price]) => price === 0n);
  for (const [symbol] of silent) console.error(`  no price for ${symbol}`);
  if (!sequencerUp) console.error("  the sequencer reads as down");
  failures += silent.length + (sequencerUp ? 0 : 1);
}

console.log(
  failures === 0 ? "\nEvery configuration deploys and has a price for every asset." : `\n${failures} failures`,
);
process.exitCode = failures === 0 ? 0 : 1;

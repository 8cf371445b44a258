// npm run airdrop -- --csv list.csv --out wave.json [--total 520000000]
// Root and proofs of a wave of the airdrop from a list of accounts and amounts of GIM; with the total that is to be funded,
// which the list must sum to. Prints what goes to MerkleAirdrop.createWave.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { formatUnits, parseUnits } from "viem";
import { buildAirdrop, formatAirdrop, parseAirdropCsv } from "../sdk/src/governance/airdrop.ts";
import { BaseError } from "../sdk/src/index.ts";

const USAGE = "npm run airdrop -- --csv list.csv --out wave.json [--total <GIM>]";

function main(): void {
  const { values } = parseArgs({
    options: { csv: { type: "string" }, out: { type: "string" }, total: { type: "string" } },
  });
  const { csv, out, total } = values;
  if (!csv || !out) throw new BaseError(`Say which list to read and where to write: ${USAGE}`);
  if (total !== undefined && !/^\d+(\.\d{1,18})?$/.test(total)) throw new BaseError(`${total} is no amount of GIM.`);

  const rows = parseAirdropCsv(readFileSync(csv, "utf8"));
  const airdrop = buildAirdrop(rows, total === undefined ? undefined : parseUnits(total, 18));
  writeFileSync(out, formatAirdrop(airdrop));

  console.log(`accounts ${airdrop.entries.length}`);
  console.log(`root     ${airdrop.root}`);
  console.log(`total    ${airdrop.total} wei = ${formatUnits(airdrop.total, 18)} GIM`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

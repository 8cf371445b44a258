// Measures gas, compares it with the anchors and writes the snapshot. See measure.ts for the method.
import { writeSnapshot } from "../snapshot.ts";
import { measureAll } from "./operations.ts";
import { aboveCeiling, printTable, SNAPSHOT } from "./report.ts";

const measured = await measureAll();
printTable(measured);
writeSnapshot(SNAPSHOT, measured);

const problems = aboveCeiling(measured);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

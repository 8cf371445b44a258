// Measures gas, compares it with the anchors and writes the snapshot. See measure.ts for the method.
import { writeSnapshot } from "../snapshot.ts";
import { measureAll } from "./operations.ts";
import { aboveCeiling, missedTargets, printTables, SNAPSHOT } from "./report.ts";

const measured = await measureAll();
printTables(measured);
writeSnapshot(SNAPSHOT, measured);

for (const target of missedTargets(measured)) console.log(target);
const problems = aboveCeiling(measured);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

// Measures gas again and fails when it is not what the snapshot says, or above a ceiling.
import { measureAll } from "./operations.ts";
import { aboveCeiling, missedTargets, printTables, unexplained } from "./report.ts";

const measured = await measureAll();
printTables(measured);

const changes = unexplained(measured);
for (const change of changes) console.error(change);
if (changes.length > 0) console.error("Explain the difference in the commit and run npm run gas");
for (const target of missedTargets(measured)) console.log(target);
const problems = aboveCeiling(measured);
for (const problem of problems) console.error(problem);
process.exitCode = changes.length + problems.length === 0 ? 0 : 1;

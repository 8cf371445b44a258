// Rules of this project that no linter knows. Each check lists what is wrong and says what to do about it.
import { styleText } from "node:util";
import { faultsCheck } from "./faults.ts";
import { importsCheck } from "./imports.ts";
import { lockFileCheck } from "./lock-file.ts";
import { natspecCheck } from "./natspec.ts";
import { packagesCheck } from "./packages.ts";
import { attacksCheck, invariantsCheck, lawsCheck } from "./promises.ts";
import { sizeCheck } from "./size.ts";
import type { Check } from "./sources.ts";
import { unitsCheck } from "./units.ts";
import { wordsCheck } from "./words.ts";

const checks: Check[] = [
  sizeCheck,
  natspecCheck,
  unitsCheck,
  importsCheck,
  wordsCheck,
  packagesCheck,
  lockFileCheck,
  invariantsCheck,
  lawsCheck,
  attacksCheck,
  faultsCheck,
];

const wanted = process.argv.slice(2);
let failures = 0;

for (const { name, run } of checks) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const problems = run();
  if (problems.length === 0) {
    console.log(`ok    ${name}`);
    continue;
  }
  failures += 1;
  console.error(styleText("red", `wrong ${name}`));
  for (const problem of problems) console.error(`      ${problem}`);
}

process.exitCode = failures === 0 ? 0 : 1;

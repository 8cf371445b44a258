import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { expect } from "chai";

const ROOT = import.meta.dirname;
const STAGES = [
  "math",
  "data",
  "sentiment",
  "features",
  "models",
  "training",
  "signals",
  "weights",
  "plan",
  "methodology",
  "schedule",
  "journal",
  "signers",
  "health",
  "execute",
  "cosign",
  "service",
];
/** Stages that run the whole pipeline, and so stand above it. */
const ABOVE = ["cosign", "service"];
const PURE = [
  "math",
  "sentiment",
  "features",
  "models",
  "training",
  "signals",
  "weights",
  "plan",
  "methodology",
  "schedule",
];
const files = globSync("**/*.ts", { cwd: ROOT }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));

const stageOf = (file: string) => STAGES.indexOf(file.split("/")[0] ?? "");
const importsOf = (text: string) => [...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? "");

/** What keeps a result from being the same on every machine and on every day. */
const IMPURE =
  /Date\.now|new Date\(\)|Math\.(random|pow|exp|log|sin|cos|tan)|\*\* |process\.|toLocale|Intl\.|localeCompare|from "node:/;

describe("keeper/src", () => {
  it("has stages that import only stages to their left", () => {
    for (const file of files.filter((name) => stageOf(name) >= 0)) {
      for (const target of importsOf(readFileSync(join(ROOT, file), "utf8")).filter((name) => name.startsWith("."))) {
        const imported = relative(ROOT, join(ROOT, dirname(file), target));
        if (!imported.includes("/")) {
          if (!ABOVE.includes(file.split("/")[0] ?? ""))
            expect(basename(imported), `${file} imports ${imported}`).to.equal("errors.ts");
        } else {
          expect(stageOf(imported), `${file} imports ${imported}`).to.be.within(0, stageOf(file));
        }
      }
    }
  });

  it("has no clock, chance, environment, file or network between data and plan", () => {
    const pure = files.filter((file) => PURE.includes(file.split("/")[0] ?? ""));
    expect(pure.length).to.be.greaterThan(10);
    for (const file of pure) {
      const code = readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*\*?[\s\S]*?\*\/|\/\/.*$/gm, "");
      expect(IMPURE.exec(code)?.[0], file).to.equal(undefined);
    }
  });

  it("would notice an impure line", () => {
    for (const line of ["Date.now()", "2 ** 3", "Math.random()", 'import x from "node:fs"', "process.env.X"]) {
      expect(IMPURE.test(line), line).to.equal(true);
    }
  });
});

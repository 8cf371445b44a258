import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { expect } from "chai";
import { fitHashes } from "./engines.fixture.ts";

const SOURCES = join(import.meta.dirname, "..");

/** Every other release of Node on the path, by its version. */
function otherEngines(): Map<string, string> {
  const engines = new Map<string, string>();
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, "node");
    if (!existsSync(file) || realpathSync(file) === realpathSync(process.execPath)) continue;
    const version = execFileSync(file, ["--version"], { encoding: "utf8" }).trim();
    if (version !== process.version) engines.set(version, file);
  }
  return engines;
}

/** Copies a source and everything that it imports as JavaScript, for engines that cannot read TypeScript. */
function copyWithoutTypes(source: string, folder: string, done = new Set<string>()): void {
  if (done.has(source)) return;
  done.add(source);
  const text = readFileSync(source, "utf8");
  for (const [, path = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
    copyWithoutTypes(join(dirname(source), path), folder, done);
  }
  const target = join(folder, relative(SOURCES, source)).replace(/\.ts$/, ".mjs");
  mkdirSync(dirname(target), { recursive: true });
  const code = stripTypeScriptTypes(text);
  writeFileSync(target, code.replaceAll(/from "(\.[^"]+)\.ts"/g, 'from "$1.mjs"'));
}

describe("models on other engines", () => {
  it("are equal to the bit, whichever release of Node fits them", () => {
    const engines = otherEngines();
    if (engines.size === 0) console.log("      no other release of Node on the path: nothing to compare with");
    const own = fitHashes();
    expect(Object.keys(own).length).to.equal(6);
    expect(new Set(Object.values(own)).size).to.equal(6);
    const folder = mkdtempSync(join(tmpdir(), "engines-"));
    try {
      copyWithoutTypes(join(import.meta.dirname, "engines.fixture.ts"), folder);
      symlinkSync(join(SOURCES, "../../node_modules"), join(folder, "node_modules"));
      const main = join(folder, "main.mjs");
      writeFileSync(
        main,
        'import { fitHashes } from "./models/engines.fixture.mjs";\nconsole.log(JSON.stringify(fitHashes()));\n',
      );
      for (const [version, file] of engines) {
        expect(JSON.parse(execFileSync(file, [main], { encoding: "utf8" })), version).to.deep.equal(own);
        console.log(`      equal to Node ${version}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

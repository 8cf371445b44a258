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

const ROOT = join(import.meta.dirname, "../../..");
/** The workspace's own package, which other engines need as JavaScript too. */
const SDK = join(ROOT, "sdk/src");

/** What one call on another release of Node returned. */
export interface EngineResult {
  readonly version: string;
  readonly result: unknown;
}

/**
 * Calls a function without arguments on every other release of Node on the path. The sources that it needs are copied as
 * JavaScript, for engines that cannot read TypeScript; its result must be JSON.
 */
export function onOtherEngines(source: string, name: string): readonly EngineResult[] {
  const engines = otherEngines();
  if (engines.size === 0) console.log("      no other release of Node on the path: nothing to compare with");
  const folder = mkdtempSync(join(tmpdir(), "engines-"));
  try {
    copyWithoutTypes(source, folder);
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const main = join(folder, "main.mjs");
    const path = relative(ROOT, source).replace(/\.ts$/, ".mjs");
    writeFileSync(main, `import { ${name} } from "./${path}";\nconsole.log(JSON.stringify(await ${name}()));\n`);
    return [...engines].map(([version, file]) => {
      const result: unknown = JSON.parse(execFileSync(file, [main], { encoding: "utf8" }));
      console.log(`      compared with Node ${version}`);
      return { version, result };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

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

/** Copies a source and everything of ours that it imports as JavaScript, for engines that cannot read TypeScript. */
function copyWithoutTypes(source: string, folder: string, done = new Set<string>()): void {
  if (done.has(source)) return;
  done.add(source);
  const text = readFileSync(source, "utf8").replaceAll(
    /from "@gimbal\/sdk(?:\/(\w+))?"/g,
    (_, entry: string = "index") => `from "${fromTo(source, join(SDK, `${entry}.ts`))}"`,
  );
  for (const [, path = ""] of text.matchAll(/from "(\.[^"]+\.ts)"/g)) {
    copyWithoutTypes(join(dirname(source), path), folder, done);
  }
  const target = join(folder, relative(ROOT, source)).replace(/\.ts$/, ".mjs");
  mkdirSync(dirname(target), { recursive: true });
  const code = stripTypeScriptTypes(text);
  writeFileSync(target, code.replaceAll(/from "(\.[^"]+)\.ts"/g, 'from "$1.mjs"'));
}

/** The path by which one source imports another. */
function fromTo(source: string, target: string): string {
  const path = relative(dirname(source), target);
  return path.startsWith(".") ? path : `./${path}`;
}

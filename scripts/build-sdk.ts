// npm run build:sdk: what would be published of the SDK, in sdk/dist. With --check: publint, are the types wrong, and whether
// what is built offers what the sources do. The workspace itself keeps importing the sources.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const SDK = join(ROOT, "sdk");
const DIST = join(SDK, "dist");

type Manifest = {
  exports: Record<string, string>;
  publishConfig: { access: string; directory: string };
  private?: boolean;
} & Record<string, unknown>;

function run(command: string, args: readonly string[]): void {
  execFileSync(join(ROOT, "node_modules/.bin", command), [...args], { cwd: ROOT, stdio: "inherit" });
}

/** The manifest of what is published: the same package with built files for sources. */
function publishedManifest(): object {
  const manifest = JSON.parse(readFileSync(join(SDK, "package.json"), "utf8")) as Manifest;
  const { exports, private: _private, publishConfig, ...rest } = manifest;
  const built = Object.entries(exports).map(([name, source]) => {
    const path = source.replace(/^\.\/src\//, "./").replace(/\.ts$/, "");
    return [name, { types: `${path}.d.ts`, default: `${path}.js` }] as const;
  });
  return {
    ...rest,
    sideEffects: false,
    engines: { node: ">=20" },
    exports: { ...Object.fromEntries(built), "./package.json": "./package.json" },
    publishConfig: { access: publishConfig.access },
  };
}

function build(): void {
  rmSync(DIST, { recursive: true, force: true });
  run("tsc", ["-p", join(SDK, "tsconfig.build.json")]);
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  copyFileSync(join(SDK, "README.md"), join(DIST, "README.md"));
  copyFileSync(join(ROOT, "LICENSE"), join(DIST, "LICENSE"));
}

/** Every name that the sources export at runtime, the build does too, and none more. */
async function compareExports(): Promise<void> {
  const names = async (path: string) => Object.keys((await import(path)) as object).sort();
  for (const entry of ["index", "governance/airdrop", "grades"]) {
    const [sources, built] = await Promise.all([
      names(join(SDK, "src", `${entry}.ts`)),
      names(join(DIST, `${entry}.js`)),
    ]);
    if (sources.join() !== built.join()) throw new Error(`sdk/dist/${entry}.js does not export what its source does`);
    console.log(`ok    ${entry}: ${built.length} names, as in the sources`);
  }
}

build();
if (process.argv.includes("--check")) {
  run("publint", [DIST, "--strict"]);
  run("attw", ["--pack", DIST, "--profile", "esm-only"]);
  await compareExports();
}

// npm run screenshots: pictures of every page of the app, in both themes, on a phone and on a desktop, over a real local chain.
// [--out .gimbal/screenshots] [--only PART of a path] [--connected: with a wallet that has money]
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseEther, parseUnits } from "viem";
import { TOPICS } from "../src/learn/topics.ts";
import { BrowserMissingError } from "./chromium.ts";
import { closeStage, connect, theStage, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const THEMES = ["light", "dark"] as const;
/** {px} width and height of a phone and of a desktop. */
const SIZES = [
  { name: "phone", width: 375, height: 812 },
  { name: "desktop", width: 1_440, height: 900 },
] as const;
/** {ms} for what a page still reads, charts and all. */
const QUIET = 10_000;

const { values: flags } = parseArgs({
  options: {
    out: { type: "string", default: ".gimbal/screenshots" },
    only: { type: "string", default: "" },
    connected: { type: "boolean", default: false },
  },
});

/** The paths of the app's routes, with something real for every parameter. */
function pagesOf({ indices }: World): readonly string[] {
  const [address = ""] = Object.values(indices);
  const parameters: Readonly<Record<string, string>> = {
    address,
    vault: address,
    index: address,
    id: "0",
    symbol: "BLUE",
    sale: address,
    topic: TOPICS[0]?.id ?? "",
  };
  const source = readFileSync(new URL("../src/routes.tsx", import.meta.url), "utf8");
  const paths = [...source.matchAll(/\bpath: "([^"]+)"/g)].map((match) => match[1] ?? "");
  return [...new Set(paths)].map((path) =>
    path.replace(/\$(\w+)/g, (_, name: string) => {
      const value = parameters[name];
      if (value === undefined) throw new Error(`app/e2e/screenshots.ts knows nothing to show for $${name} of ${path}`);
      return value;
    }),
  );
}

/** A name for a file: the path, short and without slashes. */
function nameOf(path: string): string {
  return path === "/"
    ? "home"
    : path
        .slice(1)
        .replaceAll("/", "-")
        .replace(/0x([0-9a-f]{4})[0-9a-f]{36}/gi, "$1");
}

/** One for every picture: what was connected once connects by itself. */
async function richWallet(world: World): Promise<TestWallet> {
  const wallet = world.wallet();
  await world.giveEther(wallet.address, parseEther("10"));
  await world.giveToken("USDC", wallet.address, parseUnits("10000", 6));
  return wallet;
}

async function main(): Promise<void> {
  const { world } = await theStage();
  const { url } = await world.serve();
  const folder = resolve(flags.out);
  mkdirSync(folder, { recursive: true });
  let problems = 0;
  for (const path of pagesOf(world).filter((page) => page.includes(flags.only))) {
    for (const theme of THEMES) {
      for (const { name, width, height } of SIZES) {
        const wallet = flags.connected ? await richWallet(world) : undefined;
        const { page, faults, close } = await visit(url + path, {
          theme,
          width,
          height,
          ...(wallet ? { wallet } : {}),
        });
        if (wallet !== undefined) await connect(page);
        await page.waitForLoadState("networkidle", { timeout: QUIET }).catch(() => undefined);
        const sticksOut = Number(await page.evaluate("document.documentElement.scrollWidth")) > width;
        const file = join(folder, `${nameOf(path)}-${theme}-${name}.png`);
        await page.screenshot({ path: file, fullPage: true });
        const found = [...faults, ...(sticksOut ? ["something sticks out at the side"] : [])];
        problems += found.length;
        console.log(`${file}${found.map((fault) => `\n  ${fault}`).join("")}`);
        await close();
      }
    }
  }
  if (problems > 0) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  console.error(error instanceof BrowserMissingError ? error.message : error);
  process.exitCode = 1;
});
await closeStage();

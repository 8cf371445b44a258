// npm run screenshots: pictures of every page of the app, in both themes, on a phone and on a desktop, over a real local chain
// of its own, or with --url of an app that runs already. [--out .gimbal/screenshots] [--only PART of a path]
// [--connected: with a wallet that has money, or with --as ADDRESS: as somebody who is on that chain] [--wide: 1,920 px too]
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { getAddress, isAddress, parseEther, parseUnits } from "viem";
import { type NetworkSettings, parseSettings } from "../src/settings.ts";
import { BrowserMissingError } from "./chromium.ts";
import { overflowOf, pagesOf, settle } from "./pages.ts";
import { closeStage, connect, theStage, visit } from "./stage.ts";
import { type TestWallet, WatchingWallet } from "./wallet.ts";

const THEMES = ["light", "dark"] as const;
/** {px} width and height of what people hold in their hands or look at. */
const SIZES = [
  { name: "phone", width: 375, height: 812 },
  { name: "desktop", width: 1_440, height: 900 },
  { name: "wide", width: 1_920, height: 1_080 },
] as const;

const { values: flags } = parseArgs({
  options: {
    out: { type: "string", default: ".gimbal/screenshots" },
    only: { type: "string", default: "" },
    url: { type: "string" },
    connected: { type: "boolean", default: false },
    as: { type: "string" },
    wide: { type: "boolean", default: false },
  },
});

/** A flag makes no sense. */
class FlagError extends Error {
  override readonly name = "FlagError";
}

/** An app to look at. */
interface Subject {
  readonly url: string;
  readonly pages: Iterable<string>;
  /** One for every picture: what was connected once connects by itself. undefined: nobody is connected. */
  wallet(): Promise<TestWallet | undefined>;
}

/** An app that runs already. */
async function running(url: string): Promise<Subject> {
  const response = await fetch(new URL("/gimbal.json", url)).catch(() => undefined);
  if (response?.ok !== true) throw new FlagError(`No app answers at ${url}.`);
  const [{ chainId, rpcUrl, deployment }] = parseSettings(await response.json()) as [NetworkSettings];
  if (flags.connected && flags.as === undefined)
    throw new FlagError("--connected of a running app needs --as ADDRESS.");
  return {
    url,
    pages: (await pagesOf(rpcUrl, deployment)).values(),
    wallet: async () => watching({ chainId, rpcUrl }),
  };
}

function watching(chain: { chainId: number; rpcUrl: string }): TestWallet | undefined {
  if (flags.as === undefined) return undefined;
  if (!isAddress(flags.as)) throw new FlagError(`--as must be an address, not ${flags.as}.`);
  return new WatchingWallet(getAddress(flags.as), chain);
}

/** A chain and an app made for the pictures. */
async function ownWorld(): Promise<Subject> {
  const { world } = await theStage();
  const { url } = await world.serve();
  return {
    ...{ url, pages: (await pagesOf(world.chain.url, world.deployment)).values() },
    wallet: async () => {
      if (!flags.connected) return undefined;
      const wallet = world.wallet();
      await world.giveEther(wallet.address, parseEther("10"));
      await world.giveToken("USDC", wallet.address, parseUnits("10000", 6));
      return wallet;
    },
  };
}

/** A name for a file: the path, short and without slashes. */
function nameOf(path: string): string {
  return path === "/"
    ? "home"
    : path
        .slice(1)
        .replaceAll("/", "-")
        .replace(/0x([0-9a-f]{4})[0-9a-f]{36}/gi, "$1")
        .replace(/\d{9,}/, (number) => number.slice(0, 4));
}

async function main(): Promise<void> {
  const subject = flags.url === undefined ? await ownWorld() : await running(flags.url);
  const folder = resolve(flags.out);
  mkdirSync(folder, { recursive: true });
  let problems = 0;
  for (const path of subject.pages) {
    if (!path.includes(flags.only)) continue;
    for (const theme of THEMES) {
      for (const { name, width, height } of SIZES) {
        if (name === "wide" && !flags.wide) continue;
        const wallet = await subject.wallet();
        const options = { theme, width, height, ...(wallet && { wallet }) };
        const { page, faults, close } = await visit(subject.url + path, options);
        if (wallet !== undefined) await connect(page);
        await settle(page);
        const overflow = await overflowOf(page);
        const file = join(folder, `${nameOf(path)}-${theme}-${name}.png`);
        await page.screenshot({ path: file, fullPage: true });
        const found = [...faults, ...(overflow > 0 ? [`${overflow} px stick out at the side`] : [])];
        problems += found.length;
        console.log(`${file}${found.map((fault) => `\n  ${fault}`).join("")}`);
        await close();
      }
    }
  }
  if (problems > 0) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  const isKnown = error instanceof BrowserMissingError || error instanceof FlagError;
  console.error(isKnown ? error.message : error);
  process.exitCode = 1;
});
await closeStage();

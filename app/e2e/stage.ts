import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import type { TestWallet } from "./wallet.ts";
import { openWorld, type World } from "./world.ts";

/** What all tests share: one browser, one chain. */
export interface Stage {
  readonly browser: Browser;
  readonly world: World;
}

let stage: Promise<Stage> | undefined;
let browser: Promise<Browser> | undefined;

/** The stage of this run, built for who asks first. */
export function theStage(): Promise<Stage> {
  stage ??= build();
  return stage;
}

/** The browser of this run, started for who asks first; an app that runs elsewhere needs no chain here. */
export function theBrowser(): Promise<Browser> {
  browser ??= launchChromium();
  return browser;
}

/** Puts browser and stage away, if there are any. */
export async function closeStage(): Promise<void> {
  await (await browser?.catch(() => undefined))?.close();
  await (await stage?.catch(() => undefined))?.world.close();
}

async function build(): Promise<Stage> {
  // The browser first: without one nothing else is worth starting.
  return { browser: await theBrowser(), world: await openWorld(console.log) };
}

/**
 * A suite that lets time pass: what it does to the chain is undone after its last hook, and the chain's clock stands at
 * the machine's again, so that other files meet the world, its prices and its weeks as they were.
 */
export function inItsOwnTime(title: string, suite: () => void): void {
  describe(title, () => {
    let goBack: (() => Promise<void>) | undefined;
    before(async () => {
      const { world } = await theStage();
      goBack = await world.remember();
    });
    suite();
    after(() => goBack?.());
  });
}

export interface VisitOptions {
  readonly wallet?: TestWallet;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "dark" | "light";
}

/** A page of somebody, with what it did that it must not. */
export interface Visit {
  readonly page: Page;
  /** Errors of the page, refusals of its policy, and requests that left this machine. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Opens a page of the app in a browser profile of its own. */
export async function visit(url: string, options: VisitOptions = {}): Promise<Visit> {
  const browser = await theBrowser();
  const { wallet, width = 1_440, height = 900, theme = "light" } = options;
  const context: BrowserContext = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isOutage(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1") faults.push(`request: ${request.url()}`);
  });
  await wallet?.enter(page);
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** The browser writes every answer that is none, or no good one, into its console; that is what some tests are about. */
function isOutage(text: string): boolean {
  return /net::ERR_CONNECTION_REFUSED|the server responded with a status of (4|5)\d\d/.test(text);
}

/** Connects the page's wallet through the list of wallets. */
export async function connect(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("button", { name: "Test Wallet" }).click();
}

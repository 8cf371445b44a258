import axe from "axe-core";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { parseEther, parseUnits } from "viem";
import { overflowOf, pagesOf, ROUTES, settle } from "./pages.ts";
import { connect, theStage, type Visit, visit } from "./stage.ts";

/** Nobody listens there. */
const DEAD = "http://127.0.0.1:1234";
/** Levels A and AA of WCAG 2.0, 2.1 and 2.2. */
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** {px} */
const [PHONE, TABLET, DESKTOP, WIDE] = [375, 768, 1_440, 1_920];

type Theme = "dark" | "light";

/** What axe finds at a second look too: right after a change of theme it may read an old colour beside a new one. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  const atFirst = await askAxe(page);
  return atFirst.length === 0 ? atFirst : askAxe(page);
}

/** A line for each violation: the rule, what is wrong, and the first place that breaks it. */
async function askAxe(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate(`axe.run(document, {
    runOnly: { type: "tag", values: ${JSON.stringify(LEVELS)} }, resultTypes: ["violations"], iframes: false, preload: false
  }).then(({ violations }) => violations.map(({ id, help, nodes: [first] }) => [id, help, first.failureSummary, first.html].join(": ")))`);
  return found as string[];
}

/** Two frames: what was set is drawn, and what measures itself has done so. */
const DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

/** Looks at a page on a phone, in one theme, and on a desk, in the other; and for what sticks out on all screens. */
async function lookAt(page: Page, onPhone: Theme): Promise<readonly string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const width of [PHONE, TABLET, DESKTOP, WIDE]) {
    const theme = (width === PHONE) === (onPhone === "dark") ? "dark" : "light";
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(`document.documentElement.dataset.theme = "${theme}"; ${DRAWN}`);
    // Charts take their new width a moment after the screen.
    let overflow = await overflowOf(page);
    for (let tries = 0; tries < 20 && overflow > 0; ++tries) {
      await page.waitForTimeout(50);
      overflow = await overflowOf(page);
    }
    if (overflow > 0) found.push(`${width} px: ${overflow} px stick out at the side`);
    if (width !== PHONE && width !== DESKTOP) continue;
    found.push(...(await violationsOf(page)).map((words) => `${width} px, ${theme}: ${words}`));
  }
  return found;
}

describe("every page", () => {
  let paths: ReadonlyMap<string, string>;
  const visits: { readonly url: string; readonly who: string; readonly onPhone: Theme; readonly seen: Visit }[] = [];

  before(async () => {
    const { world } = await theStage();
    paths = await pagesOf(world.chain.url, world.deployment);
    const wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("10"));
    await world.giveToken("USDC", wallet.address, parseUnits("10000", 6));
    const nobody = await world.serve(DEAD);
    const somebody = await world.serve();
    const connected = await visit(somebody.url, { wallet });
    await connect(connected.page);
    await connected.page.getByRole("dialog").waitFor({ state: "detached" });
    const alone = await visit(nobody.url);
    visits.push({ url: nobody.url, who: "nobody, without an API", onPhone: "light", seen: alone });
    visits.push({ url: somebody.url, who: "somebody", onPhone: "dark", seen: connected });
  });

  after(() => Promise.all(visits.map(({ seen }) => seen.close())));

  for (const route of ROUTES) {
    it(`${route} can be read by everybody on every screen, and has a name`, async () => {
      const found: string[] = [];
      for (const { url, who, onPhone, seen } of visits) {
        await seen.page.goto(url + paths.get(route)!);
        await settle(seen.page);
        const heading = await seen.page.getByRole("heading", { level: 1 }).textContent();
        const title = await seen.page.title();
        if (title !== `${heading} · Gimbal`) found.push(`${who}: the tab says ${title}, the page ${heading}`);
        found.push(...(await lookAt(seen.page, onPhone)).map((words) => `${who}: ${words}`));
        found.push(...seen.faults.map((words) => `${who}: ${words}`));
      }
      expect(found).to.deep.equal([]);
    });
  }
});

describe("a keyboard", () => {
  /** What has the focus: its words, and whether one sees that it does. */
  const focused = async (page: Page) =>
    (await page.evaluate(`(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      const field = document.activeElement.parentElement && getComputedStyle(document.activeElement.parentElement);
      const isSeen = outlineStyle !== "none" && outlineWidth !== "0px" || field?.outlineStyle === "solid";
      return { words: document.activeElement.textContent.trim(), isSeen };
    })()`)) as { words: string; isSeen: boolean };

  it("gets past the header at once, and to the button of the trade panel, seen all the way", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, faults, close } = await visit(`${url}/index/${world.indices["BLUE"]}`);
    await settle(page);
    await page.keyboard.press("Tab");
    expect((await focused(page)).words).to.equal("Skip to the page");
    await page.keyboard.press("Enter");
    const unseen: string[] = [];
    let isReached = false;
    for (let presses = 0; presses < 150 && !isReached; ++presses) {
      await page.keyboard.press("Tab");
      const { words, isSeen } = await focused(page);
      if (!isSeen) unseen.push(words);
      expect(words, "a link of the header after the skip").not.to.equal("Indices");
      isReached = words === "Connect a wallet";
    }
    expect(isReached, "the button was reached").to.equal(true);
    expect(unseen).to.deep.equal([]);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // Back where it was.
    await page
      .locator(":focus")
      .and(page.getByRole("button", { name: "Connect a wallet" }))
      .waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("opens the menu of a phone, goes to a page, and finds the menu closed", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, faults, close } = await visit(url, { width: PHONE, height: 812 });
    const [menu, pages] = [page.getByRole("button", { name: "Menu" }), page.getByRole("navigation", { name: "Pages" })];
    await menu.focus();
    expect(await pages.isVisible(), "closed at first").to.equal(false);
    await page.keyboard.press("Enter");
    await pages.waitFor();
    await page.keyboard.press("Escape");
    await pages.waitFor({ state: "hidden" });
    await page.keyboard.press("Enter");
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
    await pages.getByRole("link", { name: "Safety" }).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Safety" }).waitFor();
    await pages.waitFor({ state: "hidden" });
    expect(await page.evaluate("window.scrollY"), "a new page begins at its top").to.equal(0);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

describe("motion", () => {
  it("stops for whoever asked for less of it", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const { page, close } = await visit(url);
    await settle(page);
    const seconds = () =>
      page.evaluate(`(() => {
        const moving = document.body.appendChild(document.createElement("div"));
        moving.className = "animate-pulse transition";
        const { animationDuration, transitionDuration } = getComputedStyle(moving);
        moving.remove();
        return [animationDuration, transitionDuration].map(Number.parseFloat);
      })()`) as Promise<number[]>;
    expect(Math.max(...(await seconds()))).to.be.below(0.001);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(Math.max(...(await seconds())), "and moves for everybody else").to.be.above(0.05);
    await close();
  });
});

import {
  collectFees,
  compounderAbi,
  distributeRevenue,
  type GetLockReturnType,
  getClaimable,
  getLock,
  governanceOf,
  latestEnd,
  lock,
  votingEscrowAbi,
} from "@gimbal/sdk";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Address, formatUnits, parseEther, parseUnits } from "viem";
import { actAs, balanceOf, exactInRow, passUntil, pay } from "./acting.ts";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const DAY = 86_400;
const WEEK = 7 * DAY;
/** {GIM wei} of the wallet; somebody else has three times as much, so that no pot is its own. */
const LOCKED = parseEther("30000000");
/** Place of the account that the local deployment gives GIM for pools. */
const LIQUIDITY = 12;

inItsOwnTime("revenue", () => {
  let world: World;
  let wallet: TestWallet;
  let visited: Visit;
  let page: Page;
  let url: string;
  let rich: Address;
  let other: Address;
  let usdc: Address;

  const dao = () => governanceOf(world.deployment);
  const lockOf = (account: Address): Promise<GetLockReturnType> =>
    getLock(world.chain.client, { escrow: dao().VotingEscrow, scores: dao().ScoreRegistry, account });
  const held = (token: Address) => balanceOf(world, token, wallet.address);
  const claimable = async (tokens: readonly Address[]) => {
    const found = await getClaimable(world.chain.client, {
      ...{ distributor: dao().RevenueDistributor, account: wallet.address, tokens },
    });
    return tokens.map((token) => found.amounts.find((entry) => entry.token === token)?.amount ?? 0n);
  };
  const lockAs = async (account: Address, amount: bigint) => {
    await pay(world, dao().GovernanceToken, rich, account, amount);
    const end = latestEnd(BigInt(await world.chain.now()));
    const { client } = world.chain;
    const action = await lock(client, { escrow: dao().VotingEscrow, amount, newEnd: end, account });
    await actAs(world, account, action, "locking");
  };
  /** A week of revenue: dollars as services pay them, the fees of the indices, GIM as penalties bring it; then its end. */
  const payWeek = async (dollars: string, penalty: bigint) => {
    const { client } = world.chain;
    const { FeeSplitter: splitter, GovernanceToken: gim } = dao();
    await world.giveToken("USDC", splitter, parseUnits(dollars, 6));
    if (penalty > 0n) await pay(world, gim, rich, splitter, penalty);
    for (const token of penalty > 0n ? [usdc, gim] : [usdc]) {
      await actAs(world, rich, distributeRevenue(client, { splitter, token, account: rich }), "sharing out");
    }
    const fees = collectFees(client, { splitter, vaults: Object.values(world.indices), account: rich });
    await actAs(world, rich, fees, "collecting fees");
    const week = Math.floor((await world.chain.now()) / WEEK);
    await passUntil(world, (week + 1) * WEEK + 60);
    return week;
  };
  const press = (name: string | RegExp) => page.getByRole("button", { name }).click();
  /** Power of the wallet and of all when a week began. {veGIM wei} */
  const powersAt = async (week: number) => {
    const at = { address: dao().VotingEscrow, abi: votingEscrowAbi } as const;
    const since = BigInt(week * WEEK);
    const { client } = world.chain;
    const own = await client.readContract({ ...at, functionName: "balanceOfAt", args: [wallet.address, since] });
    return { own, all: await client.readContract({ ...at, functionName: "totalSupplyAt", args: [since] }) };
  };
  const choose = async (mode: RegExp, index?: string) => {
    await page.getByRole("radio", { name: mode }).check();
    if (index !== undefined) await page.getByLabel("Index", { exact: true }).selectOption({ label: index });
    await press("Save");
    await page.getByRole("button", { name: "This is what you chose already" }).waitFor();
  };

  before(async () => {
    ({ world } = await theStage());
    wallet = world.wallet();
    rich = world.chain.accounts[LIQUIDITY] as Address;
    other = world.chain.accounts[5] as Address;
    usdc = world.deployment.tokens.USDC?.address as Address;
    await world.giveEther(wallet.address, parseEther("10"));
    await lockAs(wallet.address, LOCKED / 3n);
    await lockAs(other, LOCKED);
    // A lock counts for the weeks that begin after it.
    await passUntil(world, (Math.floor((await world.chain.now()) / WEEK) + 1) * WEEK + 60);
    ({ url } = await world.serve());
    visited = await visit(`${url}/stake`, { wallet });
    ({ page } = visited);
    await connect(page);
    await page.getByText("Nothing to claim").waitFor();
  });

  after(() => visited?.close());

  it("of two past weeks is shown to the last digit, and what is claimed is what was shown", async () => {
    const weeks = [await payWeek("8000", 0n), await payWeek("4000.5", parseEther("90000"))];
    const pots = [parseUnits("8000", 6), parseUnits("4000.5", 6)];
    let due = 0n;
    for (const [i, week] of weeks.entries()) {
      const { own, all } = await powersAt(week);
      due += ((pots[i] ?? 0n) * own) / all;
    }
    await page.reload();
    const shown = await exactInRow(page, "USDC");
    const [ready = 0n] = await claimable([usdc]);
    // The contract cuts both weeks once, a hair below; here each was cut by itself.
    expect(ready >= due - 1n && ready <= due + 1n, `${ready} of ${due}`).to.equal(true);
    expect(shown.replaceAll(",", "")).to.equal(`${formatUnits(ready, 6)} USDC`);
    await page.getByRole("button", { name: /^Claim: .* USDC$/ }).click();
    await page.getByRole("row", { name: /^USDC/ }).waitFor({ state: "detached" });
    expect(await held(usdc)).to.equal(ready);
    expect(visited.faults).to.deep.equal([]);
  });

  it("of all tokens comes in one transaction: the penalty in GIM and shares of every index", async () => {
    const { BLUE, TAIL } = world.indices;
    const tokens = [dao().GovernanceToken, BLUE as Address, TAIL as Address];
    const before = await Promise.all(tokens.map(held));
    const ready = await claimable(tokens);
    expect(ready.every((amount) => amount > 0n)).to.equal(true);
    const sent = wallet.asked.filter((method) => method === "eth_sendTransaction").length;
    await press("Claim all");
    await page.getByText("Nothing to claim").waitFor();
    const after = await Promise.all(tokens.map(held));
    expect(after.map((amount, i) => amount - (before[i] ?? 0n))).to.deep.equal(ready);
    expect(wallet.asked.filter((method) => method === "eth_sendTransaction").length - sent).to.equal(1);
  });

  it("is added to the lock, once the compounder may claim", async () => {
    await choose(/^Lock the GIM/);
    await page.getByText("Your choice does nothing yet").waitFor();
    await press("Let the compounder claim for you");
    await page.getByRole("button", { name: "Take the permission back" }).waitFor();
    await payWeek("1000", parseEther("40000"));
    await page.reload();
    const shown = await exactInRow(page, "GIM");
    const { amount: locked, end } = await lockOf(wallet.address);
    const dollars = await held(usdc);
    const [gim = 0n, cash = 0n] = await claimable([dao().GovernanceToken, usdc]);
    expect(shown.replaceAll(",", "")).to.equal(`${formatUnits(gim, 18)} GIM`);
    await press("Add the GIM to your lock");
    await page.getByText("Nothing to claim").waitFor();
    const now = await lockOf(wallet.address);
    expect([now.amount - locked, now.end]).to.deep.equal([gim, end]);
    expect((await held(usdc)) - dollars, "what is no GIM is paid out").to.equal(cash);
  });

  it("buys shares of an index, at no worse a price than was allowed", async () => {
    await choose(/^Buy an index/, "Blue Chips (BLUE)");
    await payWeek("2000", 0n);
    await page.reload();
    const vault = world.indices.BLUE as Address;
    const [cash = 0n, fees = 0n] = await claimable([usdc, vault]);
    const [shares, dollars] = [await held(vault), await held(usdc)];
    const least = await world.chain.client.readContract({
      ...{ address: dao().Compounder, abi: compounderAbi, functionName: "minShares" },
      args: [vault, usdc, cash, 100n],
    });
    await press("Deposit in your index");
    await page.getByText("Nothing to claim").waitFor();
    const bought = (await held(vault)) - shares - fees;
    expect(bought >= least, `${bought} shares of at least ${least}`).to.equal(true);
    expect((await held(usdc)) - dollars < cash / 50n, "little is left over").to.equal(true);
    await page.goto(`${url}/portfolio`);
    await page
      .getByText(/^Reinvest .* USDC/)
      .first()
      .waitFor();
    expect(visited.faults).to.deep.equal([]);
  });
});

inItsOwnTime("a lock that has ended", () => {
  it("is withdrawn whole, and another one can be made", async () => {
    const { world } = await theStage();
    const { VotingEscrow: escrow, ScoreRegistry: scores, GovernanceToken: gim } = governanceOf(world.deployment);
    const { client } = world.chain;
    const wallet = world.wallet();
    const account = wallet.address;
    const amount = parseEther("1234.5");
    await pay(world, gim, world.chain.accounts[LIQUIDITY] as Address, account, amount);
    const end = BigInt((await world.chain.now()) + 5 * WEEK);
    await actAs(world, account, await lock(client, { escrow, amount, newEnd: end, account }), "locking");
    const held = await getLock(client, { escrow, scores, account });
    const { url } = await world.serve();
    await world.chain.advanceTo(Number(held.end));

    const { page, faults, close } = await visit(`${url}/portfolio`, { wallet });
    await connect(page);
    await page.getByText(/Free since .*: withdraw it/).waitFor();
    await page.getByRole("link", { name: "Manage the lock" }).click();
    await page.getByRole("heading", { name: "Your lock has ended" }).waitFor();
    await page.getByRole("button", { name: "Withdraw 1,234.5 GIM" }).click();
    await page.getByRole("heading", { name: "Lock GIM" }).waitFor();
    expect(await balanceOf(world, gim, account)).to.equal(amount);
    expect((await getLock(client, { escrow, scores, account })).status).to.equal("none");
    expect(faults).to.deep.equal([]);
    await close();
  });
});

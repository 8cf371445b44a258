import { governanceOf, merkleAirdropAbi } from "@gimbal/sdk";
import { buildAirdrop } from "@gimbal/sdk/airdrop";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Abi, type Address, encodeFunctionData, erc20Abi, formatUnits, parseEther } from "viem";
import { balanceOf, sendAs } from "./acting.ts";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const DAY = 86_400;
/** {GIM wei} of the wallet and of somebody else in the list. */
const AMOUNT = parseEther("1000");
const OTHERS = parseEther("500");

inItsOwnTime("an airdrop that vests", () => {
  let world: World;
  let wallet: TestWallet;
  let visited: Visit;
  let page: Page;
  let start: number;
  let wave: bigint;

  const dao = () => governanceOf(world.deployment);
  const held = () => balanceOf(world, dao().GovernanceToken, wallet.address);
  const ask = async (functionName: "releasable" | "vestingOf" | "LIQUID_BPS") => {
    const args = functionName === "LIQUID_BPS" ? [] : [wave, wallet.address];
    const at = { address: dao().MerkleAirdrop, abi: merkleAirdropAbi as Abi, functionName, args };
    return world.chain.client.readContract(at);
  };
  /** The exact figure under a name. */
  const figure = async (name: string) =>
    page.getByText(name, { exact: true }).locator("..").locator("[title]").getAttribute("title");

  before(async () => {
    ({ world } = await theStage());
    wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("10"));
    const { IndexTimelock: timelock, MerkleAirdrop: airdrop, GovernanceToken: gim } = dao();
    const { client } = world.chain;
    wave = await client.readContract({ address: airdrop, abi: merkleAirdropAbi, functionName: "waveCount" });
    const other = world.chain.accounts[5] as Address;
    const list = buildAirdrop([
      { account: wallet.address, amount: AMOUNT },
      { account: other, amount: OTHERS },
    ]);
    const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [airdrop, list.total] });
    await sendAs(world, timelock, { to: gim, data: approve }, "approving");
    start = (await world.chain.now()) + 60;
    const args = [list.root, list.total, start, start + 200 * DAY, start + 365 * DAY] as const;
    const create = encodeFunctionData({ abi: merkleAirdropAbi as Abi, functionName: "createWave", args });
    await sendAs(world, timelock, { to: airdrop, data: create }, "announcing a wave");
    const { url } = await world.serve();
    visited = await visit(`${url}/airdrop`, { wallet });
    ({ page } = visited);
    await connect(page);
    const rows = [`${wallet.address},${formatUnits(AMOUNT, 18)}`, `${other},${formatUnits(OTHERS, 18)}`];
    await page.getByLabel("Or pasted").fill(["account,amount", ...rows].join("\n"));
    await page.getByRole("button", { name: "Read the list" }).click();
  });

  after(() => visited?.close());

  it("opens by the chain's clock, and pays the first part at once", async () => {
    await page.getByRole("button", { name: /^Opens on/ }).waitFor();
    await world.chain.advanceTo(start + 1);
    await page.getByRole("radio", { name: /now, the rest over time/ }).check();
    await page.getByRole("button", { name: "Claim", exact: true }).click();
    await page.getByRole("button", { name: "Claimed already" }).waitFor();
    const liquid = (AMOUNT * ((await ask("LIQUID_BPS")) as bigint)) / 10_000n;
    expect(await held()).to.equal(liquid);
    await page.getByRole("heading", { name: `What vests of wave ${wave}` }).waitFor();
    expect(await figure("In all")).to.equal(`${formatUnits(AMOUNT - liquid, 18)} GIM`);
  });

  it("releases what has vested, and all of it in the end", async () => {
    const before = await held();
    await world.chain.advanceTo(start + 100 * DAY);
    await page.reload();
    const ready = (await ask("releasable")) as bigint;
    expect(ready > 0n).to.equal(true);
    expect(await figure("Can be paid now")).to.equal(`${formatUnits(ready, 18)} GIM`);
    await page.getByRole("button", { name: /^Release/ }).click();
    const paid = page.getByText("Paid", { exact: true }).locator("..").locator('[title]:not([title^="0 "])');
    await paid.waitFor();
    const { released } = (await ask("vestingOf")) as { released: bigint };
    expect((await held()) - before).to.equal(released);
    expect(await paid.getAttribute("title")).to.equal(`${formatUnits(released, 18)} GIM`);
    expect(released >= ready, "a little more vests until it is in a block").to.equal(true);
    await world.chain.advanceTo(start + 366 * DAY);
    await page.reload();
    await page.getByText("All of it has vested.").waitFor();
    await page.getByRole("button", { name: /^Release/ }).click();
    await page.getByRole("button", { name: "Nothing to release now" }).waitFor();
    expect(await held()).to.equal(AMOUNT);
    expect(visited.faults).to.deep.equal([]);
  });
});

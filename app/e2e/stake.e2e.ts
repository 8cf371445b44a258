import { type GetLockReturnType, getLock, governanceOf, latestEnd } from "@gimbal/sdk";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { erc20Abi, parseEther } from "viem";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const DAY = 86_400;
const OTHER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

inItsOwnTime("staking", () => {
  let world: World;
  let wallet: TestWallet;
  let visited: Visit;
  let page: Page;
  let url: string;

  const lockNow = (): Promise<GetLockReturnType> => {
    const { VotingEscrow: escrow, ScoreRegistry: scores } = governanceOf(world.deployment);
    return getLock(world.chain.client, { escrow, scores, account: wallet.address });
  };
  const press = (name: string | RegExp) => page.getByRole("button", { name }).click();
  const count = (method: string) => wallet.asked.filter((asked) => asked === method).length;

  before(async () => {
    ({ world } = await theStage());
    wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("10"));
    ({ url } = await world.serve());
    visited = await visit(`${url}/stake`, { wallet });
    ({ page } = visited);
    await connect(page);
    await press("Give me local money");
    await page.getByText("In your wallet: 50,000 GIM").waitFor();
  });

  after(() => visited?.close());

  it("locks with a signature instead of an approval, and shows beforehand what the chain says afterwards", async () => {
    await page.getByLabel("Amount", { exact: true }).fill("1110");
    await press("6 months");
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`^${name}`) });
    await row("Locked").getByText("1,110 GIM").waitFor();
    const promised = await row("Ends").getByRole("cell").last().textContent();
    const sent = count("eth_sendTransaction");
    await press("Sign for GIM");
    await press("Lock");
    await page.getByRole("heading", { name: "Add to or extend your lock" }).waitFor();
    const lock = await lockNow();
    expect(lock.amount).to.equal(parseEther("1110"));
    const end = new Date(Number(lock.end) * 1_000);
    expect(end.getUTCDay()).to.equal(4);
    expect(promised).to.contain(`${end.getUTCFullYear()}`);
    expect(count("eth_signTypedData_v4")).to.equal(1);
    expect(count("eth_sendTransaction") - sent).to.equal(1);
  });

  it("extends a lock to the longest term without taking more", async () => {
    await page.getByRole("button", { name: "Max", exact: true }).click();
    await page.getByRole("button", { name: "Extend", exact: true }).click();
    await page.getByRole("button", { name: "Type an amount or choose a later end" }).waitFor();
    const lock = await lockNow();
    expect(lock.amount).to.equal(parseEther("1110"));
    expect(lock.end).to.equal(latestEnd(lock.timestamp));
  });

  it("makes a lock permanent, and lets it decay again", async () => {
    await press("Make it permanent");
    await page.getByRole("button", { name: "Let it decay again" }).waitFor();
    expect((await lockNow()).permanent).to.equal(true);
    await press("Let it decay again");
    await page.getByRole("button", { name: "Make it permanent" }).waitFor();
    expect((await lockNow()).permanent).to.equal(false);
  });

  it("delegates the votes and takes them back", async () => {
    await page.getByLabel("Delegate to").fill("0x1234");
    await page.getByText("This is no address").waitFor();
    await page.getByLabel("Delegate to").fill(OTHER);
    await press("Delegate");
    await page.getByRole("button", { name: "Take the votes back" }).waitFor();
    expect((await lockNow()).delegatee).to.equal(OTHER);
    await press("Take the votes back");
    await page.getByText("You vote with your own lock").waitFor();
    expect((await lockNow()).delegatee).to.equal(wallet.address);
  });

  it("leaves early for a penalty that is agreed to first", async () => {
    await page.getByRole("button", { name: "Not open yet" }).waitFor();
    await world.chain.advanceTo((await world.chain.now()) + 8 * DAY);
    await page.reload();
    await page.getByRole("button", { name: "Agree to the penalty first" }).waitFor();
    const { penalty } = await lockNow();
    await page.getByRole("checkbox", { name: /for good/ }).check();
    await press(/^Leave with/);
    await page.getByRole("heading", { name: "Lock GIM" }).waitFor();
    const lock = await lockNow();
    expect(lock.amount).to.equal(0n);
    const { GovernanceToken: gim } = governanceOf(world.deployment);
    const at = { address: gim, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] } as const;
    const kept = parseEther("50000") - (await world.chain.client.readContract(at));
    expect(kept > 0n && kept <= penalty).to.equal(true);
  });

  it("does nothing on the way that it must not", () => {
    expect(visited.faults).to.deep.equal([]);
  });
});

import { findAirdropEntry, governanceOf, merkleAirdropAbi, saleRoundAbi, saleRoundFactoryAbi } from "@gimbal/sdk";
import { buildAirdrop, formatAirdrop } from "@gimbal/sdk/airdrop";
import { expect } from "chai";
import { type Abi, type Address, encodeFunctionData, erc20Abi, parseEther, parseUnits, zeroAddress } from "viem";
import { localList } from "../../deploy/lib/localWave.ts";
import { connect, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const DAY = 86_400;
const WEEK = 7 * DAY;

describe("sales and airdrop", () => {
  let world: World;
  let wallet: TestWallet;
  let visited: Visit | undefined;
  let snapshot: unknown;
  let url: string;
  let sale: Address;

  const request = (method: string, ...params: unknown[]) =>
    world.chain.client.request({ method, params } as never) as Promise<unknown>;
  /** Sends as anybody: the node of a local chain lets one. */
  const sendAs = async (from: Address, to: Address, abi: Abi, functionName: string, args: readonly unknown[]) => {
    await request("hardhat_impersonateAccount", from);
    await world.giveEther(from, parseEther("10"));
    await world.chain.send({ from, to, data: encodeFunctionData({ abi, functionName, args }) }, functionName);
  };
  const held = (token: Address, owner: Address) =>
    world.chain.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
  const open = async (path: string) => {
    if (visited === undefined) {
      visited = await visit(`${url}${path}`, { wallet });
      await connect(visited.page);
    } else await visited.page.goto(`${url}${path}`);
    return visited.page;
  };

  before(async () => {
    ({ world } = await theStage());
    snapshot = await request("evm_snapshot");
    wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("10"));
    await world.giveToken("USDC", wallet.address, parseUnits("10000", 6));
    ({ url } = await world.serve());
  });

  after(async () => {
    await visited?.close();
    await request("evm_revert", snapshot);
  });

  it("say that there is nothing yet, and that a list is of no wave", async () => {
    const page = await open("/sales");
    await page.getByText("No sale has been announced yet").waitFor();
    await page.goto(`${url}/sales/${zeroAddress}`);
    await page.getByText("There is no such sale").waitFor();
    await page.goto(`${url}/airdrop`);
    await page.getByLabel("Or pasted").fill("hello");
    await page.getByRole("button", { name: "Read the list" }).click();
    await page.getByText('The list begins with "hello"').waitFor();
    await page.getByLabel("Or pasted").fill(`account,amount\n${wallet.address},1`);
    await page.getByRole("button", { name: "Read the list" }).click();
    await page.getByText("No announced wave has this list").waitFor();
    expect(visited?.faults).to.deep.equal([]);
  });

  it("let an entry of a wave be claimed and locked with a bonus", async () => {
    const { MerkleAirdrop: airdrop, GovernanceToken: gim, IndexTimelock: timelock } = governanceOf(world.deployment);
    const [rich] = world.chain.accounts;
    const list = localList(world.chain.accounts);
    const entry = rich && findAirdropEntry(list, rich);
    await world.chain.advanceTo((await world.chain.now()) + DAY);
    if (rich === undefined || entry === undefined) throw new Error("the first account is not in the list");
    await sendAs(rich, airdrop, merkleAirdropAbi as Abi, "claim", [BigInt(entry.index), entry.amount, entry.proof]);
    const total = parseEther("2000000");
    await sendAs(rich, gim, erc20Abi as Abi, "transfer", [timelock, total]);
    const own = buildAirdrop([
      { account: wallet.address, amount: parseEther("1500000") },
      { account: rich, amount: parseEther("500000") },
    ]);
    const start = (await world.chain.now()) + 60;
    await sendAs(timelock, gim, erc20Abi as Abi, "approve", [airdrop, total]);
    const wave = [own.root, total, start, start + 200 * DAY, start + 365 * DAY];
    await sendAs(timelock, airdrop, merkleAirdropAbi as Abi, "createWave", wave);
    await world.chain.advanceTo(start + 1);

    const page = await open("/airdrop");
    await page
      .getByLabel("From a file")
      .setInputFiles({ name: "wave-1.json", mimeType: "application/json", buffer: Buffer.from(formatAirdrop(own)) });
    await page.getByText("The list of wave 1").waitFor();
    await page.getByText("gives you").waitFor();
    const before = (await held(gim, governanceOf(world.deployment).VotingEscrow)) as bigint;
    await page.getByText(/Bonus: .*GIM \(\d/).waitFor();
    await page.getByRole("button", { name: "Claim and lock" }).click();
    await page.getByRole("button", { name: "Claimed already" }).waitFor();
    const locked = ((await held(gim, governanceOf(world.deployment).VotingEscrow)) as bigint) - before;
    expect(locked >= parseEther("1500000")).to.equal(true);
    expect(visited?.faults).to.deep.equal([]);
  });

  it("let a tier commit within its cap, and give back what was not accepted after the end", async () => {
    const governance = governanceOf(world.deployment);
    const { SaleRoundFactory: factory, IndexTimelock: timelock } = governance;
    const usdc = world.deployment.tokens.USDC?.address ?? zeroAddress;
    const link = world.deployment.tokens.LINK?.address ?? zeroAddress;
    const issuer = world.chain.accounts[5] ?? zeroAddress;
    await world.chain.advanceTo((await world.chain.now()) + WEEK + DAY);
    const now = await world.chain.now();
    const terms = {
      ...{ issuer, paymentToken: usdc, saleToken: link, hardCap: parseUnits("1000", 6), softCap: parseUnits("100", 6) },
      ...{ saleAmount: parseEther("500"), snapshot: now - 60, start: now + 600, end: now + 600 + 3 * DAY },
      ...{ cliff: DAY, vesting: 10 * DAY, feeBps: 100 },
    };
    await sendAs(timelock, factory, saleRoundFactoryAbi as Abi, "createRound", [terms]);
    const at = { address: factory, abi: saleRoundFactoryAbi } as const;
    [sale = zeroAddress] = await world.chain.client.readContract({ ...at, functionName: "rounds", args: [0n, 1n] });
    await world.giveToken("LINK", issuer, terms.saleAmount);
    await sendAs(issuer, link, erc20Abi as Abi, "approve", [sale, terms.saleAmount]);
    await sendAs(issuer, sale, saleRoundAbi as Abi, "fund", []);
    await world.chain.advanceTo(terms.start + DAY + 1);

    const page = await open("/sales");
    await page.getByRole("link", { name: "LINK" }).click();
    await page.getByText(/Your cap, tier \d+/).waitFor();
    await page.getByLabel("Amount", { exact: true }).fill("2000");
    await page.getByText("would be accepted for").waitFor();
    await page.getByRole("button", { name: "Approve USDC" }).click();
    await page.getByRole("button", { name: "Commit", exact: true }).click();
    await page.getByText("You committed", { exact: true }).locator("..").getByText("2,000 USDC").waitFor();

    await world.chain.advanceTo(terms.end + 5 * DAY);
    await page.reload();
    const paid = (await held(usdc, wallet.address)) as bigint;
    await page.getByRole("button", { name: "Get 1,000 USDC back" }).click();
    await page.getByText("Refund, settled").waitFor();
    expect(((await held(usdc, wallet.address)) as bigint) - paid).to.equal(parseUnits("1000", 6));
    await page.getByRole("button", { name: /^Release 250\.\d+ LINK/ }).click();
    await page.getByRole("button", { name: /Nothing to release now|Release 0\.0/ }).waitFor();
    expect(((await held(link, wallet.address)) as bigint) >= parseEther("250")).to.equal(true);
    expect(visited?.faults).to.deep.equal([]);
  });
});

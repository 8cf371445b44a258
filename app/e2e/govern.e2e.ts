import {
  accessPassAbi,
  castVote,
  creditId,
  delegate,
  governanceOf,
  hashProposal,
  indexFactoryAbi,
  indexGovernorAbi,
  latestEnd,
  lock,
  type ProposalContent,
  propose,
  setVotingPeriod,
  type Tx,
} from "@gimbal/sdk";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Address, encodeFunctionData, erc20Abi, formatUnits, parseEther, zeroAddress } from "viem";
import { connect, inItsOwnTime, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const DAY = 86_400;
const YEAR = 365 * DAY;
/** As the governor counts them. */
const [PENDING, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXECUTED] = [0, 2, 3, 4, 5, 7];

inItsOwnTime("governance", () => {
  let world: World;
  let holder: TestWallet;
  let rival: TestWallet;
  let visited: Visit;
  let page: Page;
  let url: string;
  /** The proposal that is written in the browser, and one of the SDK that is voted down. */
  let adopted: bigint;
  let doomed: ProposalContent;

  const client = () => world.chain.client;
  const dao = () => governanceOf(world.deployment);
  const sendAs = async (from: Address, tx: Pick<Tx, "to" | "data">, what: string) => {
    await client().request({ method: "hardhat_impersonateAccount", params: [from] } as never);
    await world.giveEther(from, parseEther("10"));
    await world.chain.send({ from, ...tx }, what);
  };
  const token = (functionName: "transfer" | "approve", to: Address, amount: bigint) => ({
    to: dao().GovernanceToken,
    data: encodeFunctionData({ abi: erc20Abi, functionName, args: [to, amount] }),
  });
  /** Locks GIM of the treasury for the longest time, for `account`. */
  const lockFor = async (account: Address, amount: bigint) => {
    const { IndexTimelock: treasury, VotingEscrow: escrow } = dao();
    await sendAs(treasury, token("transfer", account, amount), "giving GIM");
    await sendAs(account, token("approve", escrow, amount), "approving");
    const newEnd = latestEnd(BigInt(await world.chain.now()));
    const action = await lock(client(), { escrow, amount, newEnd, account });
    await sendAs(account, action.buildTx(), "locking");
  };
  const governor = () => ({ address: dao().IndexGovernor, abi: indexGovernorAbi }) as const;
  const stateOf = (id: bigint) => client().readContract({ ...governor(), functionName: "state", args: [id] });
  const pass = async (seconds: number) => world.chain.advanceTo((await world.chain.now()) + seconds);
  const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
  const shows = (state: string) => page.locator("header").getByText(state, { exact: true }).waitFor();
  const at = (id: bigint) => `${url}/govern/${id}`;
  const newId = async () => {
    await page.waitForURL(/\/govern\/\d+$/);
    return BigInt(page.url().split("/").at(-1) ?? 0);
  };

  before(async () => {
    ({ world } = await theStage());
    [holder, rival] = [world.wallet(), world.wallet()];
    await lockFor(holder.address, parseEther("60000000"));
    await lockFor(rival.address, parseEther("20000000"));
    const { VotingEscrow: escrow } = dao();
    const away = delegate(client(), { escrow, delegatee: rival.address, account: holder.address });
    await sendAs(holder.address, away.buildTx(), "delegating");
    // The Staking Score of the last week's beginning counts.
    await pass(8 * DAY);
    ({ url } = await world.serve());
    visited = await visit(`${url}/govern`, { wallet: holder });
    ({ page } = visited);
    await connect(page);
  });

  after(() => visited?.close());

  it("says that there is nothing yet, and of a number that it is of no proposal", async () => {
    await page.getByText("Nothing was proposed yet").waitFor();
    await page.goto(at(12_345n));
    await page.getByText("There is no such proposal on this network").waitFor();
    await page.getByRole("link", { name: "All proposals" }).click();
    await page.getByRole("heading", { name: "Your votes" }).waitFor();
  });

  it("says who may not propose and why, and gives delegated votes back", async () => {
    await page.getByText("You may not propose yet: you have 0 veGIM of votes").waitFor();
    await press("Take your votes back");
    await page.getByText(/You have [\d.]+M veGIM of votes. They count for proposals from the next block on./).waitFor();
    await pass(12);
    await page.getByText(/You may propose: you have [\d.]+M veGIM of votes/).waitFor();
  });

  it("makes a proposal by a form: what is in force, the call in words, its rehearsal", async () => {
    await page.getByRole("link", { name: "New proposal" }).click();
    const button = page.locator("section", { has: page.getByRole("heading", { name: "Propose" }) }).getByRole("button");
    await button.getByText("Add a call first").waitFor();
    await page.getByLabel("What is proposed").selectOption("Protocol fee");
    expect(await page.getByLabel("Paid to").inputValue()).to.equal("FeeSplitter");
    await page.getByLabel("Part of the fees").fill("101");
    await page.getByText("At most 100%.").waitFor();
    await page.getByLabel("Part of the fees").fill("7.25");
    await press("Add this call");
    const words = "Set the protocol's part of the fees of indices to 7.25%, paid to FeeSplitter.";
    await page.getByRole("listitem").filter({ hasText: words }).first().waitFor();
    await page.getByText("It would go through now.").waitFor();
    await button.getByText("Write a title").waitFor();
    await page.getByLabel("Title").fill("Lower the protocol fee");
    await page.getByLabel("Why").fill("It is **too high**.");
    await page.reload();
    await page.getByLabel("Title").waitFor();
    expect(await page.getByLabel("Title").inputValue()).to.equal("Lower the protocol fee");
    await press("Propose");
    adopted = await newId();
    await shows("Vote to begin");
    await page.getByText(words).waitFor();
    await page.getByText("Nothing yet: the vote has not begun").waitFor();
    expect(await stateOf(adopted)).to.equal(PENDING);
  });

  it("fills forms with what is in force for what is chosen, and suggests a least price from the feed", async () => {
    const { contracts, tokens } = world.deployment;
    const value = (label: string) => page.getByLabel(label, { exact: true }).inputValue();
    const becomes = async (label: string, wanted: string) => {
      for (let tries = 0; tries < 150 && (await value(label)) !== wanted; ++tries) await page.waitForTimeout(100);
      expect(await value(label), label).to.equal(wanted);
    };
    await page.goto(`${url}/govern/new`);
    await page.getByLabel("What is proposed").selectOption("Price of a service");
    for (const service of ["signals", "compute"] as const) {
      const { usdc, gim } = await client().readContract({
        ...{ address: contracts.AccessPass ?? zeroAddress, abi: accessPassAbi, functionName: "priceOf" },
        args: [creditId(service)],
      });
      await page.getByLabel("Service").selectOption(service);
      await becomes("Price in USDC", formatUnits(usdc, 6));
      expect(await value("Price in GIM")).to.equal(formatUnits(gim, 18));
    }
    await page.getByLabel("What is proposed").selectOption("List an asset");
    await page.getByLabel("Token", { exact: true }).fill("WBTC");
    await becomes("Decimals of the token", "8");
    expect(await value("Price feed")).to.equal(tokens.WBTC?.feed);
    await page.getByLabel("Token", { exact: true }).fill("GovernanceToken");
    await becomes("Decimals of the token", "18");
    expect([await value("Price feed"), await value("Oldest accepted answer")]).to.deep.equal(["", ""]);
    await page.getByLabel("Price feed").fill(tokens.LINK?.feed ?? "");
    await becomes("Least price that the feed can say", "0.15");
    await page.getByText("The feed says 15 USD now. A hundredth of it is suggested.").waitFor();
    await page.getByLabel("Oldest accepted answer").fill("90000");
    await page.getByLabel("The feed answers after a move of").fill("0.5");
    await page.getByLabel("Tier", { exact: true }).fill("2");
    await page.getByLabel("Is it a stable token?").selectOption("No");
    await page.getByLabel("Can balances fall by themselves?").selectOption("No");
    await page.getByLabel("Most that one index may hold").fill("0");
    await page.getByLabel("Second source of the price").selectOption("None");
    await press("Add this call");
    const words = /List GovernanceToken \(18 decimals\) in tier 2.* The feed cannot say less than about 0\.15 USD/;
    await page.getByText(words).first().waitFor();
    await page.getByText("It would go through now.").waitFor();
    await press("Remove this call");
    await page.getByText("No call yet").waitFor();
  });

  it("cancels a proposal of its proposer's before the vote", async () => {
    await page.goto(`${url}/govern/new`);
    await page.getByLabel("What is proposed").selectOption("How long votes last");
    await page.getByLabel("Length").fill("2");
    await press("Add this call");
    await page.getByText("It would fail: the governor takes 3 days to 30 days.").waitFor();
    await page.getByLabel("Title").fill("Votes of two days");
    await press("Propose");
    const id = await newId();
    await press("Cancel the proposal");
    await shows("Cancelled");
    await page.getByText("Nothing: it is over.").waitFor();
    expect(await stateOf(id)).to.equal(CANCELED);
  });

  it("votes with a reason, by the chain's clock and not the browser's", async () => {
    const actions = [setVotingPeriod({ governor: dao().IndexGovernor, seconds: 30 * DAY })];
    doomed = { actions, description: "# Votes of a month" };
    const action = propose(client(), { governor: dao().IndexGovernor, ...doomed, account: rival.address });
    await sendAs(rival.address, action.buildTx(), "proposing");
    // On the machine a year has gone by, on the chain no more than seconds.
    await page.clock.setFixedTime(Date.now() + YEAR * 1_000);
    await page.goto(at(adopted));
    await page.getByText("The vote begins in 2 days").waitFor();
    await pass(2 * DAY + 60);
    await shows("Voting");
    await page.getByRole("button", { name: "Choose a side" }).waitFor();
    await page.getByRole("radio", { name: "For", exact: true }).check();
    await page.getByLabel("Reason").fill("Fees keep people away.");
    await press("Vote");
    await page.getByText("You have voted on this proposal").waitFor();
    await page
      .getByRole("listitem")
      .filter({ hasText: "Fees keep people away." })
      .getByText("For", { exact: true })
      .waitFor();
    const votes = await client().readContract({ ...governor(), functionName: "proposalVotes", args: [adopted] });
    expect(votes[1] > parseEther("50000000")).to.equal(true);
    expect([votes[0], votes[2]]).to.deep.equal([0n, 0n]);
  });

  it("lists in the portfolio what can be voted on, and with how many votes", async () => {
    await page.goto(`${url}/portfolio`);
    const open = page.getByRole("list", { name: "Proposals to vote on" }).getByRole("listitem");
    await open.filter({ hasText: "Lower the protocol fee" }).getByText("You have voted.").waitFor();
    const other = open.filter({ hasText: "Votes of a month" });
    await other.getByText(/You have not voted: [\d.]+M veGIM count\./).waitFor();
    expect(await open.count(), "what was cancelled is not among them").to.equal(2);
    await other.getByRole("link").click();
    await page.getByRole("heading", { name: "Votes of a month" }).first().waitFor();
    await page.goto(at(adopted));
    await page.getByText("You have voted on this proposal").waitFor();
  });

  it("votes against, and shows a proposal defeated", async () => {
    const id = hashProposal(doomed);
    const { IndexGovernor } = dao();
    const support = castVote(client(), {
      ...{ governor: IndexGovernor, proposalId: id, support: "for", account: rival.address },
    });
    await sendAs(rival.address, support.buildTx(), "voting");
    await page.goto(at(id));
    await page.getByRole("radio", { name: "Against" }).check();
    await press("Vote");
    await page.getByText("You have voted on this proposal").waitFor();
    await page.getByText("Not yet more than 1.1 times as many votes").waitFor();
    await pass(7 * DAY);
    await page.reload();
    await shows("Defeated");
    expect(await stateOf(id)).to.equal(DEFEATED);
  });

  it("queues what has passed, and executes it after the timelock", async () => {
    await page.goto(at(adopted));
    await shows("Passed");
    expect(await stateOf(adopted)).to.equal(SUCCEEDED);
    await press("Queue");
    await shows("Waiting in the timelock");
    await page.getByText("Nothing yet: its calls wait in the timelock").waitFor();
    await page.getByText("Can be executed in 2 days").waitFor();
    expect(await stateOf(adopted)).to.equal(QUEUED);
    await pass(2 * DAY);
    await page.reload();
    await press("Execute");
    await shows("Executed");
    await page.getByText(/^Ended \d+ seconds? ago\. Proposed by/).waitFor();
    expect(await stateOf(adopted)).to.equal(EXECUTED);
    const fee = await client().readContract({
      ...{ address: world.deployment.contracts.IndexFactory ?? zeroAddress, abi: indexFactoryAbi },
      functionName: "protocolFee",
    });
    expect(fee).to.deep.equal([725, dao().FeeSplitter]);
  });

  it("lists them all, and tells one without votes why it cannot vote", async () => {
    const content = { actions: doomed.actions, description: "# Once more" };
    const action = propose(client(), { governor: dao().IndexGovernor, ...content, account: holder.address });
    await sendAs(holder.address, action.buildTx(), "proposing");
    await pass(2 * DAY + 60);
    await page.goto(`${url}/govern`);
    for (const [title, state] of [
      ["Once more", "Voting"],
      ["Votes of a month", "Defeated"],
      ["Votes of two days", "Cancelled"],
      ["Lower the protocol fee", "Executed"],
    ] as const) {
      await page.getByRole("listitem").filter({ hasText: title }).getByText(state, { exact: true }).waitFor();
    }
    await page.getByLabel("Show").selectOption("Under way");
    expect(await page.getByRole("main").getByRole("listitem").count()).to.equal(1);
    const poor = await visit(at(hashProposal(content)), { wallet: world.wallet(), width: 375 });
    await poor.page.getByRole("button", { name: "Connect a wallet" }).click();
    await poor.page.getByRole("button", { name: "Test Wallet" }).click();
    const reason = poor.page.getByRole("button", { name: "No votes at the beginning" });
    await reason.waitFor();
    expect(await reason.isDisabled()).to.equal(true);
    expect(poor.faults).to.deep.equal([]);
    await poor.close();
  });

  it("does nothing on the way that it must not", () => {
    expect(visited.faults).to.deep.equal([]);
  });
});

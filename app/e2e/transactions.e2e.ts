import { indexVaultAbi, keeperRegistryAbi, PERMIT2_ADDRESS } from "@gimbal/sdk";
import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { type Address, encodeFunctionData, erc20Abi, type Hash, type Hex, parseEther, parseUnits } from "viem";
import { connect, theStage, type Visit, visit } from "./stage.ts";
import type { TestWallet } from "./wallet.ts";
import type { World } from "./world.ts";

const HOUR = 3_600;
const DOLLARS = parseUnits("5000", 6);

/** Before something is looked at again. */
const tick = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("a transaction", () => {
  let world: World;
  let url: string;
  let vault: Address;
  let usdc: Address;
  let snapshot: unknown;
  let visited: Visit | undefined;

  const request = (method: string, ...params: unknown[]) =>
    world.chain.client.request({ method, params } as never) as Promise<unknown>;
  const held = (token: Address, owner: Address) =>
    world.chain.client.readContract({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
  const allowed = (token: Address, owner: Address, spender: Address) =>
    world.chain.client.readContract({
      address: token,
      abi: erc20Abi,
      functionName: "allowance",
      args: [owner, spender],
    });
  const count = (wallet: TestWallet, method: string) => wallet.asked.filter((asked) => asked === method).length;

  /** Blocks are made only by `block()` until the test ends. */
  const holdBlocks = () => request("evm_setAutomine", false);
  /** One block, `later` {s} after the last one at least. */
  const block = async (later = 1) => world.chain.advanceTo((await world.chain.now()) + later);
  /** Until a transaction of the account waits for a block. Returns it. */
  const waiting = async ({
    address,
  }: TestWallet): Promise<{ hash: Hash; nonce: Hex; to: Address; input: Hex; gas: Hex; value: Hex }> => {
    for (;;) {
      const { transactions } = (await request("eth_getBlockByNumber", "pending", true)) as {
        transactions: { hash: Hash; from: Address; nonce: Hex; to: Address; input: Hex; gas: Hex; value: Hex }[];
      };
      const found = transactions.find(({ from }) => from.toLowerCase() === address.toLowerCase());
      if (found !== undefined) return found;
      await tick();
    }
  };
  /** Sends something else in place of what waits. */
  const replace = async (
    wallet: TestWallet,
    { nonce }: { nonce: Hex },
    call: { to: Address; data: Hex; value: bigint },
  ) => {
    const { baseFeePerGas } = await world.chain.client.getBlock();
    const price = (baseFeePerGas ?? 1n) * 10n + parseUnits("50", 9);
    const signed = await wallet.account.signTransaction({
      ...{ ...call, chainId: wallet.chainId, type: "eip1559", nonce: Number(nonce), gas: 5_000_000n },
      ...{ maxFeePerGas: price, maxPriorityFeePerGas: price / 2n },
    });
    return (await request("eth_sendRawTransaction", signed)) as Hash;
  };

  async function trader(batchAccount?: Address): Promise<{ page: Page; wallet: TestWallet }> {
    const wallet = world.wallet(batchAccount === undefined ? {} : { batchAccount });
    await world.giveEther(wallet.address, parseEther("20"));
    for (const [symbol, amount] of [
      ["USDC", DOLLARS],
      ["WETH", parseEther("1")],
      ["WBTC", 10n ** 8n],
    ] as const) {
      await world.giveToken(symbol, wallet.address, amount);
    }
    visited = await visit(`${url}/index/${vault}`, { wallet });
    await connect(visited.page);
    await visited.page.getByRole("dialog").waitFor({ state: "detached" });
    return { page: visited.page, wallet };
  }

  /** Types an amount and opens the last look, with everything ticked. */
  async function review(page: Page, label: string, amount: string): Promise<Locator> {
    await page.getByLabel(label).fill(amount);
    await page.getByRole("button", { name: "Review", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (const box of await dialog.getByRole("checkbox").all()) await box.check();
    return dialog;
  }
  const buyWithEther = async (page: Page): Promise<Locator> => {
    await page.getByRole("combobox", { name: "Token to pay with" }).selectOption({ label: "ETH" });
    return review(page, "You pay at most", "0.1");
  };
  /** Until the page knows which transaction it is that it waits for: what takes its place is told by the nonce. */
  const noted = async (page: Page) => {
    const nonce = "JSON.parse(localStorage['gimbal.activity'] ?? '[]')[0]?.underWay?.nonce";
    while ((await page.evaluate(nonce)) === undefined) await tick();
  };
  const press = (dialog: Locator, name: string) => dialog.getByRole("button", { name, exact: true }).click();
  /** What the portfolio says of the newest transaction: state, reason and all. */
  const newest = async (page: Page, state: string): Promise<string> => {
    await page.goto(`${url}/portfolio`);
    const line = page.locator("main").getByRole("listitem").filter({ hasText: state }).first();
    await line.waitFor();
    return (await line.textContent()) ?? "";
  };

  before(async () => {
    ({ world } = await theStage());
    ({ url } = await world.serve());
    vault = world.indices["BLUE"] as Address;
    usdc = world.deployment.tokens["USDC"]?.address as Address;
    await world.batchAccount();
  });

  beforeEach(async () => {
    snapshot = await request("evm_snapshot");
  });

  afterEach(async () => {
    await visited?.close();
    await request("evm_setAutomine", true);
    await request("evm_revert", snapshot);
  });

  it("takes all approvals along where the wallet sends several calls as one, and none where one fails", async () => {
    const { page, wallet } = await trader(await world.batchAccount());
    await page.getByText("In kind", { exact: true }).click();
    const kind = await review(page, "Shares to make", "2");
    await press(kind, "Approve and buy in kind");
    await kind.waitFor({ state: "detached" });
    expect(await held(vault, wallet.address)).to.equal(parseEther("2"));
    expect([count(wallet, "wallet_sendCalls"), count(wallet, "eth_sendTransaction")]).to.deep.equal([1, 0]);
    expect(await newest(page, "Done")).to.match(/^Buy 2 BLUE in kind.*0x/);

    // The account is a contract's now: it signs no permit, and approves in the same transaction.
    await page.goto(`${url}/index/${vault}`);
    const zap = world.deployment.contracts.Zap as Address;
    const buy = await review(page, "You pay at most", "100");
    await holdBlocks();
    await press(buy, "Approve and buy");
    await waiting(wallet);
    await block(HOUR);
    await buy.getByRole("alert").filter({ hasText: "was allowed until" }).waitFor();
    expect(await allowed(usdc, wallet.address, zap), "the approval is undone with the rest").to.equal(0n);
    await request("evm_setAutomine", true);
    await press(buy, "Approve and buy");
    await buy.waitFor({ state: "detached" });
    expect((await held(vault, wallet.address)) > parseEther("2")).to.equal(true);
    expect(count(wallet, "eth_signTypedData_v4")).to.equal(0);
    expect(visited?.faults).to.deep.equal([]);
  });

  it("is followed by the wallet's name of a batch after a reload", async () => {
    const { page, wallet } = await trader(await world.batchAccount());
    await page.getByText("In kind", { exact: true }).click();
    const dialog = await review(page, "Shares to make", "1");
    await holdBlocks();
    await press(dialog, "Approve and buy in kind");
    await waiting(wallet);
    expect(await newest(page, "Under way")).to.match(/^Buy 1 BLUE in kind/);
    await block();
    const line = page.locator("main").getByRole("listitem").filter({ hasText: "Buy 1 BLUE in kind" });
    await line.filter({ hasText: "Done" }).waitFor();
    expect(await line.textContent()).to.contain("0x");
    expect(await held(vault, wallet.address)).to.equal(parseEther("1"));
    expect(visited?.faults).to.deep.equal([]);
  });

  it("goes step by step when the wallet refuses to batch after all, and goes on where a reload left it", async () => {
    const { page, wallet } = await trader(await world.batchAccount());
    wallet.fails.set("wallet_sendCalls", { code: 5_750, message: "The account was not upgraded." });
    await page.getByText("In kind", { exact: true }).click();
    const dialog = await review(page, "Shares to make", "1");
    await press(dialog, "Approve and buy in kind");
    await dialog.getByRole("alert").filter({ hasText: "Go on step by step" }).waitFor();
    const approve = dialog.getByRole("button", { name: /^Approve (?!and)[^…]*$/ });
    await holdBlocks();
    const first = (await approve.textContent()) ?? "";
    await approve.click();
    await waiting(wallet);
    await page.reload();
    await block();
    await request("evm_setAutomine", true);
    wallet.fails.set("wallet_getCapabilities", { code: 4_200, message: "Not supported." });
    await page.reload();
    await page.getByText("In kind", { exact: true }).click();
    const again = await review(page, "Shares to make", "1");
    const done: string[] = [];
    for (const _ of ["two approvals", "are left"]) {
      const next = again.getByRole("button", { name: /^Approve [^…]*$/ });
      const label = (await next.textContent()) ?? "";
      done.push(label);
      await next.click();
      await again.getByRole("button", { name: new RegExp(`^${label}( …)?$`) }).waitFor({ state: "detached" });
    }
    expect([...done, first].toSorted()).to.deep.equal(["Approve USDC", "Approve WBTC", "Approve WETH"]);
    await press(again, "Buy in kind");
    await again.waitFor({ state: "detached" });
    expect(await held(vault, wallet.address)).to.equal(parseEther("1"));
    expect(visited?.faults).to.deep.equal([]);
  });

  it("that reverts in its block says why, and the form goes on", async () => {
    const { page, wallet } = await trader();
    const dialog = await review(page, "You pay at most", "100");
    await press(dialog, "Sign for USDC");
    await dialog.getByRole("button", { name: "Buy", exact: true }).waitFor();
    await holdBlocks();
    await press(dialog, "Buy");
    await waiting(wallet);
    await block(HOUR);
    await dialog
      .getByRole("alert")
      .filter({ hasText: /was allowed until .* Send it again/ })
      .waitFor();
    expect(await held(usdc, wallet.address)).to.equal(DOLLARS);
    await request("evm_setAutomine", true);
    // The signature was for then. A new one is asked for.
    await press(dialog, "Sign for USDC");
    await press(dialog, "Buy");
    await dialog.waitFor({ state: "detached" });
    expect((await held(vault, wallet.address)) > 0n).to.equal(true);
    expect(await newest(page, "Failed")).to.match(/^Buy .* BLUE.*was allowed until/);
    expect(visited?.faults).to.deep.equal([]);
  });

  it("that the chain would refuse is refused here, before anything is signed", async () => {
    const { page, wallet } = await trader();
    const dialog = await review(page, "You pay at most", "100");
    await dialog.getByRole("button", { name: "Sign for USDC" }).waitFor();
    const keepers = {
      address: world.deployment.contracts.KeeperRegistry as Address,
      abi: keeperRegistryAbi,
      PERMIT2_ADDRESS,
    } as const;
    const guardian = await world.chain.client.readContract({ ...keepers, functionName: "guardian" });
    await request("hardhat_impersonateAccount", guardian);
    await world.giveEther(guardian, parseEther("10"));
    const data = encodeFunctionData({ abi: indexVaultAbi, functionName: "pause", args: [7] });
    await world.chain.send({ from: guardian, to: vault, data }, "pausing");
    const before = await held(usdc, wallet.address);
    await press(dialog, "Sign for USDC");
    await dialog
      .getByRole("alert")
      .filter({ hasText: /paused/i })
      .waitFor();
    expect([count(wallet, "eth_signTypedData_v4"), count(wallet, "eth_sendTransaction")]).to.deep.equal([0, 0]);
    expect(await held(usdc, wallet.address)).to.equal(before);
    expect(visited?.faults).to.deep.equal([]);
  });

  it("is signed for where the token knows no permit, and Permit2 may take it already", async () => {
    const { page, wallet } = await trader();
    const weth = world.deployment.tokens["WETH"]?.address as Address;
    await request("hardhat_impersonateAccount", wallet.address);
    const args = [PERMIT2_ADDRESS, parseEther("1")] as const;
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args });
    await world.chain.send({ from: wallet.address, to: weth, data }, "approving Permit2");
    await request("hardhat_stopImpersonatingAccount", wallet.address);
    await page.getByRole("combobox", { name: "Token to pay with" }).selectOption({ label: "WETH" });
    const dialog = await review(page, "You pay at most", "0.1");
    await press(dialog, "Sign for WETH");
    await press(dialog, "Buy");
    await dialog.waitFor({ state: "detached" });
    expect((await held(vault, wallet.address)) > 0n).to.equal(true);
    expect((await held(weth, wallet.address)) >= parseEther("0.9")).to.equal(true);
    expect(await allowed(weth, wallet.address, world.deployment.contracts.Zap as Address)).to.equal(0n);
    expect(count(wallet, "eth_sendTransaction")).to.equal(1);
    expect(visited?.faults).to.deep.equal([]);
  });

  it("that is cancelled or sped up in the wallet is told from one that happened", async () => {
    const { page, wallet } = await trader();
    const dialog = await buyWithEther(page);
    await holdBlocks();
    await press(dialog, "Buy");
    const first = await waiting(wallet);
    await noted(page);
    await replace(wallet, first, { to: wallet.address, data: "0x", value: 0n });
    await block();
    await dialog.getByRole("alert").filter({ hasText: "You cancelled it in your wallet" }).waitFor();
    await press(dialog, "Buy");
    const { input, to, value, ...sent } = await waiting(wallet);
    await noted(page);
    const faster = await replace(wallet, sent, { to, data: input, value: BigInt(value) });
    await block();
    await dialog.waitFor({ state: "detached" });
    expect((await held(vault, wallet.address)) > 0n).to.equal(true);
    const short = `${faster.slice(0, 6)}…${faster.slice(-4)}`;
    expect(await newest(page, "Done")).to.contain(short);
    expect(await newest(page, "Dropped")).to.contain("You cancelled it");
    expect(visited?.faults).to.deep.equal([]);
  });

  it("that the network forgets, or takes while the page is closed, is found out", async () => {
    const { page, wallet } = await trader();
    const dialog = await buyWithEther(page);
    await holdBlocks();
    await press(dialog, "Buy");
    const { hash } = await waiting(wallet);
    await request("hardhat_dropTransaction", hash);
    const gone = dialog.getByRole("alert").filter({ hasText: "no longer knows it" });
    while (!(await gone.isVisible())) await block();
    await press(dialog, "Buy");
    const { nonce } = await waiting(wallet);
    await noted(page);
    await page.goto(`${url}/portfolio`);
    await page.locator("main").getByRole("listitem").filter({ hasText: "Under way" }).waitFor();
    await page.goto("about:blank");
    await replace(wallet, { nonce }, { to: vault, data: "0x18160ddd", value: 0n });
    await block();
    expect(await newest(page, "Another transaction of your wallet")).to.match(/^Buy .*Dropped/);
    expect(visited?.faults).to.deep.equal([]);
  });
});

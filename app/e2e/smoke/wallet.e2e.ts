import { expect } from "chai";
import { erc20Abi, parseEther } from "viem";
import { connect, theStage, visit } from "../stage.ts";

const MAINNET = 1;

describe("a wallet", () => {
  it("is asked for nothing before somebody connects, and is remembered afterwards", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet();
    const { page, faults, close } = await visit(url, { wallet });
    await page.getByRole("cell", { name: "Blue Chips" }).waitFor();
    expect(wallet.asked).not.to.include("eth_requestAccounts");
    await connect(page);
    const shown = `${wallet.address.slice(0, 6)}…${wallet.address.slice(-4)}`;
    await page.getByRole("button", { name: shown }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: shown }).click();
    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByRole("button", { name: "Connect", exact: true }).waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("that refuses stays unconnected, and the page says so", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet();
    for (const method of ["eth_requestAccounts", "wallet_requestPermissions"]) wallet.refuses.add(method);
    const { page, faults, close } = await visit(url, { wallet });
    await connect(page);
    expect(await page.getByRole("alert").textContent()).to.match(/rejected|refused/i);
    wallet.refuses.clear();
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("on another chain is led to this one, which is added to it", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet({ startsOn: MAINNET });
    const { page, faults, close } = await visit(url, { wallet });
    await connect(page);
    await page.getByText("Your wallet is on chain 1").waitFor();
    wallet.refuses.add("wallet_switchEthereumChain");
    const button = page.getByRole("button", { name: "Switch to Local chain" });
    await button.click();
    await page
      .getByRole("alert")
      .getByText(/rejected|refused/i)
      .waitFor();
    wallet.refuses.clear();
    await button.click();
    await button.waitFor({ state: "detached" });
    expect(wallet.chainId).to.equal(world.deployment.chainId);
    expect(wallet.asked).to.include("wallet_addEthereumChain");
    expect(faults).to.deep.equal([]);
    await close();
  });

  it("gets made-up money on a chain of this machine", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet();
    const { page, faults, close } = await visit(url, { wallet });
    await page.getByRole("button", { name: "Give me local money" }).click();
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Give me local money" }).click();
    await page.getByText("10 ETH, 25,000 USDC, 50,000 GIM").waitFor();
    const { client } = world.chain;
    const { tokens, contracts } = world.deployment;
    const held = (address: `0x${string}` | undefined) =>
      client.readContract({ address: address!, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] });
    expect(await client.getBalance({ address: wallet.address })).to.equal(parseEther("10"));
    expect(await held(tokens.USDC?.address)).to.equal(25_000_000_000n);
    expect(await held(contracts.GovernanceToken)).to.equal(parseEther("50000"));
    expect(faults).to.deep.equal([]);
    await close();
  });
});

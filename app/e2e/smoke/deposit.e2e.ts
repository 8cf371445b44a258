import { expect } from "chai";
import { erc20Abi, parseEther, parseUnits } from "viem";
import { connect, theStage, visit } from "../stage.ts";

const HELD = parseUnits("1000", 6);

describe("a deposit", () => {
  it("of USDC is signed, not approved; a refused signature and a refused transaction cost nothing", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const vault = world.indices["BLUE"] ?? "0x";
    const usdc = world.deployment.tokens["USDC"]?.address ?? "0x";
    const wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("1"));
    await world.giveToken("USDC", wallet.address, HELD);
    const held = (address: `0x${string}`) =>
      world.chain.client.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] });

    const { page, faults, close } = await visit(`${url}/index/${vault}`, { wallet });
    await connect(page);
    await page.getByLabel("You pay at most").fill("100");
    await page.getByRole("button", { name: "Review" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Read the risks first" }).waitFor();
    await dialog.getByLabel("I have read this").check();

    wallet.refuses.add("eth_signTypedData_v4");
    const sign = dialog.getByRole("button", { name: "Sign for USDC" });
    await sign.click();
    await dialog
      .getByRole("alert")
      .filter({ hasText: /refused|rejected/i })
      .waitFor();
    wallet.refuses.clear();
    await sign.click();

    wallet.refuses.add("eth_sendTransaction");
    const buy = dialog.getByRole("button", { name: "Buy", exact: true });
    await buy.click();
    await dialog
      .getByRole("alert")
      .filter({ hasText: /refused|rejected/i })
      .waitFor();
    expect([await held(usdc), await held(vault)], "nothing has moved").to.deep.equal([HELD, 0n]);
    wallet.refuses.clear();
    await buy.click();
    await dialog.waitFor({ state: "detached" });

    const shares = await held(vault);
    expect(Number(shares) / 1e18, "about a share of $100").to.be.within(0.95, 1);
    const paid = HELD - (await held(usdc));
    expect(paid <= parseUnits("100", 6), `${paid} paid`).to.equal(true);
    expect(wallet.asked.filter((method) => method === "eth_sendTransaction")).to.have.length(2);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

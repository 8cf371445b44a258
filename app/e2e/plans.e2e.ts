import { batchFactoryAbi } from "@gimbal/sdk";
import { expect } from "chai";
import { type Address, erc20Abi, parseEther, parseUnits } from "viem";
import { connect, inItsOwnTime, theStage, visit } from "./stage.ts";

/** The indices of all tests. */
const OWN = ["Blue Chips", "Long Tail of Many Small Tokens"];

inItsOwnTime("plans across indices", () => {
  it("puts one sum into several indices in one transaction, and says what a plan lacks", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const wallet = world.wallet();
    await world.giveEther(wallet.address, parseEther("10"));
    await world.giveToken("USDC", wallet.address, parseUnits("1000", 6));
    const usdc = world.deployment.tokens.USDC?.address ?? "0x";
    const held = (owner: Address) =>
      world.chain.client.readContract({ address: usdc, abi: erc20Abi, functionName: "balanceOf", args: [owner] });

    const { page, faults, close } = await visit(`${url}/plans`, { wallet });
    await connect(page);
    await page.getByText("Name the risk of at least one index.").waitFor();
    await page.getByLabel("Risk of Blue Chips").selectOption("conservative");
    await page.getByLabel("Risk of Long Tail of Many Small Tokens").selectOption("aggressive");
    await page.getByLabel("Kind").selectOption("core-satellite");
    await page.getByText("These rules cannot be met together: no index over 30%.").waitFor();
    await page.getByLabel("No index over").fill("70");
    await page.getByText("Conservative 70.00%, balanced 0.00%, aggressive 30.00%.").waitFor();
    await page.reload();
    await page.getByLabel("Amount").fill("5000");
    await page.getByRole("button", { name: "You hold 1,000 USDC" }).and(page.locator(":disabled")).waitFor();
    await page.getByLabel("Amount").fill("200");
    for (const name of OWN) {
      await page.getByText(`${name} has no batches yet.`).waitFor();
      await page.getByRole("button", { name: "Set up its batches" }).click();
      await page.getByText(`${name} has no batches yet.`).waitFor({ state: "detached" });
    }
    const sent = () => wallet.asked.filter((method) => method === "eth_sendTransaction").length;
    const before = sent();
    await page.getByRole("button", { name: "Sign for USDC" }).click();
    await page.getByRole("button", { name: "Request 2 deposits in one transaction" }).click();
    await page.getByText(/^You hold 800 USDC/).waitFor();
    expect(sent() - before, "a signature, and one transaction for both").to.equal(1);

    const waiting = await Promise.all(
      [["BLUE", "140"] as const, ["TAIL", "60"] as const].map(async ([symbol, part]) => {
        const at = { address: world.deployment.contracts.BatchFactory as Address, abi: batchFactoryAbi } as const;
        const vault = world.indices[symbol] as Address;
        const depositor = await world.chain.client.readContract({ ...at, functionName: "depositorOf", args: [vault] });
        return [await held(depositor), parseUnits(part, 6)];
      }),
    );
    for (const [got, wanted] of waiting) expect(got).to.equal(wanted);
    expect(faults).to.deep.equal([]);
    await close();
  });
});

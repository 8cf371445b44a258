import { expect } from "chai";
import type { Page } from "playwright-core";
import { type Address, erc20Abi } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { theStage, visit } from "./stage.ts";

const PASSWORD = "a horse in a battery";

/** Chooses the wallet of the browser among those that are there. */
async function choose(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("button", { name: "Wallet of this browser" }).click();
}

/** Types both passwords and presses. */
async function seal(page: Page, button: string, again = PASSWORD): Promise<void> {
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(again);
  await page.getByRole("button", { name: button, exact: true }).click();
}

describe("the wallet of the browser", () => {
  it("is made, buys with a signature and a transaction that it spells out, shows its key and comes back from it", async () => {
    const { world } = await theStage();
    const { url } = await world.serve();
    const vault = world.indices["BLUE"] as Address;
    const { page, faults, close } = await visit(`${url}/index/${vault}`);
    await choose(page);
    await seal(page, "Make the wallet", "another horse");
    await page.getByText("The two passwords are not the same").waitFor();
    await seal(page, "Make the wallet");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Give me local money" }).click();
    await page.getByText("10 ETH, 25,000 USDC, 50,000 GIM").waitFor();

    await page.getByLabel("You pay at most").fill("100");
    await page.getByRole("button", { name: "Review", exact: true }).click();
    for (const box of await page.getByRole("dialog").getByRole("checkbox").all()) await box.check();
    await page.getByRole("button", { name: "Sign for USDC" }).click();
    const permission = page.getByRole("dialog", { name: "Sign this permission?" });
    await permission.getByText(/^Let Zap take up to (100|99\.\d+) USDC from you\.$/).waitFor();
    await permission.getByRole("button", { name: "Sign", exact: true }).click();
    await page.getByRole("button", { name: "Buy", exact: true }).and(page.locator(":enabled")).click();
    const question = page.getByRole("dialog", { name: "Send this transaction?" });
    await question.getByText("Call zapIn of Zap.").waitFor();
    expect(await question.getByText("Fee of the network, at most").locator("..").textContent()).to.match(/0\.0\d+ ETH/);
    await question.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    const account = page.getByRole("button", { name: /^0x\w{4}…\w{4}$/ });
    const shown = (await account.textContent()) ?? "";
    await account.click();
    await page.getByText("The key of this wallet").click();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Show the key" }).click();
    const key = (await page.getByText(/^0x[0-9a-f]{64}$/).textContent()) as `0x${string}`;
    const { address } = privateKeyToAccount(key);
    expect(shown).to.equal(`${address.slice(0, 6)}…${address.slice(-4)}`);
    const held = await world.chain.client.readContract({
      ...{ address: vault, abi: erc20Abi, functionName: "balanceOf", args: [address] },
    });
    expect(held > 0n).to.equal(true);

    await page.reload();
    await choose(page);
    await page.getByRole("button", { name: "Forget this wallet" }).click();
    expect(await page.getByRole("button", { name: "Forget it", exact: true }).isDisabled()).to.equal(true);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Forget it", exact: true }).click();
    await page.getByRole("button", { name: "Restore one from its key" }).click();
    await page.getByLabel("Key", { exact: true }).fill(key);
    await seal(page, "Restore the wallet");
    await page.getByRole("button", { name: shown }).waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

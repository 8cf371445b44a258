import type { Page } from "playwright-core";
import { type Address, erc20Abi, parseEther, parseUnits } from "viem";
import { connect, visit } from "./stage.ts";
import type { World } from "./world.ts";

/** Somebody with Ether and dollars on the page of an index. */
export async function trader(world: World, symbol: string, width?: number) {
  const wallet = world.wallet();
  await world.giveEther(wallet.address, parseEther("20"));
  await world.giveToken("USDC", wallet.address, parseUnits("5000", 6));
  const vault = world.indices[symbol] as Address;
  const { url } = await world.serve();
  const visited = await visit(`${url}/index/${vault}`, { wallet, ...(width === undefined ? {} : { width }) });
  await connect(visited.page);
  await visited.page.getByRole("dialog").waitFor({ state: "detached" });
  const held = (token: Address) =>
    world.chain.client.readContract({
      ...{ address: token, abi: erc20Abi, functionName: "balanceOf", args: [wallet.address] },
    });
  return { ...visited, url, wallet, vault, held };
}

/** Goes through the last look, ticking what has to be ticked, and does every step until the dialog closes. */
export async function confirm(page: Page): Promise<readonly string[]> {
  await page.getByRole("button", { name: "Review", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (const box of await dialog.getByRole("checkbox").all()) await box.check();
  const done: string[] = [];
  for (;;) {
    const button = dialog.getByRole("button", { name: /^(Approve|Sign|Buy|Sell|Request|Begin)/ });
    await Promise.race([button.and(page.locator(":enabled")).waitFor(), dialog.waitFor({ state: "detached" })]);
    if ((await dialog.count()) === 0) return done;
    const label = (await button.textContent()) ?? "";
    if (done.length > 12) throw new Error(`goes round in circles: ${done.join(", ")}`);
    done.push(label);
    await button.click();
    const same = dialog.getByRole("button", { name: new RegExp(`^${label}( …)?$`) });
    await same.waitFor({ state: "detached", timeout: 30_000 });
  }
}

// Buys one share of an index with USDC; a signed permit stands in for the approval, so that one transaction does it all.
//   GIMBAL_WALLET_KEY=0x... node examples/buy-with-permit.ts <rpc> <deployment.json> <index>
import { readFileSync } from "node:fs";
import { getRequirements, parseDeployment, send, type ZapPermit, zapIn } from "@gimbal/sdk";
import { type Address, createClient, type Hex, http, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const [rpc, file = "", vault] = process.argv.slice(2);
const account = privateKeyToAccount(process.env["GIMBAL_WALLET_KEY"] as Hex);
const client = createClient({ account, transport: http(rpc) });
const { contracts, external, tokens } = parseDeployment(JSON.parse(readFileSync(file, "utf8")));
const [tokenIn, usdt] = ["USDC", "USDT"].map((symbol) => tokens[symbol]?.address as Address);
if (tokenIn === undefined || usdt === undefined) throw new Error("This deployment has no USDC and USDT.");

const venue = { ...external, via: [external.weth, usdt] }; // what a route may pass through
const order = { zap: contracts.Zap, venue, vault: vault as Address, tokenIn, shares: parseEther("1") };
const action = await zapIn(client, { ...order, authorization: "erc2612" });
let permit: ZapPermit | undefined;
for (const requirement of await getRequirements(client, action)) {
  if (requirement.kind === "permit") permit = requirement.toPermit(await account.signTypedData(requirement.typedData));
}
const { hash } = await send(client, { tx: action.buildTx(permit) });
console.log(`bought 1 share for at most ${action.amountIn} raw USDC: ${hash}`);

import {
  type Address,
  encodeFunctionData,
  erc20Abi,
  type Hash,
  type Hex,
  numberToHex,
  parseAbi,
  parseEther,
} from "viem";
import { multicall, waitForTransactionReceipt } from "viem/actions";
import type { ChainClient } from "../data/network.tsx";
import type { NetworkSettings } from "../settings.ts";

/** {wei} */
const ETHER = parseEther("10");
/** {USDC} whole ones */
const DOLLARS = 25_000n;
/** {GIM wei} */
const GIM = parseEther("50000");
/** The stand-in for USDC on a local chain is minted by whoever asks. */
const mintAbi = parseAbi(["function mint(address receiver, uint256 amount)"]);

/** Thrown when this chain gives no money away. `message` is a sentence for a screen. */
export class LocalMoneyError extends Error {
  override readonly name = "LocalMoneyError";
}

/**
 * Ether, USDC and GIM from accounts whose keys the node of a development chain holds, as every such node does. Never on any
 * other chain. Returns what was given, in words.
 */
export async function giveLocalMoney(
  client: ChainClient,
  { isLocal, deployment }: Pick<NetworkSettings, "isLocal" | "deployment">,
  receiver: Address,
): Promise<readonly string[]> {
  if (!isLocal) throw new LocalMoneyError("Only a chain of this machine gives money away.");
  const accounts = (await client.request({ method: "eth_accounts" } as never)) as readonly Address[];
  const [giver] = accounts;
  if (giver === undefined) throw new LocalMoneyError("The node of this chain holds no key that could send money.");

  const { USDC } = deployment.tokens;
  const gim = deployment.contracts["GovernanceToken"];
  const holder = gim === undefined ? undefined : await richest(client, deployment.external.multicall3, gim, accounts);
  const gifts: { words: string; from: Address; to: Address; value?: bigint; data?: Hex }[] = [
    { words: "10 ETH", from: giver, to: receiver, value: ETHER },
  ];
  if (USDC !== undefined) {
    const args = [receiver, DOLLARS * 10n ** BigInt(USDC.decimals)] as const;
    const data = encodeFunctionData({ abi: mintAbi, functionName: "mint", args });
    gifts.push({ words: "25,000 USDC", from: giver, to: USDC.address, data });
  }
  if (gim !== undefined && holder !== undefined) {
    const data = encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [receiver, GIM] });
    gifts.push({ words: "50,000 GIM", from: holder, to: gim, data });
  }
  for (const { words, from, to, value = 0n, data = "0x" } of gifts) {
    const params = [{ from, to, value: numberToHex(value), data }];
    const hash = (await client.request({ method: "eth_sendTransaction", params } as never)) as Hash;
    const { status } = await waitForTransactionReceipt(client, { hash });
    if (status !== "success") throw new LocalMoneyError(`The chain refused to give ${words}.`);
  }
  return gifts.map(({ words }) => words);
}

/** The account with the most of a token, if that is enough to give. */
async function richest(
  client: ChainClient,
  multicallAddress: Address,
  token: Address,
  accounts: readonly Address[],
): Promise<Address | undefined> {
  const balances = await multicall(client, {
    contracts: accounts.map(
      (owner) => ({ address: token, abi: erc20Abi, functionName: "balanceOf", args: [owner] }) as const,
    ),
    allowFailure: false,
    multicallAddress,
  });
  const most = balances.reduce((best, balance) => (balance > best ? balance : best), 0n);
  return most < GIM ? undefined : accounts[balances.indexOf(most)];
}

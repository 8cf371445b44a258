import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, createClient, custom, defineChain, erc20Abi, getAddress, type Hex, parseEther } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { getBlock, readContract } from "viem/actions";
import {
  type AnyClient,
  type PreparedAction,
  type SendReturnType,
  send,
  toStreamingRate,
} from "../../sdk/src/index.ts";
import { IndexLens__factory } from "../../typechain-types/index.js";
import { fund, tokenOf } from "./market.ts";
import { createIndex, deployProtocol, SIGNERS } from "./protocol.ts";

const chain = defineChain({
  id: 31_337,
  name: "Hardhat's simulated network",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [] } },
});

const SPECS = [
  { symbol: "USDC", decimals: 6, price: "1", stable: true },
  { symbol: "ETHX", decimals: 18, price: "2000" },
  { symbol: "BTCX", decimals: 8, price: "50000" },
  { symbol: "BRK", decimals: 18, price: "5", breakable: true },
];

/** The decision signers of the protocol fixture as viem accounts, in the same order. */
export const DECISION_SIGNERS: readonly PrivateKeyAccount[] = SIGNERS.map(({ privateKey }) =>
  privateKeyToAccount(privateKey as Hex),
);

/** A viem client over a simulated network, acting as one of the node's accounts or with a key of its own. */
export function viemClient(provider: EthereumProvider, account: Address | PrivateKeyAccount): AnyClient {
  // A simulated network answers at once or never, and reports reverts with a code that viem would retry.
  return createClient({ account, chain, transport: custom(provider, { retryCount: 0 }), pollingInterval: 10 });
}

/** An index of four tokens, 25% each, $100 a share, 1% a year and 0.2% on minting, two of three signers; and a holder. */
export async function deploySdkFixture(ethers: HardhatEthers, provider: EthereumProvider) {
  const [owner, guardian, creator, holder] = await ethers.getSigners();
  if (!owner || !guardian || !creator || !holder) throw new Error("the simulated network has too few accounts");
  const protocol = await deployProtocol({ owner, guardian, tokens: SPECS });
  const fees = { streamingRate: toStreamingRate(100), mintFeeBps: 20, recipient: owner.address };
  const index = await createIndex(protocol, { creator, fees, signers: SIGNERS, threshold: 2 });
  const { factory, assetRegistry, keeperRegistry, tokens } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const registry = getAddress(await keeperRegistry.getAddress());
  await fund(tokens, holder, registry, 1_000_000n);
  return {
    protocol,
    index,
    owner,
    creator,
    vault: getAddress(await index.getAddress()),
    lens: getAddress(await lens.getAddress()),
    factory: getAddress(await factory.getAddress()),
    domain: { chainId: chain.id, keeperRegistry: registry },
    holder: getAddress(holder.address),
    client: viemClient(provider, getAddress(holder.address)),
    addressOf: (symbol: string): Address => getAddress(tokenOf(protocol, symbol).address),
  };
}

export type SdkFixture = Awaited<ReturnType<typeof deploySdkFixture>>;

/** Sends the approvals that an action still needs, then the action. */
export async function fulfil<TResult>(client: AnyClient, action: PreparedAction<TResult>): Promise<SendReturnType> {
  for (const requirement of await action.getRequirements()) {
    if (requirement.kind !== "approval") throw new Error(`unexpected requirement: ${requirement.kind}`);
    await send(client, { tx: requirement.tx });
  }
  return send(client, { tx: action.buildTx() });
}

/** What a call throws, as the class that it should be. */
export async function failureOf<T extends Error>(
  type: abstract new (...args: never[]) => T,
  run: () => Promise<unknown>,
): Promise<T> {
  try {
    await run();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error(`${type.name} was expected, and nothing was thrown`);
}

/** {s} time of the newest block. */
export async function now(client: AnyClient): Promise<bigint> {
  return (await getBlock(client)).timestamp;
}

/** {raw} what an account holds of a token. */
export async function tokenBalance(client: AnyClient, token: Address, account: Address): Promise<bigint> {
  return readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });
}

export const ONE_SHARE = parseEther("1");

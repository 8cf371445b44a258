import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Address, getAddress, type Hex, numberToHex } from "viem";
import { type AssetListing, type NetworkConfig, ZERO_ADDRESS } from "../config/types.ts";
import { LocalStack } from "../modules/LocalStack.ts";
import { type RpcProvider, runModule } from "./ignition.ts";
import { installAtFixedAddresses, toAnswer } from "./local.ts";
import { createSender, type Sender } from "./transactions.ts";

const FAST = { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true };
/** Simple values of a proxy or token lie in its first slots; more of them are not needed to read it. */
const COPIED_SLOTS = 12;
const SEQUENCER_UP = 0;

/**
 * Puts at every address that a configuration names what stands there on the public chain: the real component's code,
 * with the state that the protocol reads. So a configuration can be deployed without a network.
 */
export async function placeStandIns(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  config: NetworkConfig,
): Promise<void> {
  const [account] = (await provider.request({ method: "eth_accounts" })) as Address[];
  if (account === undefined) throw new Error("the simulated chain has no account");
  const sender = createSender(hre, provider, getAddress(account));

  await installAtFixedAddresses(hre, provider);
  const stack = await runModule(hre, LocalStack, { provider, config: FAST });
  for (const [name, address] of Object.entries(stack)) {
    await copyAccount(provider, address, config.external[name as keyof NetworkConfig["external"]]);
  }
  for (const asset of config.assets) await placeAsset(provider, sender, config, asset);
  if (config.sequencerFeed !== ZERO_ADDRESS) {
    const feed = await deployFeed(sender, 0, "L2 sequencer uptime", BigInt(SEQUENCER_UP), 0n);
    await copyAccount(provider, feed, config.sequencerFeed);
    await provider.request({ method: "evm_increaseTime", params: [config.sequencerGrace + 1] });
  }
  // Prices last, so that passing the sequencer's grace period does not make them stale.
  for (const asset of config.assets) {
    const answer = toAnswer(asset.tier === "STABLE" ? 1 : 100, asset.feedDecimals);
    const feed = await deployFeed(sender, asset.feedDecimals, `${asset.symbol} / USD`, answer, 1n);
    await copyAccount(provider, feed, asset.feed);
  }
}

async function placeAsset(
  provider: RpcProvider,
  sender: Sender,
  config: NetworkConfig,
  { symbol, decimals, token }: AssetListing,
): Promise<void> {
  if (token === config.external.weth) return;
  await copyAccount(provider, await sender.deploy("TokenMock", [symbol, symbol, decimals]), token);
}

/** A real proxy in front of a feed with one answer. */
async function deployFeed(
  sender: Sender,
  decimals: number,
  description: string,
  answer: bigint,
  minimum: bigint,
): Promise<Address> {
  const feed = await sender.deploy("ReplayFeed", [
    sender.account,
    sender.account,
    decimals,
    description,
    minimum,
    2n ** 128n,
  ]);
  await sender.call("ReplayFeed", feed, "publish", [answer, 0n]);
  return sender.deploy("EACAggregatorProxy", [feed, ZERO_ADDRESS]);
}

async function copyAccount(provider: RpcProvider, from: Address, to: Address): Promise<void> {
  const code = (await provider.request({ method: "eth_getCode", params: [from, "latest"] })) as Hex;
  await provider.request({ method: "hardhat_setCode", params: [to, code] });
  for (let index = 0; index < COPIED_SLOTS; ++index) {
    const slot = numberToHex(index);
    const word = await provider.request({ method: "eth_getStorageAt", params: [from, slot, "latest"] });
    await provider.request({ method: "hardhat_setStorageAt", params: [to, slot, word] });
  }
}

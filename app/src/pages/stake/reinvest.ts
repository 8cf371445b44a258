import {
  ArgumentInvalidError,
  assetRegistryAbi,
  compounderAbi,
  type Deployment,
  findRoute,
  type GetPolicyReturnType,
  type IndexDeposit,
  previewMint,
} from "@gimbal/sdk";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readContract } from "viem/actions";
import type { ChainClient } from "../../data/network.tsx";
import type { Reward } from "../../data/stake.ts";

/** For a token that the compounder pays out as it is. */
const NO_DEPOSIT: IndexDeposit = { shares: 0n, basketNonce: 0, entry: "0x", routes: [] };

/** Parts of the accepted slippage that are tried, the smallest first: more shares before fewer. */
const PARTS = [1n, 2n, 3n, 4n, 5n] as const;

export interface IndexDepositsParameters {
  readonly deployment: Deployment;
  readonly compounder: Address;
  readonly policy: GetPolicyReturnType;
  readonly rewards: readonly Reward[];
}

/**
 * How each reward becomes shares of the policy's index: as many as its pools sell for the amount, and never fewer than the
 * compounder asks for. What is left over comes to the account. Throws when the pools ask for more than the policy allows.
 */
export async function indexDeposits(
  client: ChainClient,
  { deployment, compounder, policy, rewards }: IndexDepositsParameters,
): Promise<readonly IndexDeposit[]> {
  const registry = { address: deployment.contracts.AssetRegistry, abi: assetRegistryAbi } as const;
  return Promise.all(
    rewards.map(async (reward) => {
      const { address } = reward.token;
      if (isAddressEqual(address, policy.vault)) return NO_DEPOSIT;
      const { feed } = await readContract(client, { ...registry, functionName: "assetConfig", args: [address] });
      return feed === zeroAddress ? NO_DEPOSIT : depositOf(client, { deployment, compounder, policy, reward });
    }),
  );
}

async function depositOf(
  client: ChainClient,
  { deployment, compounder, policy, reward }: Omit<IndexDepositsParameters, "rewards"> & { reward: Reward },
): Promise<IndexDeposit> {
  const { vault, maxSlippageBps } = policy;
  const { token, amount } = reward;
  for (const part of PARTS) {
    const slippage = (BigInt(maxSlippageBps) * part) / BigInt(PARTS.length);
    const shares = await readContract(client, {
      ...{ address: compounder, abi: compounderAbi, functionName: "minShares" },
      args: [vault, token.address, amount, slippage],
    });
    if (shares === 0n) continue;
    const { amounts, basketNonce } = await previewMint(client, { vault, shares });
    const legs = { venue: deployment.external, hub: token.address, side: "buy" } as const;
    const routes = await Promise.all(amounts.map((leg) => findRoute(client, { ...legs, leg })));
    const found = routes.filter((route) => route !== undefined);
    const cost = found.reduce((sum, { hubAmount }) => sum + hubAmount, 0n);
    if (found.length === routes.length && cost <= amount) {
      return { shares, basketNonce, entry: "0x", routes: found.map(({ path }) => path) };
    }
  }
  throw new ArgumentInvalidError(token.symbol, "buys too few shares within your slippage: claim it, or accept more");
}

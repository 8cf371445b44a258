import {
  type Abi,
  type AbiFunction,
  decodeFunctionData,
  erc20Abi,
  toFunctionSelector,
  toFunctionSignature,
} from "viem";
import { assetRegistryAdminAbi } from "../abis/assetRegistryAdmin.ts";
import { buybackAbi } from "../abis/buyback.ts";
import { compounderAbi } from "../abis/compounder.ts";
import { feeSplitterAbi } from "../abis/feeSplitter.ts";
import { indexFactoryAbi } from "../abis/indexFactory.ts";
import { indexGovernorAbi } from "../abis/indexGovernor.ts";
import { indexTimelockAbi } from "../abis/indexTimelock.ts";
import { indexVaultAbi } from "../abis/indexVault.ts";
import { keeperRegistryAbi } from "../abis/keeperRegistry.ts";
import { keeperRegistryAdminAbi } from "../abis/keeperRegistryAdmin.ts";
import { merkleAirdropAbi } from "../abis/merkleAirdrop.ts";
import { optimisticModuleAbi } from "../abis/optimisticModule.ts";
import { revenueDistributorAbi } from "../abis/revenueDistributor.ts";
import { saleRoundAbi } from "../abis/saleRound.ts";
import { saleRoundFactoryAbi } from "../abis/saleRoundFactory.ts";
import { scoreRegistryAbi } from "../abis/scoreRegistry.ts";
import { votingEscrowAbi } from "../abis/votingEscrow.ts";
import type { ProposalAction } from "./proposals.ts";

const ABIS: readonly Abi[] = [
  assetRegistryAdminAbi,
  buybackAbi,
  compounderAbi,
  feeSplitterAbi,
  indexFactoryAbi,
  indexGovernorAbi,
  indexTimelockAbi,
  indexVaultAbi,
  keeperRegistryAbi,
  keeperRegistryAdminAbi,
  merkleAirdropAbi,
  optimisticModuleAbi,
  revenueDistributorAbi,
  saleRoundAbi,
  saleRoundFactoryAbi,
  scoreRegistryAbi,
  votingEscrowAbi,
  erc20Abi,
];

/** Every function of the protocol that changes something, by its selector. */
const FUNCTIONS = new Map<string, AbiFunction>(
  ABIS.flat().flatMap((item) =>
    item.type === "function" && (item.stateMutability === "nonpayable" || item.stateMutability === "payable")
      ? [[toFunctionSelector(item), item]]
      : [],
  ),
);

export type DecodedAction = ProposalAction & {
  /** Name of the function, such as setProtocolFee; undefined for one that the protocol does not have. */
  functionName: string | undefined;
  /** Name and types, such as setProtocolFee(uint16,address). */
  signature: string | undefined;
  /** Arguments with their names. */
  args: readonly { name: string; value: unknown }[];
};

/**
 * A proposal's call in words. A call that is not of the protocol stays undecoded: do not vote for what you cannot read.
 *
 * @example
 * decodeAction(setProtocolFee({ factory, bps: 500, recipient })).signature; // "setProtocolFee(uint16,address)"
 */
export function decodeAction(action: ProposalAction, abi: Abi = []): DecodedAction {
  const unknown = { ...action, functionName: undefined, signature: undefined, args: [] };
  const own = abi.find((item) => item.type === "function" && toFunctionSelector(item) === action.data.slice(0, 10));
  const found = own?.type === "function" ? own : FUNCTIONS.get(action.data.slice(0, 10));
  if (found === undefined) return unknown;
  try {
    const { args = [] } = decodeFunctionData({ abi: [found], data: action.data });
    const named = found.inputs.map(({ name }, index) => ({ name: name ?? `${index}`, value: args[index] }));
    return { ...action, functionName: found.name, signature: toFunctionSignature(found), args: named };
  } catch {
    return unknown;
  }
}

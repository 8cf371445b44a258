import { type Address, encodeFunctionData, isAddressEqual } from "viem";
import { readContract } from "viem/actions";
import { accessPassAbi } from "../../abis/accessPass.ts";
import { strategyRegistryAbi } from "../../abis/strategyRegistry.ts";
import { type AnyClient, withTypedErrors } from "../client.ts";
import type { ApprovalRequirement } from "../requirements.ts";

type Asked = { collection: Address; owner: Address; operator: Address };

/** The approval of one token of the registry that its owner still has to give: nothing beyond this token. */
export async function getTokenApprovals(
  client: AnyClient,
  { collection, owner, operator, id }: Asked & { id: bigint },
): Promise<ApprovalRequirement[]> {
  const at = { address: collection, abi: strategyRegistryAbi } as const;
  const [approved, isForAll] = await withTypedErrors(() =>
    Promise.all([
      readContract(client, { ...at, functionName: "getApproved", args: [id] }),
      readContract(client, { ...at, functionName: "isApprovedForAll", args: [owner, operator] }),
    ]),
  );
  if (isForAll || isAddressEqual(approved, operator)) return [];
  const data = encodeFunctionData({ abi: strategyRegistryAbi, functionName: "approve", args: [operator, id] });
  const tx = { to: collection, data, value: 0n };
  return [{ kind: "approval", token: collection, spender: operator, amount: 1n, part: id, tx }];
}

/** The approval of all credits that their holder still has to give: ERC-1155 knows no smaller one. */
export async function getCreditApprovals(
  client: AnyClient,
  { collection, owner, operator, units }: Asked & { units: bigint },
): Promise<ApprovalRequirement[]> {
  const isForAll = await withTypedErrors(() =>
    readContract(client, {
      address: collection,
      abi: accessPassAbi,
      functionName: "isApprovedForAll",
      args: [owner, operator],
    }),
  );
  if (isForAll) return [];
  const data = encodeFunctionData({ abi: accessPassAbi, functionName: "setApprovalForAll", args: [operator, true] });
  const tx = { to: collection, data, value: 0n };
  return [{ kind: "approval", token: collection, spender: operator, amount: units, part: "all", tx }];
}

import { type Address, type Hex, type ReadContractReturnType, toFunctionSelector } from "viem";
import { readContract } from "viem/actions";
import { errorsAbi } from "../../abis/errors.ts";
import { indexLensAbi } from "../../abis/indexLens.ts";
import type { ContractErrorName } from "../../errors/sentences.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";

export type QuoteFillParameters = AtBlock & {
  lens: Address;
  vault: Address /** Index of the token sold. */;
  i: number /** Index of the token bought. */;
  j: number /** {raw tokens} */;
  maxSell: bigint;
};

export type QuoteFillReturnType = Omit<ReadContractReturnType<typeof indexLensAbi, "quoteFill">, "reason"> & {
  blockNumber: bigint;
  /** Name of the vault's error when it would refuse. */
  reason: ContractErrorName | undefined;
};

export type QuoteFillErrorType = ReadErrorType;

/** The protocol's error with this selector. */
function decodeReason(selector: Hex): ContractErrorName | undefined {
  return errorsAbi.find(
    (error) => toFunctionSelector({ ...error, type: "function", outputs: [], stateMutability: "view" }) === selector,
  )?.name;
}

/**
 * What a fill would sell and cost in this block, or why it would be refused.
 *
 * @example
 * const { fillable, sold, paid } = await quoteFill(client, { lens: contracts.IndexLens, vault, i: 0, j: 1, maxSell });
 */
export async function quoteFill(client: AnyClient, parameters: QuoteFillParameters): Promise<QuoteFillReturnType> {
  const { lens, vault, i, j, maxSell } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
  const result = await withTypedErrors(() =>
    readContract(client, { ...at, functionName: "quoteFill", args: [vault, BigInt(i), BigInt(j), maxSell] }),
  );
  const reason = result.fillable ? undefined : decodeReason(result.reason);
  return { ...result, blockNumber, reason };
}

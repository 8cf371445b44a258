import {
  type Abi,
  type Account,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type DecodeFunctionResultParameters,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from "viem";
import type { AnyClient } from "./client.ts";
import { type PreparedAction, prepare } from "./prepared.ts";
import type { Requirement, Spend } from "./requirements.ts";

type Writes = "nonpayable" | "payable";

export type PrepareCallParameters<
  TAbi extends Abi,
  TName extends ContractFunctionName<TAbi, Writes>,
  TResult = ContractFunctionReturnType<TAbi, Writes, TName>,
> = {
  to: Address;
  abi: TAbi;
  functionName: TName;
  args: ContractFunctionArgs<TAbi, Writes, TName>;
  account?: Account | Address | undefined;
  /** What the caller gets to see of the return value. */
  toResult: (returned: ContractFunctionReturnType<TAbi, Writes, TName>) => TResult;
  getRequirements?: () => Promise<readonly Requirement[]>;
  getSpends?: () => Promise<readonly Spend[]>;
};

/** A write action that is one call of one contract, without signatures that change the call. */
export function prepareCall<
  const TAbi extends Abi,
  TName extends ContractFunctionName<TAbi, Writes>,
  TResult = ContractFunctionReturnType<TAbi, Writes, TName>,
>(client: AnyClient, parameters: PrepareCallParameters<TAbi, TName, TResult>): PreparedAction<TResult> {
  const { to, abi, functionName, args, account, toResult, getRequirements, getSpends } = parameters;
  type Returned = ContractFunctionReturnType<TAbi, Writes, TName>;
  // viem cannot relate a function's name to its arguments while the ABI is a type parameter; our own signature does.
  const data = encodeFunctionData({ abi, functionName, args } as unknown as EncodeFunctionDataParameters);
  return prepare<TResult>({
    client,
    account,
    buildTx: () => ({ to, data, value: 0n }),
    decode: (result) =>
      toResult(
        decodeFunctionResult({
          abi,
          functionName,
          data: result,
        } as unknown as DecodeFunctionResultParameters) as Returned,
      ),
    getRequirements,
    getSpends,
  });
}

/** For calls that return nothing. */
export function toNothing(): void {}

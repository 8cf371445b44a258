import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type EncodeFunctionDataParameters,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  toBytes,
} from "viem";

/** One call that the DAO's timelock makes when a proposal is executed. */
export type ProposalAction = {
  target: Address;
  /** {wei} of Ether from the timelock */
  value: bigint;
  data: Hex;
};

/** What identifies a proposal: its calls in order and its text. */
export type ProposalContent = {
  actions: readonly ProposalAction[];
  description: string;
};

type Writes = "nonpayable" | "payable";

export type ToActionParameters<TAbi extends Abi, TName extends ContractFunctionName<TAbi, Writes>> = {
  target: Address;
  abi: TAbi;
  functionName: TName;
  args: ContractFunctionArgs<TAbi, Writes, TName>;
  /** {wei} */
  value?: bigint | undefined;
};

/**
 * Any call as a proposal's action. For the usual ones see `listAsset`, `setProtocolFee` and their neighbours.
 *
 * @example
 * const action = toAction({ target: vault, abi: indexVaultAbi, functionName: "distributeFees", args: [] });
 */
export function toAction<const TAbi extends Abi, TName extends ContractFunctionName<TAbi, Writes>>(
  parameters: ToActionParameters<TAbi, TName>,
): ProposalAction {
  const { target, abi, functionName, args, value = 0n } = parameters;
  // viem cannot relate a function's name to its arguments while the ABI is a type parameter; our own signature does.
  const data = encodeFunctionData({ abi, functionName, args } as unknown as EncodeFunctionDataParameters);
  return { target, value, data };
}

/** keccak256 of a proposal's text: what queue, execute and cancel take instead of it. */
export function hashDescription(description: string): Hex {
  return keccak256(toBytes(description));
}

/** The calls of a proposal as the governor takes them. */
export function toProposalArgs(
  actions: readonly ProposalAction[],
): [targets: Address[], values: bigint[], calldatas: Hex[]] {
  return [actions.map(({ target }) => target), actions.map(({ value }) => value), actions.map(({ data }) => data)];
}

const PROPOSAL_PARAMETERS = [
  { type: "address[]" },
  { type: "uint256[]" },
  { type: "bytes[]" },
  { type: "bytes32" },
] as const;

/**
 * The id that the governor gives a proposal; known before it is proposed.
 *
 * @example
 * const proposalId = hashProposal({ actions: [setProtocolFee({ factory, bps: 500, recipient })], description });
 */
export function hashProposal({ actions, description }: ProposalContent): bigint {
  const [targets, values, calldatas] = toProposalArgs(actions);
  const encoded = encodeAbiParameters(PROPOSAL_PARAMETERS, [targets, values, calldatas, hashDescription(description)]);
  return BigInt(keccak256(encoded));
}

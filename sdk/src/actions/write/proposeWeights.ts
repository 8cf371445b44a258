import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import {
  type Decision,
  type DecisionDomain,
  type DecisionSignature,
  decisionTypedData,
  encodeSignatures,
} from "../../eip712.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { getMissingSignatures } from "../signatures.ts";

export type ProposeWeightsParameters = {
  domain: DecisionDomain;
  decision: Decision;
  /** Signatures collected so far. */
  signatures: readonly DecisionSignature[];
  account?: Account | Address | undefined;
};

export type ProposeWeightsReturnType = PreparedAction<void>;
export type ProposeWeightsErrorType = WriteErrorType;

/**
 * Submits new weights that the vault's decision signers signed. Anyone may.
 *
 * @example
 * const signatures = [await signDecision(signer, domain, decision)];
 * const action = proposeWeights(client, { domain, decision, signatures });
 * (await action.getRequirements()).length; // 0 when enough signers signed
 * await action.simulate();
 * await send(client, { tx: action.buildTx() });
 */
export function proposeWeights(client: AnyClient, parameters: ProposeWeightsParameters): ProposeWeightsReturnType {
  const { domain, decision, signatures, account } = parameters;
  const { vault, epoch, weights, lane, decisionHash, validUntil } = decision;
  const data = encodeFunctionData({
    abi: indexVaultAbi,
    functionName: "proposeWeights",
    args: [epoch, [...weights], lane, decisionHash, validUntil, encodeSignatures(signatures)],
  });
  const typedData = decisionTypedData(domain, decision);
  const { keeperRegistry } = domain;
  return prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: () => undefined,
    getRequirements: () => getMissingSignatures(client, { vault, keeperRegistry, typedData, signatures }),
  });
}

import { type Account, type Address, encodeFunctionData } from "viem";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import {
  type BasketDecision,
  basketDecisionTypedData,
  type DecisionDomain,
  type DecisionSignature,
  encodeSignatures,
} from "../../eip712.ts";
import type { AnyClient, WriteErrorType } from "../client.ts";
import { type PreparedAction, prepare } from "../prepared.ts";
import { getMissingSignatures } from "../signatures.ts";

export type ProposeBasketParameters = {
  domain: DecisionDomain;
  decision: BasketDecision;
  /** Signatures collected so far. */
  signatures: readonly DecisionSignature[];
  account?: Account | Address | undefined;
};

export type ProposeBasketReturnType = PreparedAction<void>;
export type ProposeBasketErrorType = WriteErrorType;

/**
 * Announces tokens to add and to drop, as the vault's decision signers signed. Anyone may.
 *
 * @example
 * const signatures = [await signBasketDecision(signer, domain, decision)];
 * await send(client, { tx: proposeBasket(client, { domain, decision, signatures }).buildTx() });
 */
export function proposeBasket(client: AnyClient, parameters: ProposeBasketParameters): ProposeBasketReturnType {
  const { domain, decision, signatures, account } = parameters;
  const { vault, id, add, drop, decisionHash, validUntil } = decision;
  const data = encodeFunctionData({
    abi: indexVaultAbi,
    functionName: "proposeBasket",
    args: [id, [...add], [...drop], decisionHash, validUntil, encodeSignatures(signatures)],
  });
  const typedData = basketDecisionTypedData(domain, decision);
  const { keeperRegistry } = domain;
  return prepare({
    client,
    account,
    buildTx: () => ({ to: vault, data, value: 0n }),
    decode: () => undefined,
    getRequirements: () => getMissingSignatures(client, { vault, keeperRegistry, typedData, signatures }),
  });
}

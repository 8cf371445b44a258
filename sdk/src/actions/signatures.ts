import type { Address } from "viem";
import { readContract } from "viem/actions";
import { keeperRegistryAbi } from "../abis/keeperRegistry.ts";
import type { DecisionSignature } from "../eip712.ts";
import { type AnyClient, withTypedErrors } from "./client.ts";
import type { DecisionRequirement } from "./requirements.ts";

export type MissingSignaturesParameters = {
  vault: Address;
  keeperRegistry: Address;
  typedData: DecisionRequirement["typedData"];
  signatures: readonly DecisionSignature[];
};

/** What the vault's signers still have to sign; nothing once the threshold is reached. */
export async function getMissingSignatures(
  client: AnyClient,
  { vault, keeperRegistry, typedData, signatures }: MissingSignaturesParameters,
): Promise<DecisionRequirement[]> {
  const [signers, threshold] = await withTypedErrors(() =>
    readContract(client, {
      address: keeperRegistry,
      abi: keeperRegistryAbi,
      functionName: "signersOf",
      args: [vault],
    }),
  );
  const signed = new Set(signatures.map(({ signer }) => signer.toLowerCase()));
  const open = signers.filter((signer) => !signed.has(signer.toLowerCase()));
  const missing = threshold - (signers.length - open.length);
  return missing > 0 ? [{ kind: "decision", typedData, signers: open, missing }] : [];
}

import {
  type CreateIndexReturnType,
  createFromPreview,
  type GasSnapshot,
  type Methodology,
  methodologyText,
  type PreviewIndexParameters,
  type PreviewIndexReturnType,
  previewIndex,
  templateMethodology,
} from "@gimbal/sdk";
import { type Address, getAddress, type Hex, parseUnits, zeroAddress } from "viem";
import type { ChainClient } from "../data/network.tsx";
import type { NetworkSettings } from "../settings.ts";
import { type Draft, limitsOf, signersOf, toBps } from "./draft.ts";

/** {bps} */
const bps = (text: string): number => toBps(text) ?? 0;

/** What tokens are called, and which are stable. */
export interface TokenWords {
  readonly symbolOf: (token: Address) => string;
  readonly isStable: (token: Address) => boolean;
}

/** The rules of the draft as a document: what a keeper reads, and whose hash goes on chain. */
export function documentOf(draft: Draft, { symbolOf, isStable }: TokenWords): Methodology {
  const own = draft.rows.filter(({ token }) => isStable(token)).map(({ symbol }) => symbol);
  const { template, name, symbol, rows, stables, cap, rebalance, tier, streaming, mintFee } = draft;
  return templateMethodology({
    ...{ template, name: name.trim(), symbol, rebalance, tier },
    weights: rows.map((row) => ({ symbol: row.symbol.toUpperCase(), weightBps: row.weightBps })),
    stables: [...stables.map(symbolOf), ...own].map((name) => name.toUpperCase()),
    capBps: template === "market-cap" || template === "ai" ? bps(cap) : undefined,
    fees: { streamingBps: bps(streaming), mintBps: bps(mintFee) },
  });
}

/** What the SDK previews for a draft without faults. */
export function previewParameters(
  draft: Draft,
  at: {
    network: NetworkSettings;
    account: Address;
    words: TokenWords;
    measured?: GasSnapshot | undefined;
  },
): PreviewIndexParameters {
  const { contracts, external } = at.network.deployment;
  const document = documentOf(draft, at.words);
  const signers = signersOf(draft.signers);
  return {
    ...{ factory: contracts.IndexFactory, lens: contracts.IndexLens, registry: contracts.AssetRegistry },
    ...{ native: external.weth, name: draft.name.trim(), symbol: draft.symbol, document, account: at.account },
    weights: draft.rows.map(({ token, weightBps }) => ({ token, weightBps })),
    seedUsd: parseUnits(draft.seed, 18),
    stables: draft.stables,
    streamingBps: document.fees.streamingBps,
    mintFeeBps: document.fees.mintBps,
    signers: signers.length === 0 ? undefined : signers.map((signer) => getAddress(signer)),
    threshold: Number(draft.threshold),
    limits: limitsOf(draft.limits, document),
    curator: draft.isCurated ? at.account : zeroAddress,
    salt: draft.salt === "" ? undefined : (draft.salt as Hex),
    measured: at.measured,
  };
}

export type Preview = PreviewIndexReturnType & { readonly document: Methodology };

/** Everything about the index before anything is sent. */
export async function readPreview(client: ChainClient, parameters: PreviewIndexParameters): Promise<Preview> {
  const preview = await previewIndex(client, parameters);
  return { ...preview, document: parameters.document as Methodology };
}

/** The seed as it was shown first; the preview's own when none is kept, or it is one of other tokens. */
export function withFrozenSeed(preview: Preview, frozen: Draft["frozen"]): Preview {
  const amountOf = new Map(frozen.map(([token, amount]) => [token, BigInt(amount)]));
  const { seed } = preview.creation;
  if (seed.length !== amountOf.size || seed.some(({ token }) => !amountOf.has(token))) return preview;
  const kept = seed.map(({ token, amount }) => ({ token, amount: amountOf.get(token) ?? amount }));
  return { ...preview, creation: { ...preview.creation, seed: kept } };
}

/** The creation; `onVault` gets the address as soon as the chain has said which it will be. */
export function prepareCreation(
  client: ChainClient,
  preview: Preview,
  onVault: (vault: Address) => void,
): CreateIndexReturnType {
  const action = createFromPreview(client, preview);
  return {
    ...action,
    simulate: async (options) => {
      const result = await action.simulate(options);
      onVault(result.vault);
      return result;
    },
  };
}

/** The document as a file that a keeper takes. */
export const documentFile = (document: Methodology): string => `${methodologyText(document)}\n`;

/** Sentences about tokens, with their symbols in the place of addresses. */
export function namedSentence(sentence: string, symbolOf: (token: Address) => string): string {
  const named = sentence.replace(/0x[0-9a-fA-F]{40}/g, (found) => symbolOf(getAddress(found)));
  const end = /[.!?]$/.test(named) ? named : `${named}.`;
  return end.charAt(0).toUpperCase() + end.slice(1);
}

/** What a person should know of the preview that does not keep the index from being created. */
export function previewWarnings(
  { aboveCap, tokens, missing }: Pick<Preview, "aboveCap" | "tokens" | "missing">,
  symbolOf: (token: Address) => string,
): readonly string[] {
  const capOf = new Map(tokens.map(({ token, capBps, seedBps }) => [token, { capBps, seedBps }]));
  return [
    ...aboveCap.map((token) => {
      const { capBps = 0, seedBps = 0 } = capOf.get(token) ?? {};
      return `${symbolOf(token)} begins with ${seedBps / 100}%, above its cap of ${capBps / 100}%: later decisions can only lower it.`;
    }),
    ...missing.map(({ token }) => `You hold too little ${symbolOf(token)} for the seed.`),
  ];
}

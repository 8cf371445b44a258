import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Address, erc20Abi, type Hex, isHex } from "viem";
import { readContract } from "viem/actions";
import {
  assetRegistryAbi,
  cappedWeights,
  equalWeights,
  type GasSnapshot,
  MAX_TOKENS,
  METHODOLOGY_TIERS,
  type Methodology,
  type PreviewIndexParameters,
  parseMethodology,
  parseSizesCsv,
  parseTokensCsv,
  parseWeightsCsv,
  TEMPLATES,
  type TemplateKind,
  type TokenWeight,
  templateMethodology,
} from "../../sdk/src/index.ts";
import { asAddress, readJson, readText, type Session } from "./connect.ts";
import { amount, choice, type Flags, percentage, required, UsageError, whole } from "./options.ts";

const WHOLE = 10_000;
const USD_DECIMALS = 18;

/** What the flags of `preview` and `create` ask for. */
export type Wanted = {
  parameters: PreviewIndexParameters;
  document: Methodology;
  /** Symbol of every token. */
  nameOf: ReadonlyMap<Address, string>;
};

function weightsOf(flags: Flags, template: TemplateKind, { deployment }: Session): readonly TokenWeight[] {
  const text = readText(required(flags.csv, "csv"), "csv");
  const cap = flags.cap === undefined ? WHOLE : percentage(flags.cap, "cap");
  if (template === "equal" || template === "ai") {
    return equalWeights(parseTokensCsv(text, deployment).map(({ token }) => token));
  }
  if (template === "market-cap") return cappedWeights(parseSizesCsv(text, deployment), cap);
  const unit = flags.unit === undefined ? undefined : choice(flags.unit, "unit", ["percent", "bps"]);
  return parseWeightsCsv(text, { tokens: deployment.tokens, unit }).rows;
}

/** Stable tokens to flee to: those of --stable, else the ones that the deployment names as everybody does. */
function stablesOf(flags: Flags, { deployment }: Session): Address[] {
  const names = flags.stable ?? ["USDC", "USDT"].filter((symbol) => symbol in deployment.tokens);
  return names.map((name) => {
    const known = deployment.tokens[name];
    return known === undefined ? asAddress(name, "stable") : known.address;
  });
}

const UNLISTED = 0xffff;
const STABLE = 1;

/** Those of the tokens that the registry calls stable. */
async function readStables({ client, deployment }: Session, tokens: readonly Address[]): Promise<Address[]> {
  const address = deployment.contracts.AssetRegistry;
  const at = { address, abi: assetRegistryAbi, functionName: "listings", args: [tokens] } as const;
  const listings = await readContract(client, at);
  return tokens.filter((_, i) => {
    const listing = listings[i] ?? UNLISTED;
    return listing !== UNLISTED && ((listing >> 8) & STABLE) !== 0;
  });
}

async function readNames(session: Session, tokens: readonly Address[]): Promise<Map<Address, string>> {
  const known = new Map(Object.entries(session.deployment.tokens).map(([symbol, { address }]) => [address, symbol]));
  const entries = await Promise.all(
    tokens.map(async (token): Promise<[Address, string]> => {
      const name =
        known.get(token) ??
        (await readContract(session.client, { address: token, abi: erc20Abi, functionName: "symbol" }).catch(
          () => token,
        ));
      return [token, name];
    }),
  );
  return new Map(entries);
}

function documentOf(
  flags: Flags,
  template: TemplateKind,
  weights: readonly TokenWeight[],
  nameOf: ReadonlyMap<Address, string>,
  stables: readonly Address[],
): Methodology {
  if (flags.methodology !== undefined) return parseMethodology(readJson(flags.methodology, "methodology"));
  return templateMethodology({
    template,
    name: required(flags.name, "name"),
    symbol: required(flags.symbol, "symbol"),
    weights: weights.map(({ token, weightBps }) => ({ symbol: (nameOf.get(token) ?? token).toUpperCase(), weightBps })),
    stables: stables.map((token) => (nameOf.get(token) ?? token).toUpperCase()),
    capBps: flags.cap === undefined ? undefined : percentage(flags.cap, "cap"),
    // The format refuses what is no period.
    rebalance: flags.rebalance as Methodology["rebalance"] | undefined,
    tier: flags.tier === undefined ? undefined : choice(flags.tier, "tier", METHODOLOGY_TIERS),
    fees: {
      streamingBps: whole(flags["fee-bps"] ?? "0", "fee-bps", 0, 500),
      mintBps: whole(flags["mint-fee-bps"] ?? "0", "mint-fee-bps", 0, 100),
    },
  });
}

function saltOf(flags: Flags): Hex | undefined {
  const { salt } = flags;
  if (salt === undefined) return undefined;
  if (isHex(salt) && salt.length === 66) return salt;
  throw new UsageError(`--salt must be 0x and 64 digits, not ${salt}.`);
}

/** Measured gas of the contracts of this checkout. */
function measuredGas(): GasSnapshot {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "snapshots", "gas.json"), "utf8"),
  ) as GasSnapshot;
}

/** Reads flags and files into what the SDK previews; sends nothing. */
export async function readWanted(flags: Flags, session: Session): Promise<Wanted> {
  const { account, deployment } = session;
  if (account === undefined) {
    throw new UsageError("For whom?", "Give --account, or a key in the environment.");
  }
  const template = choice(flags.template ?? "fixed", "template", TEMPLATES);
  const weights = weightsOf(flags, template, session);
  if (weights.length > MAX_TOKENS) throw new UsageError(`${weights.length} tokens are too many.`);
  const stables = stablesOf(flags, session);
  const held = weights.map(({ token }) => token);
  const nameOf = await readNames(session, [...new Set([...held, ...stables])]);
  const document = documentOf(flags, template, weights, nameOf, [...stables, ...(await readStables(session, held))]);
  const signers = flags.signer?.map((signer) => asAddress(signer, "signer"));
  const { IndexFactory: factory, IndexLens: lens, AssetRegistry: registry } = deployment.contracts;
  const parameters: PreviewIndexParameters = {
    factory,
    lens,
    registry,
    native: deployment.external.weth,
    name: flags.name ?? document.name,
    symbol: flags.symbol ?? document.symbol,
    weights,
    seedUsd: amount(required(flags["seed-usd"], "seed-usd"), "seed-usd", USD_DECIMALS),
    stables,
    streamingBps: document.fees.streamingBps,
    mintFeeBps: document.fees.mintBps,
    signers,
    threshold: whole(flags.threshold ?? "1", "threshold", 1, signers?.length ?? 1),
    document,
    salt: saltOf(flags),
    measured: measuredGas(),
    account,
  };
  return { parameters, document, nameOf };
}

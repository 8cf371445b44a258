import {
  type CreateIndexParameters,
  cappedWeights,
  type KnownTokens,
  MAX_TOKENS,
  METHODOLOGY_TIERS,
  type MethodologyTier,
  methodologyLimits,
  PERIODS,
  parseSizesCsv,
  parseTokensCsv,
  parseWeightsCsv,
  type RebalancePeriod,
  TEMPLATES,
  type TemplateKind,
} from "@gimbal/sdk";
import { type Address, isAddress } from "viem";

/** {bps} */
const WHOLE = 10_000;

/** A token of the basket that is being made. */
export interface DraftRow {
  readonly token: Address;
  readonly symbol: string;
  /** {bps} */
  readonly weightBps: number;
  /** Stays as it is when another weight changes. */
  readonly isLocked: boolean;
}

export const LIMIT_PRESETS = ["usual", "careful"] as const;
export type LimitPreset = (typeof LIMIT_PRESETS)[number];

/** Everything that the wizard asks for. Texts are as they were typed, so that a reload loses nothing. */
export interface Draft {
  readonly step: number;
  readonly template: TemplateKind;
  readonly rows: readonly DraftRow[];
  readonly name: string;
  readonly symbol: string;
  /** {USD} */
  readonly seed: string;
  /** {% a year} and {% of a mint} */
  readonly streaming: string;
  readonly mintFee: string;
  /** {%} largest part of one token. */
  readonly cap: string;
  readonly rebalance: RebalancePeriod;
  readonly tier: MethodologyTier;
  readonly limits: LimitPreset;
  readonly stables: readonly Address[];
  /** One address a line; empty: the account alone. */
  readonly signers: string;
  readonly threshold: string;
  /** Whether the account may change fees, signers and strategy later. */
  readonly isCurated: boolean;
  /** Makes the address of the index unique among those of the account. */
  readonly salt: string;
  /** {raw tokens} of the seed as they were shown before the first approval, so that what is approved is what is taken. */
  readonly frozen: readonly (readonly [token: Address, amount: string])[];
}

export const EMPTY_DRAFT: Draft = {
  ...{ step: 0, template: "fixed", rows: [], name: "", symbol: "", seed: "1000", streaming: "0.5", mintFee: "0" },
  ...{ cap: "100", rebalance: "monthly", tier: "balanced", limits: "usual", stables: [] },
  ...{ signers: "", threshold: "1", isCurated: false, salt: "", frozen: [] },
};

/** Where a draft is kept: one for each chain. */
const placeOf = (chainId: number): string => `gimbal.create.${chainId}`;

/** The draft of the last visit; an empty one when there is none, or when it cannot be read. */
export function loadDraft(storage: Pick<Storage, "getItem">, chainId: number): Draft {
  try {
    const value: unknown = JSON.parse(storage.getItem(placeOf(chainId)) ?? "null");
    return readDraft(value);
  } catch {
    return EMPTY_DRAFT; // What cannot be read is not worth a page that does not open.
  }
}

export function saveDraft(storage: Pick<Storage, "setItem">, chainId: number, draft: Draft): void {
  storage.setItem(placeOf(chainId), JSON.stringify(draft));
}

export function dropDraft(storage: Pick<Storage, "removeItem">, chainId: number): void {
  storage.removeItem(placeOf(chainId));
}

function readDraft(value: unknown): Draft {
  if (typeof value !== "object" || value === null) return EMPTY_DRAFT;
  const given = value as Partial<Record<keyof Draft, unknown>>;
  const text = (
    key: "name" | "symbol" | "seed" | "streaming" | "mintFee" | "cap" | "signers" | "threshold" | "salt",
  ) => (typeof given[key] === "string" ? given[key] : EMPTY_DRAFT[key]);
  const one = <T extends string>(list: readonly T[], found: unknown, otherwise: T): T =>
    list.find((item) => item === found) ?? otherwise;
  return {
    step: typeof given.step === "number" && given.step >= 0 && given.step < STEPS.length ? given.step : 0,
    template: one(TEMPLATES, given.template, EMPTY_DRAFT.template),
    rows: Array.isArray(given.rows) ? given.rows.filter(isRow) : [],
    ...{ name: text("name"), symbol: text("symbol"), seed: text("seed"), streaming: text("streaming") },
    ...{ mintFee: text("mintFee"), cap: text("cap"), signers: text("signers"), threshold: text("threshold") },
    rebalance: one(PERIODS, given.rebalance, EMPTY_DRAFT.rebalance),
    tier: one(METHODOLOGY_TIERS, given.tier, EMPTY_DRAFT.tier),
    limits: one(LIMIT_PRESETS, given.limits, EMPTY_DRAFT.limits),
    stables: Array.isArray(given.stables) ? given.stables.filter((token) => isAddress(String(token))) : [],
    isCurated: given.isCurated === true,
    salt: text("salt"),
    frozen: Array.isArray(given.frozen) ? given.frozen.filter(isAmount) : [],
  };
}

function isAmount(value: unknown): value is readonly [Address, string] {
  return Array.isArray(value) && isAddress(String(value[0])) && /^\d{1,60}$/.test(String(value[1]));
}

/** The draft with a change. Whatever changes the index makes the seed be reckoned anew. */
export function changeDraft(draft: Draft, change: Partial<Draft>): Draft {
  const keeps = Object.keys(change).every((key) => key === "step" || key === "frozen");
  return { ...draft, ...(keeps ? {} : { frozen: [] }), ...change };
}

function isRow(value: unknown): value is DraftRow {
  const { token, symbol, weightBps, isLocked } = (value ?? {}) as Partial<DraftRow>;
  return (
    typeof token === "string" &&
    isAddress(token) &&
    typeof symbol === "string" &&
    Number.isInteger(weightBps) &&
    typeof isLocked === "boolean"
  );
}

export const STEPS = ["Basket", "Terms", "Preview", "Create"] as const;

/** {bps} Shares `left` among the rows in proportion to what they have; equally when they have nothing. Largest remainders first. */
function share(left: number, rows: readonly DraftRow[]): number[] {
  const sum = rows.reduce((all, { weightBps }) => all + weightBps, 0);
  const parts = rows.map(({ weightBps }) => (sum === 0 ? left / rows.length : (left * weightBps) / sum));
  const whole = parts.map(Math.floor);
  const missing = left - whole.reduce((all, part) => all + part, 0);
  const order = parts
    .map((part, i) => [part - Math.floor(part), i] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (const [, i] of order.slice(0, missing)) whole[i] = (whole[i] ?? 0) + 1;
  return whole;
}

/** {bps} Sum of all weights. */
export function sumOf(rows: readonly DraftRow[]): number {
  return rows.reduce((sum, { weightBps }) => sum + weightBps, 0);
}

/**
 * Sets one weight and lets the others that are not locked make room in proportion, so that the sum stays 100%. What the locked
 * ones leave is the most that the weight can be. With nothing left to move, the sum is wrong and the page says so.
 */
export function setWeight(rows: readonly DraftRow[], token: Address, weightBps: number): readonly DraftRow[] {
  const fixed = rows.filter((row) => row.isLocked && row.token !== token);
  const most = Math.max(0, WHOLE - sumOf(fixed));
  const own = Math.min(Math.max(0, Math.round(weightBps)), most);
  const open = rows.filter((row) => !row.isLocked && row.token !== token);
  const parts = open.length === 0 ? [] : share(most - own, open);
  const partOf = new Map(open.map((row, i) => [row.token, parts[i] ?? 0]));
  return rows.map((row) =>
    row.token === token ? { ...row, weightBps: own } : { ...row, weightBps: partOf.get(row.token) ?? row.weightBps },
  );
}

/** Makes the sum 100% by what is not locked. */
export function fillUp(rows: readonly DraftRow[]): readonly DraftRow[] {
  const open = rows.filter(({ isLocked }) => !isLocked);
  if (open.length === 0) return rows;
  const parts = share(Math.max(0, WHOLE - sumOf(rows.filter(({ isLocked }) => isLocked))), open);
  const partOf = new Map(open.map((row, i) => [row.token, parts[i] ?? 0]));
  return rows.map((row) => ({ ...row, weightBps: partOf.get(row.token) ?? row.weightBps }));
}

/** Adds a token with an equal part of what is not locked. */
export function addToken(rows: readonly DraftRow[], token: Address, symbol: string): readonly DraftRow[] {
  if (rows.some((row) => row.token === token) || rows.length >= MAX_TOKENS) return rows;
  const open = rows.filter(({ isLocked }) => !isLocked);
  const room = WHOLE - sumOf(rows.filter(({ isLocked }) => isLocked));
  const own = Math.floor(Math.max(0, room) / (open.length + 1));
  return setWeight([...rows, { token, symbol, weightBps: 0, isLocked: false }], token, own);
}

/** Takes a token out; the others that are not locked take its place. */
export function removeToken(rows: readonly DraftRow[], token: Address): readonly DraftRow[] {
  return fillUp(rows.filter((row) => row.token !== token));
}

/** Equal parts; locks are opened. */
export function equalParts(rows: readonly DraftRow[]): readonly DraftRow[] {
  return fillUp(rows.map((row) => ({ ...row, weightBps: 0, isLocked: false })));
}

/**
 * Parts by size, nobody above the cap. Throws TemplateInvalidError when a cap leaves a part without a place.
 *
 * @param sizeOf {any unit} of each token, such as its capitalisation; undefined: not known.
 */
export function partsBySize(
  rows: readonly DraftRow[],
  sizeOf: (row: DraftRow) => bigint | undefined,
  capBps: number,
): readonly DraftRow[] {
  const weights = cappedWeights(
    rows.map((row) => ({ token: row.token, size: sizeOf(row) ?? 0n })),
    capBps,
  );
  return rows.map((row, i) => ({ ...row, isLocked: false, weightBps: weights[i]?.weightBps ?? 0 }));
}

/** Rows of a pasted table, by the template. Throws WeightsCsvInvalidError, which names the line. */
export function rowsFromCsv(
  text: string,
  template: TemplateKind,
  { tokens, capBps }: { tokens: KnownTokens; capBps: number },
): readonly DraftRow[] {
  const symbolOf = new Map(Object.entries(tokens).map(([symbol, { address }]) => [address, symbol]));
  const rowOf = ({ token, name, weightBps = 0 }: { token: Address; name: string; weightBps?: number }): DraftRow => {
    return { token, symbol: symbolOf.get(token) ?? name, weightBps, isLocked: false };
  };
  if (template === "equal" || template === "ai") return equalParts(parseTokensCsv(text, { tokens }).map(rowOf));
  if (template === "fixed") return parseWeightsCsv(text, { tokens }).rows.map(rowOf);
  const sizes = parseSizesCsv(text, { tokens });
  const sizeOf = new Map(sizes.map(({ token, size }) => [token, size]));
  return partsBySize(sizes.map(rowOf), ({ token }) => sizeOf.get(token), capBps);
}

/** A percentage as typed, as whole basis points; undefined: it is none. */
export function toBps(text: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = "0", fraction = ""] = match;
  return Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
}

/** Addresses that sign decisions; an empty list: the account alone. */
export function signersOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((line) => line !== "");
}

const HALF = 2;

/** Limits of the vault: what suits the rules, or half of the room and twice the delays. Within what the factory allows. */
export function limitsOf(
  preset: LimitPreset,
  rules: Parameters<typeof methodologyLimits>[0],
): CreateIndexParameters["limits"] {
  const usual = methodologyLimits(rules);
  if (preset === "usual") return usual;
  return {
    ...usual,
    turnoverBps: usual.turnoverBps / HALF,
    lossBps: usual.lossBps / HALF,
    maxWeightChangeBps: usual.maxWeightChangeBps / HALF,
    riskDelay: usual.riskDelay * HALF,
    basketDelay: usual.basketDelay * HALF,
  };
}

import { isAddress } from "viem";
import { type Draft, signersOf, sumOf, toBps } from "./draft.ts";

const WHOLE = 10_000;
/** What IndexFactory allows. */
const MOST_YEARLY_BPS = 500;
const MOST_MINT_BPS = 100;
const LEAST_SEED_USD = 100;

/** Why a basket cannot be an index; undefined: it can. */
export function basketFault({ rows }: Draft): string | undefined {
  if (rows.length === 0) return "Add a token";
  const empty = rows.find(({ weightBps }) => weightBps <= 0);
  if (empty !== undefined) return `Give ${empty.symbol} a part, or take it out`;
  const sum = sumOf(rows);
  return sum === WHOLE ? undefined : `The parts sum to ${sum / 100}%, not 100%`;
}

export type TermsFaults = Partial<
  Record<"name" | "symbol" | "seed" | "streaming" | "mintFee" | "cap" | "signers" | "threshold", string>
>;

/** What is wrong with the terms, by field. */
export function termsFaults(draft: Draft): TermsFaults {
  const { name, symbol, seed, streaming, mintFee, cap, signers, threshold } = draft;
  const faults: TermsFaults = {};
  if (name.trim() === "") faults.name = "Give it a name";
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,11}$/.test(symbol)) faults.symbol = "1 to 12 letters, digits or hyphens";
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(seed) || Number(seed) < LEAST_SEED_USD) {
    faults.seed = `At least ${LEAST_SEED_USD} USD, in digits`;
  }
  const percentFault = (text: string, least: number, most: number): string | undefined => {
    const bps = toBps(text);
    return bps === undefined || bps < least || bps > most
      ? `From ${least / 100}% to ${most / 100}%, two decimals at most`
      : undefined;
  };
  const fees = {
    streaming: percentFault(streaming, 0, MOST_YEARLY_BPS),
    mintFee: percentFault(mintFee, 0, MOST_MINT_BPS),
  };
  if (fees.streaming !== undefined) faults.streaming = fees.streaming;
  if (fees.mintFee !== undefined) faults.mintFee = fees.mintFee;
  const capFault = percentFault(cap, 1, WHOLE);
  if (capFault !== undefined) faults.cap = capFault;
  const list = signersOf(signers);
  const wrong = list.findIndex((signer) => !isAddress(signer));
  if (wrong >= 0) faults.signers = `Signer ${wrong + 1} is no address`;
  else if (new Set(list.map((signer) => signer.toLowerCase())).size < list.length)
    faults.signers = "One is named twice";
  const count = Math.max(1, list.length);
  if (!/^\d{1,3}$/.test(threshold) || Number(threshold) < 1 || Number(threshold) > count) {
    faults.threshold = `From 1 to ${count}`;
  }
  return faults;
}

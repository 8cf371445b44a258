import { D18, mulDiv } from "@gimbal/sdk";
import { type Address, parseUnits } from "viem";
import type { Answers } from "./answers.d.ts";

/** What an account holds of one index. null: not known where the data comes from. */
export interface HeldIndex {
  readonly vault: Address;
  readonly name: string;
  readonly symbol: string;
  /** {share wei} */
  readonly shares: bigint;
  /** D18{USD/share} */
  readonly price: bigint | null;
  /** D18{USD} */
  readonly value: bigint | null;
  /** D18{USD} what the shares cost, first in first out */
  readonly cost: bigint | null;
  /** D18{USD} value less cost */
  readonly unrealised: bigint | null;
  /** D18{USD} of what was sold */
  readonly realised: bigint | null;
}

/** An amount of the API with 18 decimals, dollars or shares; null stays null. */
export function usdOf(figure: { amount: string } | null): bigint | null {
  return figure === null ? null : parseUnits(figure.amount, 18);
}

type AccountAnswer = Answers["/v1/accounts/{address}"]["data"];
type GainsAnswer = Answers["/v1/accounts/{address}/gains"]["data"];

/** Positions with their gains; an index that was sold entirely stays in the list for what it brought. */
export function joinGains(account: AccountAnswer, gains: GainsAnswer): readonly HeldIndex[] {
  const gainsOf = new Map(gains.indices.map((entry) => [entry.index.toLowerCase(), entry]));
  const held = account.positions.map(({ index, name, symbol, shares, navPerShare, value }): HeldIndex => {
    const gain = gainsOf.get(index.toLowerCase());
    return {
      ...{ vault: index as Address, name, symbol, shares: usdOf(shares) ?? 0n },
      ...{ price: usdOf(navPerShare), value: usdOf(value) },
      ...{ cost: gain ? usdOf(gain.cost) : null, unrealised: gain ? usdOf(gain.unrealised) : null },
      realised: gain ? usdOf(gain.realised) : null,
    };
  });
  const known = new Set(held.map(({ vault }) => vault.toLowerCase()));
  const gone = gains.indices
    .filter(({ index, disposals }) => !known.has(index.toLowerCase()) && disposals.length > 0)
    .map(({ index, symbol, realised }): HeldIndex => {
      const nothing = { shares: 0n, price: null, value: 0n, cost: 0n, unrealised: 0n };
      return { vault: index as Address, name: symbol, symbol, ...nothing, realised: usdOf(realised) };
    });
  return [...held, ...gone];
}

/** What is held at another price of its share; the API's is as old as the last event or day. */
export function atPrice(held: HeldIndex, price: bigint): HeldIndex {
  const value = mulDiv(held.shares, price, D18);
  return { ...held, price, value, unrealised: held.cost === null ? null : value - held.cost };
}

/** A sum of what is known; null when a part is not. */
export function sumOf(rows: readonly HeldIndex[], pick: (row: HeldIndex) => bigint | null): bigint | null {
  return rows.reduce<bigint | null>((sum, row) => {
    const value = pick(row);
    return sum === null || value === null ? null : sum + value;
  }, 0n);
}

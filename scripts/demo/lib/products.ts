import type { Address } from "viem";
import type { PortfolioPlan } from "../../../sdk/src/index.ts";
import type { Maker } from "../../market-maker/serve.ts";
import type { DemoIndex } from "./scene.ts";

/** What the scene of the products notes. */
export interface Products {
  /** Made from a table of weights by an account without any role. No keeper decides for it here. */
  custom: ProductIndex;
  desks: Desk[];
  saver: SaverBook | undefined;
  plan: PortfolioPlan | undefined;
  /** The plan as it was last shown. */
  planTable: readonly string[];
}

/** An index as batches know it. */
export type ProductIndex = Pick<DemoIndex, "name" | "symbol" | "vault" | "assets">;

/** The batch depositor of an index, and what went on there. */
export interface Desk {
  index: ProductIndex;
  depositor: Address;
  /** Who fills its batches. */
  maker: Maker;
  /** Those who asked for something in the batch that comes next, and want to be paid when it is over. */
  people: Set<Address>;
  /** Those who asked too and fetch what they get themselves, some day. */
  later: Set<Address>;
  batches: BatchNote[];
}

/** What became of one batch. */
export interface BatchNote {
  batch: bigint;
  people: number;
  /** {raw cash} asked to be invested; of it crossed with redemptions at NAV, sold shares for, sent back. */
  assets: bigint;
  crossed: bigint;
  delivered: bigint;
  refunded: bigint;
  /** {1} what depositors paid above NAV to whoever brought the shares. */
  premium: number;
  /** {gas} of opening, filling and paying out. */
  gas: bigint;
}

/** A deposit every week. */
export interface SaverBook {
  id: bigint;
  /** {raw cash} an order */
  amount: bigint;
  orders: number;
  /** {raw cash} paid to whoever filed the orders. */
  tips: bigint;
  /** What all of it came to, once the plan is cancelled. */
  outcome: string | undefined;
}

/** The desk of an index. */
export function deskOf({ desks }: Products, vault: Address): Desk {
  const desk = desks.find(({ index }) => index.vault.toLowerCase() === vault.toLowerCase());
  if (desk === undefined) throw new Error(`${vault} has no batch depositor`);
  return desk;
}

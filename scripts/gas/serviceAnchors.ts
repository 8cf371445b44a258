// What using services may cost at most, in gas of whole transactions (base cost and calldata included).
import type { Anchor } from "./anchors.ts";

/** The product's promise for 500 receipts. */
const SETTLEMENT = 5_000_000;

export const serviceAnchors: Record<string, Anchor> = {
  "buy credits, first time, tx": { ceiling: 130_000 },
  "buy credits again, tx": { ceiling: 115_000 },
  "buy a plan, tx": { ceiling: 105_000 },
  "prolong a plan, tx": { ceiling: 85_000 },
  "start a trial, tx": { ceiling: 100_000 },
  "load a meter, first time, tx": { ceiling: 60_000 },
  "load a meter again, tx": { ceiling: 45_000 },
  "give notice to unload, tx": { ceiling: 55_000 },
  "unload a meter, tx": { ceiling: 50_000 },
  "name a key, tx": { ceiling: 80_000 },
  "name no key, tx": { ceiling: 40_000 },
  "settle 500 receipts of 25 accounts, tx": { ceiling: SETTLEMENT },
  "settle 500 receipts of 100 accounts, tx": { ceiling: SETTLEMENT },
  "settle 500 receipts of 200 accounts, tx": { ceiling: SETTLEMENT },
  // One signature, one slot and their calldata are 9,400 gas of each: 4.7 million before anything is hashed or told.
  "settle 500 receipts of 500 accounts, tx": { ceiling: 8_200_000, missed: SETTLEMENT },
  "claim what an asset earned, tx": { ceiling: 55_000 },
};

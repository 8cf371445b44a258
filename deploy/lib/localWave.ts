import { type Address, getAddress } from "viem";
import { type Airdrop, buildAirdrop } from "../../sdk/src/governance/airdrop.ts";
import type { AirdropWave } from "../config/types.ts";
import { ALLOCATION } from "../modules/Governance.ts";

const HOUR = 3_600;
const DAY = 86_400;
/** {s} until claims open: a deployment takes less. */
const NOTICE = HOUR;
/** {s} in which one can claim. */
const WINDOW = 180 * DAY;
/** {s} over which the part that is not paid at once vests. */
const VESTING = 365 * DAY;

/** The list of a local chain: the accounts of its node share the whole airdrop. */
export function localList(accounts: readonly Address[]): Airdrop {
  const amount = ALLOCATION.airdrop / BigInt(accounts.length);
  return buildAirdrop(accounts.map((account) => ({ account: getAddress(account), amount })));
}

/** A first wave with this list, announced when the chain's clock says `now`. */
export function localWave({ root, total }: Pick<Airdrop, "root" | "total">, now: number): AirdropWave {
  const start = now + NOTICE;
  return { root, total, start, deadline: start + WINDOW, vestEnd: start + VESTING };
}

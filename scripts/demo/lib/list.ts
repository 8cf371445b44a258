import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEther } from "viem";
import { type Airdrop, buildAirdrop, formatAirdrop, parseAirdropCsv } from "../../../sdk/src/governance/airdrop.ts";
import { simulateCrowd, toCsv } from "./crowd.ts";
import type { Member } from "./dao.ts";
import type { Demo } from "./scene.ts";

/** Accounts in the list, those that act included. */
const ACCOUNTS = 1_000;
/** {GIM} of those who act, in the order of the cast; the crowd shares the rest. */
const HOLDERS = [400_000, 3_000_000, 6_000_000, 200_000, 120_000];
const WALLETS = [24_000_000, 20_000_000, 16_000_000, 12_000_000, 8_000_000, 4_000_000];

/** The list of the airdrop, written as CSV and built from that file, with those on it who act. */
export function buildList({ cast, options }: Demo, total: bigint): { list: Airdrop; members: Member[] } {
  const members = [...cast.holders, ...cast.wallets].map((person, index): Member => {
    const whole = [...HOLDERS, ...WALLETS][index];
    if (whole === undefined) throw new Error(`${person.name} gets nothing`);
    const nothing = { liquid: 0n, vested: 0n, locked: 0n, bonus: 0n, compounded: 0n, claimed: new Map() };
    return { ...person, ...nothing, allotment: parseEther(`${whole}`), terms: "", mode: "" };
  });
  const given = members.reduce((sum, { allotment }) => sum + allotment, 0n);
  const acting = members.map(({ address, allotment }) => ({ account: address, amount: allotment }));
  const crowd = simulateCrowd(options.seed, ACCOUNTS - members.length, total - given);

  mkdirSync(options.out, { recursive: true });
  const path = join(options.out, "airdrop.csv");
  writeFileSync(path, toCsv([...acting, ...crowd]));
  const list = buildAirdrop(parseAirdropCsv(readFileSync(path, "utf8")), total);
  writeFileSync(join(options.out, "airdrop.json"), formatAirdrop(list));
  return { list, members };
}

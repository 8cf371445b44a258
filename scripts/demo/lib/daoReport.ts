import { getLock } from "../../../sdk/src/index.ts";
import { contractOf, gim, type Member, type ProposalNote, units } from "./dao.ts";
import { balancesOfBooks, type TokenBook } from "./daoBooks.ts";
import type { Demo, DemoIndex } from "./scene.ts";
import { formatTable, percent, usd } from "./table.ts";

/** The DAO's part of the closing report: who got what, where fees went, the sale, the votes. */
export async function daoLines(demo: Demo): Promise<string[]> {
  const { dao } = demo;
  const books = await balancesOfBooks(demo);
  const burned = dao.penalties.reduce((sum, { penalty }) => sum + penalty / 2n, 0n);
  return [
    "GIM: airdrop and locks",
    ...formatTable(await stakerRows(demo), [0, 6]),
    ...dao.penalties.map(
      ({ penalty }) => `Penalties of those who left early: ${gim(penalty)} GIM, of which ${gim(burned)} burned.`,
    ),
    "",
    "Fees of the vaults, in dollars of the day they were collected",
    ...formatTable(feeRows(demo)),
    "",
    "Revenue of stakers: all that came in is claimed, claimable, waiting or dust",
    ...formatTable(revenueRows(books)),
    "",
    ...formatTable(claimRows(demo, books), [0, books.length + 2]),
    "",
    ...saleLines(demo),
    "",
    "Votes, in millions of veGIM",
    ...formatTable(proposalRows(dao.proposals), [0, 1, 6]),
  ];
}

async function stakerRows(demo: Demo): Promise<string[][]> {
  const at = { escrow: contractOf(demo, "VotingEscrow"), scores: contractOf(demo, "ScoreRegistry") };
  const rows = [["", "airdrop", "+ bonus", "in the lock", "veGIM now", "tier", "how"]];
  let [given, bonus, locked, power] = [0n, 0n, 0n, 0n];
  for (const member of demo.dao.members) {
    const held = await getLock(demo.chain.client, { ...at, account: member.address });
    const figures = [member.allotment, member.bonus, held.amount, held.power].map((wei) => gim(wei));
    rows.push([member.name, ...figures, `${held.tier}`, member.terms]);
    [given, bonus] = [given + member.allotment, bonus + member.bonus];
    [locked, power] = [locked + held.amount, power + held.power];
  }
  return [...rows, ["together", ...[given, bonus, locked, power].map((wei) => gim(wei)), "", ""]];
}

function feeRows(demo: Demo): string[][] {
  const columns = demo.indices.map((index) => {
    const line = demo.dao.revenue.get(index.vault.toLowerCase());
    if (line === undefined) throw new Error(`${index.symbol} paid no fees`);
    const { protocol, royalty, creator } = line.usd;
    const shares = line.stakers + line.buyback + line.treasury + line.keepers;
    const part = (amount: bigint): string => usd(shares === 0n ? 0 : (protocol * Number(amount)) / Number(shares), 2);
    return [
      index.name,
      usd(protocol + royalty + creator, 2),
      usd(creator, 2),
      usd(royalty, 2),
      usd(protocol, 2),
      part(line.stakers),
      part(line.buyback),
      part(line.treasury + line.keepers),
      `${percent(partOf(index, 0))} -> ${percent(partOf(index, -1))}`,
    ];
  });
  const names = [
    "",
    "collected",
    "to the creator",
    "to the strategy, by the vault's record",
    "to the protocol",
    "  of that to stakers, in shares",
    "  to the buyback: no market for shares",
    "  to treasury and keepers",
    "protocol's part, first week -> last",
  ];
  return names.map((name, row) => [name, ...columns.map((column) => column[row] ?? "")]);
}

/** {1} of one collection that went to the protocol. */
function partOf({ feeSplits }: DemoIndex, position: number): number {
  const split = feeSplits.at(position);
  if (split === undefined) return 0;
  const all = split.daoShares + split.royaltyShares + split.creatorShares;
  return all === 0n ? 0 : Number(split.daoShares) / Number(all);
}

function revenueRows(books: readonly TokenBook[]): string[][] {
  const rows = books.map(({ symbol, decimals, paidIn, claimed, claimable, pot, dust }) => [
    symbol,
    ...[paidIn, claimed, claimable, pot].map((raw) => units(raw, decimals, 4)),
    `${dust} wei`,
  ]);
  return [["token", "paid in", "claimed", "claimable", "waiting", "dust"], ...rows];
}

function claimRows({ dao }: Demo, books: readonly TokenBook[]): string[][] {
  const rows = dao.members
    .filter(({ mode }) => mode !== "")
    .map((member: Member) => [
      member.name,
      ...books.map(({ token, decimals }) => units(member.claimed.get(token) ?? 0n, decimals, 4)),
      gim(member.compounded, 2),
      member.mode,
    ]);
  return [["claimed by", ...books.map(({ symbol }) => symbol), "GIM locked", "how"], ...rows];
}

function saleLines({ dao }: Demo): string[] {
  const { sale, buyback } = dao;
  if (sale === undefined) return [];
  const dollars = (raw: bigint): string => usd(Number(raw) / 1e6);
  const [first] = [...sale.buyers].sort((a, b) => a.opensAt - b.opensAt);
  const rows = sale.buyers.map(({ name, tier, opensAt, committed, accepted, refunded }) => [
    name,
    `${tier}`,
    `+${((opensAt - (first?.opensAt ?? opensAt)) / 3_600).toFixed(0)} h`,
    ...[committed, accepted, refunded].map(dollars),
  ]);
  const sums = [sale.committed, sale.accepted, sale.refunded].map(dollars);
  return [
    `Sale of the Example token: at most ${dollars(sale.hardCap)}, by tier at the snapshot`,
    ...formatTable([
      ["buyer", "tier", "opens", "committed", "accepted", "refunded"],
      ...rows,
      ["together", "", "", ...sums],
    ]),
    `The issuer got ${dollars(sale.payment)}, the protocol ${dollars(sale.fee)}: half to stakers, half for ` +
      `${gim(buyback.burned)} GIM, burned.`,
    `${units(sale.released, 18)} of ${units(sale.bought, 18)} bought tokens have vested and are out.`,
  ];
}

function proposalRows(proposals: readonly ProposalNote[]): string[][] {
  const words: Partial<Record<ProposalNote["outcome"], string>> = { canceled: "cancelled", defeated: "no quorum" };
  const millions = (wei: bigint): string => (Number(wei) / 1e24).toFixed(1);
  const rows = proposals.map(({ title, proposer, votes, quorum, outcome }) => [
    title,
    proposer,
    ...[votes.forVotes, votes.againstVotes, votes.abstainVotes, quorum].map(millions),
    words[outcome] ?? outcome,
  ]);
  return [["proposal", "by", "for", "against", "abstain", "quorum", "outcome"], ...rows];
}

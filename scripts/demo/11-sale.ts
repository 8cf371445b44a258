import {
  encodeFunctionData,
  erc20Abi,
  type Hex,
  parseEther,
  parseEventLogs,
  parseUnits,
  type TransactionReceipt,
} from "viem";
import {
  buybackAbi,
  closeSale,
  commitToSale,
  fundSale,
  getSale,
  releaseSale,
  saleRoundAbi,
  saleRoundFactoryAbi,
  settleSale,
} from "../../sdk/src/index.ts";
import { contractOf, type Member, type SaleNote, tell, units, WEEK } from "./lib/dao.ts";
import { act, authorize } from "./lib/holders.ts";
import { venueOf } from "./lib/market.ts";
import { give } from "./lib/pools.ts";
import { distributeToken } from "./lib/revenue.ts";
import type { Demo } from "./lib/scene.ts";
import { usd } from "./lib/table.ts";

const HOUR = 3_600;
const DAY = 86_400;
/** {raw USDC} */
const HARD_CAP = parseUnits("200000", 6);
const SOFT_CAP = parseUnits("50000", 6);
/** {raw sale tokens} at $0.05 each. */
const SALE_AMOUNT = parseEther("4000000");
/** {bps} */
const FEE = 500;
/** {s} from the proposal to the first commitment: what a proposal takes, and some days to spare. */
const NOTICE = 20 * DAY;
const LENGTH = 2.5 * DAY;
const CLIFF = WEEK;
const VESTING = 4 * WEEK;
/** {s} after the end at which buyers fetch what has vested. */
const RELEASES = [CLIFF + HOUR, VESTING + HOUR];
/** Who buys, each as much as its tier allows. */
const BUYERS = ["Alice", "Bob", "Carol", "Dave", "Erin", "Wallet 1", "Wallet 2", "Wallet 3"];

/** What the proposal announces: everything about the sale, which nobody can change afterwards. */
export async function announceTerms(demo: Demo) {
  const now = await demo.chain.now();
  const start = Math.ceil((now + NOTICE) / HOUR) * HOUR;
  return {
    issuer: demo.cast.issuer,
    paymentToken: demo.market.usdc.token,
    saleToken: demo.dao.saleToken,
    hardCap: HARD_CAP,
    softCap: SOFT_CAP,
    saleAmount: SALE_AMOUNT,
    snapshot: Math.floor((now - 1) / WEEK) * WEEK,
    start,
    end: start + LENGTH,
    cliff: CLIFF,
    vesting: VESTING,
    feeBps: FEE,
  };
}

/** After the proposal: the issuer brings the tokens, and every buyer waits for the opening of its tier. */
export async function openSale(demo: Demo, { logs }: TransactionReceipt, path: Hex): Promise<string> {
  const { chain, cast, agenda, dao } = demo;
  const [created] = parseEventLogs({ abi: saleRoundFactoryAbi, eventName: "RoundCreated", logs });
  if (created === undefined) throw new Error("no sale was announced");
  const sale = created.args.round;
  await give(venueOf(demo), dao.saleToken, cast.issuer, SALE_AMOUNT);
  const action = await fundSale(chain.client, { sale, account: cast.issuer });
  await authorize(demo, cast.issuer, action);
  await act(demo, cast.issuer, action.buildTx(), "sale: bring the tokens");

  const { start, end } = created.args.terms;
  const amounts = { committed: 0n, accepted: 0n, refunded: 0n, fee: 0n, payment: 0n, bought: 0n, released: 0n };
  const note: SaleNote = { round: sale, hardCap: HARD_CAP, ...amounts, buyers: [] };
  dao.sale = note;
  for (const member of dao.members.filter(({ name }) => BUYERS.includes(name))) {
    const { access } = await getSale(chain.client, { sale, account: member.address });
    if (access === undefined || access.tier === 0) throw new Error(`${member.name} may not buy`);
    agenda.add(Number(access.opensAt), () => commit(demo, note, member));
  }
  agenda.add(end, () => settle(demo, note, path));
  for (const delay of RELEASES) agenda.add(end + delay, () => release(demo, note));
  return `it opens on ${new Date(start * 1_000).toISOString().slice(0, 10)} for the highest tier`;
}

async function commit(demo: Demo, note: SaleNote, member: Member): Promise<void> {
  const { chain, market } = demo;
  const account = member.address;
  const { access } = await getSale(chain.client, { sale: note.round, account });
  if (access === undefined) throw new Error("the sale has no snapshot");
  await give(venueOf(demo), market.usdc.token, account, access.cap);
  const action = await commitToSale(chain.client, { sale: note.round, amount: access.cap, account });
  await authorize(demo, account, action);
  await act(demo, account, action.buildTx(), "sale: commit");
  note.committed += access.cap;
  note.buyers.push({
    name: member.name,
    tier: access.tier,
    opensAt: Number(access.opensAt),
    committed: access.cap,
    accepted: 0n,
    refunded: 0n,
  });
}

/** The end: refunds, the issuer's money, the protocol's fee, of which half buys GIM. */
async function settle(demo: Demo, note: SaleNote, path: Hex): Promise<void> {
  const { chain, cast, dao, market } = demo;
  for (const buyer of note.buyers) {
    const owner = dao.members.find(({ name }) => name === buyer.name)?.address ?? cast.keeper;
    const action = settleSale(chain.client, { sale: note.round, owner, account: cast.keeper });
    const { accepted, refund } = await action.simulate();
    const { access } = await getSale(chain.client, { sale: note.round, account: owner });
    await act(demo, cast.keeper, action.buildTx(), "sale: settle");
    Object.assign(buyer, { accepted, refunded: refund });
    note.accepted += accepted;
    note.refunded += refund;
    note.bought += access?.bought ?? 0n;
  }
  const action = closeSale(chain.client, { sale: note.round, account: cast.keeper });
  const { payment, fee } = await action.simulate();
  await act(demo, cast.keeper, action.buildTx(), "sale: close");
  Object.assign(note, { payment, fee });
  await distributeToken(demo, market.usdc.token);
  await buyBack(demo, path);
  const figures = [note.committed, note.accepted, note.refunded, fee].map((raw) => usd(Number(raw) / 1e6));
  const [committed, accepted, refunded, paid] = figures;
  await tell(demo, `The sale ends: ${committed} committed, ${accepted} accepted, ${refunded} refunded, ${paid} fee`);
}

async function buyBack(demo: Demo, path: Hex): Promise<void> {
  const { cast, dao, market } = demo;
  const buyback = contractOf(demo, "Buyback");
  const data = encodeFunctionData({ abi: buybackAbi, functionName: "buy", args: [path] });
  const { logs } = await act(demo, cast.keeper, { to: buyback, data, value: 0n }, "buy GIM back and burn it");
  for (const { args } of parseEventLogs({ abi: buybackAbi, eventName: "BoughtBack", logs })) {
    dao.buyback.spent += args.amountIn;
    dao.buyback.burned += args.burned;
  }
  if (dao.buyback.spent === 0n) throw new Error(`no ${market.usdc.symbol} was spent on GIM`);
}

async function release(demo: Demo, note: SaleNote): Promise<void> {
  const { chain, cast, dao } = demo;
  for (const buyer of note.buyers) {
    const owner = dao.members.find(({ name }) => name === buyer.name)?.address ?? cast.keeper;
    const action = releaseSale(chain.client, { sale: note.round, owner, account: cast.keeper });
    const { logs } = await act(demo, cast.keeper, action.buildTx(), "sale: release what vested");
    for (const { args } of parseEventLogs({ abi: saleRoundAbi, eventName: "Released", logs })) {
      note.released += args.amount;
    }
  }
  const balance = await chain.client.readContract({
    address: dao.saleToken,
    abi: erc20Abi,
    functionName: "balanceOf",
    args: [note.round],
  });
  await tell(demo, `${units(note.released, 18)} Example tokens are out, ${units(balance, 18)} still vest`);
}

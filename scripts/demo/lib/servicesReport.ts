import { units } from "./dao.ts";
import { subscriber } from "./passes.ts";
import { adopterOf } from "./royalties.ts";
import type { Demo, Person } from "./scene.ts";
import { formatTable, percent } from "./table.ts";

/** The services' part of the closing report: who paid for what, what was used, and who earned. */
export function serviceLines(demo: Demo): string[] {
  return [
    "Services: what was sold, and to whom the money went",
    ...formatTable(saleRows(demo), [0, 1]),
    "",
    "Requests to the API, by what paid for them",
    ...formatTable(requestRows(demo)),
    "",
    `Strategy ${demo.services.strategy.id}: its part of the fees in shares of ${adopterOf(demo).name}, and of its use in USDC`,
    ...formatTable(royaltyRows(demo)),
    "",
    ...demo.services.findings,
  ];
}

function dollars(raw: bigint, digits = 2): string {
  return `$${units(raw, 6, digits)}`;
}

function saleRows(demo: Demo): string[][] {
  const { cast, services } = demo;
  const rows = [["what", "by", "paid", "to sellers", "to authors", "for the use of data", "to the protocol"]];
  const { plan } = services;
  if (plan !== undefined) {
    const off = percent(1 - Number(plan.cost) / Number(plan.listed), 0);
    const what = `plan ${plan.plan}, ${off} off by tier`;
    rows.push([what, subscriber(demo).name, dollars(plan.cost), "", "", "", dollars(plan.cost)]);
  }
  for (const { units: count, cost, kept } of services.credits) {
    const what = `${count} credits of decisions`;
    rows.push([what, cast.reader.name, dollars(cost), "", "", dollars(kept), dollars(cost - kept)]);
  }
  for (const { what, buyer, cost, royalty, fee } of services.sales) {
    rows.push([
      `${what}, in the market`,
      buyer,
      dollars(cost),
      dollars(cost - royalty - fee),
      dollars(royalty),
      "",
      dollars(fee, 3),
    ]);
  }
  return rows;
}

function requestRows({ services }: Demo): string[][] {
  const { free, refused, byReceipt, byReceiptUnits, byPlan } = services.requests;
  const rows = [
    ["", "requests", "credits", "the method earned", "the data earned", "paid to"],
    ["free quota", `${free}`, "", "", "", ""],
    ["answered 402: what to sign", `${refused}`, "", "", "", ""],
    ["plan, nothing is signed", `${byPlan}`, "", "", "", ""],
    ["signed receipts", `${byReceipt}`, `${byReceiptUnits}`, "", "", ""],
  ];
  for (const [run, { receipts, units: used, byMethod, byData, owner }] of services.settlements.entries()) {
    const earned = [byMethod, byData].map((raw) => dollars(raw, 4));
    rows.push([`  settlement ${run + 1}`, `${receipts}`, `${used}`, ...earned, owner]);
  }
  return rows;
}

function royaltyRows({ cast, services }: Demo): string[][] {
  const { toOwner, fees, use, supply, sold } = services.royalties;
  const part = (shares: bigint): string => percent(supply === 0n ? 0 : Number(shares) / Number(supply), 2);
  const row = ({ name, address }: Person, shares: bigint, before: bigint): string[] => {
    const [inShares, inUsdc] = [fees, use].map(({ claimed }) => claimed.get(address.toLowerCase()) ?? 0n);
    return [name, part(shares), units(before, 18, 6), units(inShares ?? 0n, 18, 6), dollars(inUsdc ?? 0n, 6)];
  };
  return [
    ["holder", "of the shares", "fees, as the owner", "fees, as a holder", "for its use"],
    row(cast.strategist, supply - sold, toOwner),
    row(cast.investor, sold, 0n),
  ];
}

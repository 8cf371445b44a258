import { ponder } from "ponder:registry";
import { airdropClaim, airdropWave, commitment, sale, saleEvent } from "ponder:schema";
import { lower } from "../lib/snapshots.ts";
import { momentOf, rowOf, stampOf } from "../lib/stamp.ts";

ponder.on("SaleRoundFactory:RoundCreated", async ({ event, context }) => {
  const { round, terms } = event.args;
  const { hardCap, softCap, saleAmount } = terms;
  await context.db.insert(sale).values({
    round: lower(round),
    ...stampOf(event),
    issuer: lower(terms.issuer),
    paymentToken: lower(terms.paymentToken),
    saleToken: lower(terms.saleToken),
    hardCap,
    softCap,
    saleAmount,
    snapshot: Number(terms.snapshot),
    start: Number(terms.start),
    end: Number(terms.end),
    cliff: Number(terms.cliff),
    vesting: Number(terms.vesting),
    feeBps: Number(terms.feeBps),
    committed: 0n,
    buyers: 0,
  });
});

ponder.on("SaleRound:Funded", async ({ event, context }) => {
  const { issuer, amount } = event.args;
  const round = lower(event.log.address);
  await context.db.update(sale, { round }).set({ fundedBlock: momentOf(event).block });
  await context.db
    .insert(saleEvent)
    .values({ ...rowOf(event), round, kind: "funded", account: lower(issuer), tokens: amount });
});

ponder.on("SaleRound:Committed", async ({ event, context }) => {
  const { tier, added, committed, total } = event.args;
  const [round, account] = [lower(event.log.address), lower(event.args.account)];
  const isNew = (await context.db.find(commitment, { round, account })) === null;
  const row = { tier: Number(tier), committed, ...momentOf(event) };
  await context.db
    .insert(commitment)
    .values({ round, account, ...row, isSettled: false, released: 0n })
    .onConflictDoUpdate(row);
  await context.db.update(sale, { round }).set((old) => ({ committed: total, buyers: old.buyers + Number(isNew) }));
  await context.db.insert(saleEvent).values({ ...rowOf(event), round, kind: "committed", account, payment: added });
});

ponder.on("SaleRound:Cancelled", async ({ event, context }) => {
  const round = lower(event.log.address);
  await context.db.update(sale, { round }).set({ cancelledBlock: momentOf(event).block });
  await context.db
    .insert(saleEvent)
    .values({ ...rowOf(event), round, kind: "cancelled", account: lower(event.args.guardian) });
});

ponder.on("SaleRound:Settled", async ({ event, context }) => {
  const { accepted, refund, bought } = event.args;
  const [round, account] = [lower(event.log.address), lower(event.args.account)];
  await context.db
    .update(commitment, { round, account })
    .set({ isSettled: true, accepted, refund, bought, ...momentOf(event) });
  await context.db
    .insert(saleEvent)
    .values({ ...rowOf(event), round, kind: "settled", account, payment: accepted, refund, tokens: bought });
});

ponder.on("SaleRound:Closed", async ({ event, context }) => {
  const { payment, fee, unsold } = event.args;
  const round = lower(event.log.address);
  await context.db.update(sale, { round }).set({ closedBlock: momentOf(event).block, payment, fee, unsold });
  await context.db.insert(saleEvent).values({ ...rowOf(event), round, kind: "closed", payment, tokens: unsold });
});

ponder.on("SaleRound:Released", async ({ event, context }) => {
  const { amount, total } = event.args;
  const [round, account] = [lower(event.log.address), lower(event.args.account)];
  await context.db.update(commitment, { round, account }).set({ released: total, ...momentOf(event) });
  await context.db.insert(saleEvent).values({ ...rowOf(event), round, kind: "released", account, tokens: amount });
});

ponder.on("MerkleAirdrop:WaveCreated", async ({ event, context }) => {
  const { wave, root, total, start, deadline, vestEnd } = event.args;
  await context.db.insert(airdropWave).values({
    wave: Number(wave),
    ...stampOf(event),
    root,
    total,
    start: Number(start),
    deadline: Number(deadline),
    vestEnd: Number(vestEnd),
    claims: 0,
    claimed: 0n,
    swept: 0n,
  });
});

ponder.on("MerkleAirdrop:Claimed", async ({ event, context }) => {
  const { wave, account, amount } = event.args;
  await context.db
    .insert(airdropClaim)
    .values({ ...rowOf(event), wave: Number(wave), account: lower(account), kind: "claimed", amount, bonus: 0n });
  await context.db
    .update(airdropWave, { wave: Number(wave) })
    .set((row) => ({ claims: row.claims + 1, claimed: row.claimed + amount }));
});

ponder.on("MerkleAirdrop:ClaimedLocked", async ({ event, context }) => {
  const { wave, account, amount, bonus, end } = event.args;
  await context.db.insert(airdropClaim).values({
    ...rowOf(event),
    wave: Number(wave),
    account: lower(account),
    kind: "claimedLocked",
    amount,
    bonus,
    lockEnd: Number(end),
  });
  await context.db
    .update(airdropWave, { wave: Number(wave) })
    .set((row) => ({ claims: row.claims + 1, claimed: row.claimed + amount }));
});

ponder.on("MerkleAirdrop:Released", async ({ event, context }) => {
  const { wave, account, amount } = event.args;
  await context.db
    .insert(airdropClaim)
    .values({ ...rowOf(event), wave: Number(wave), account: lower(account), kind: "released", amount, bonus: 0n });
});

ponder.on("MerkleAirdrop:WaveSwept", async ({ event, context }) => {
  const { wave, amount } = event.args;
  await context.db.update(airdropWave, { wave: Number(wave) }).set((row) => ({ swept: row.swept + amount }));
});

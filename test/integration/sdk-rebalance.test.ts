import { expect } from "chai";
import { network } from "hardhat";
import { type Address, type Hex, keccak256, toHex } from "viem";
import {
  ArgumentInvalidError,
  applyBasket,
  type BasketDecision,
  bucketLeft,
  bucketLevel,
  ContractError,
  checkPrice,
  closeEpoch,
  D18,
  type Decision,
  fill,
  getBasket,
  getDrift,
  getEpoch,
  getLots,
  getTargets,
  getVault,
  hashBasketDecision,
  hashBasketDecisionStruct,
  hashDecision,
  hashDecisionStruct,
  Lane,
  mulDiv,
  packWeights,
  priceFactor,
  proposeBasket,
  proposeWeights,
  quoteFill,
  refreshTargets,
  send,
  signBasketDecision,
  signDecision,
  sizeFill,
  targetUnits,
  toAmountDown,
  turnoverLeft,
} from "../../sdk/src/index.ts";
import { addTokens, setPrices } from "../helpers/market.ts";
import { DECISION_SIGNERS, deploySdkFixture, failureOf, fulfil, type SdkFixture } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();

const RECORD: Hex = keccak256(toHex("record"));
const FAR = 2 ** 40 - 1;
/** The prices at which the market starts: tests before may have moved them. */
const STEADY = { ETHX: "2000" };
const DEVIATION = { USDC: 25, OTHER: 50 };

async function deployed() {
  return deploySdkFixture(ethers, provider);
}

/** A decision that moves 5% of the NAV from ETHX to USDC, in basket order. */
async function decisionOf({ client, vault, addressOf }: SdkFixture, lane: Lane = Lane.RISK): Promise<Decision> {
  const { tokens } = await getBasket(client, { vault });
  const { id } = await getEpoch(client, { vault });
  const weights = tokens.map(({ token }) =>
    token === addressOf("USDC") ? 3_000 : token === addressOf("ETHX") ? 2_000 : 2_500,
  );
  return { vault, epoch: id + 1, weights: packWeights(weights), lane, decisionHash: RECORD, validUntil: FAR };
}

async function proposed() {
  const fixture = await deployed();
  const { client, domain } = fixture;
  const decision = await decisionOf(fixture);
  const signatures = await Promise.all(DECISION_SIGNERS.slice(0, 2).map((s) => signDecision(s, domain, decision)));
  await send(client, { tx: proposeWeights(client, { domain, decision, signatures }).buildTx() });
  return { ...fixture, decision };
}

async function opened() {
  const fixture = await proposed();
  await networkHelpers.time.increase(86_401);
  await setPrices(fixture.protocol, STEADY);
  return fixture;
}

describe("sdk: decisions", () => {
  it("hashes both kinds of decision as the registry does", async () => {
    const fixture = await networkHelpers.loadFixture(deployed);
    const { protocol, domain, vault, addressOf } = fixture;
    const decision = await decisionOf(fixture);
    const digest = await protocol.keeperRegistry.digest(hashDecisionStruct(decision));
    expect(hashDecision(domain, decision)).to.equal(digest);

    const basket: BasketDecision = {
      vault,
      id: 1,
      add: [addressOf("USDC")],
      drop: [],
      decisionHash: RECORD,
      validUntil: FAR,
    };
    const basketDigest = await protocol.keeperRegistry.digest(hashBasketDecisionStruct(basket));
    expect(hashBasketDecision(domain, basket)).to.equal(basketDigest);
  });

  it("says who still has to sign until the threshold is reached", async () => {
    const fixture = await networkHelpers.loadFixture(deployed);
    const { client, domain } = fixture;
    const decision = await decisionOf(fixture);
    const [first, second] = await Promise.all(DECISION_SIGNERS.map((signer) => signDecision(signer, domain, decision)));

    const [requirement] = await proposeWeights(client, { domain, decision, signatures: [first!] }).getRequirements();
    if (requirement?.kind !== "decision") throw new Error("a decision was expected");
    expect(requirement.missing).to.equal(1);
    expect(requirement.signers).to.deep.equal(DECISION_SIGNERS.slice(1).map(({ address }) => address));
    const tooFew = proposeWeights(client, { domain, decision, signatures: [first!] });
    const { errorName } = await failureOf(ContractError, () => tooFew.simulate());
    expect(errorName).to.equal("KeeperRegistry_SignaturesTooFew");

    // In the wrong order on purpose: the action sorts them.
    const enough = proposeWeights(client, { domain, decision, signatures: [second!, first!] });
    expect(await enough.getRequirements()).to.deep.equal([]);
    await enough.simulate();
  });

  it("signs for a contract that keeps the chain's other vaults and epochs out", async () => {
    const fixture = await networkHelpers.loadFixture(deployed);
    const { client, domain } = fixture;
    const decision = await decisionOf(fixture);
    const signatures = await Promise.all(
      DECISION_SIGNERS.slice(0, 2).map((signer) => signDecision(signer, domain, { ...decision, epoch: 2 })),
    );
    const wrong = proposeWeights(client, { domain, decision, signatures });
    const { errorName } = await failureOf(ContractError, () => wrong.simulate());
    expect(errorName).to.equal("KeeperRegistry_SignatureInvalid");
  });

  it("explains a proposal that the vault refuses", async () => {
    const fixture = await networkHelpers.loadFixture(deployed);
    const { client, domain } = fixture;
    const decision = { ...(await decisionOf(fixture)), weights: packWeights([2_500, 2_500, 2_500, 2_499]) };
    const signatures = await Promise.all(DECISION_SIGNERS.slice(0, 2).map((s) => signDecision(s, domain, decision)));
    const action = proposeWeights(client, { domain, decision, signatures });
    const { shortMessage } = await failureOf(ContractError, () => action.simulate());
    expect(shortMessage).to.equal("The weights sum to 99.99%, and must sum to 100%.");
  });
});

describe("sdk: rebalance", () => {
  it("follows an epoch from announcement to its end", async () => {
    const fixture = await networkHelpers.loadFixture(deployed);
    expect((await getEpoch(fixture.client, { vault: fixture.vault })).phase).to.equal("none");
    const { client, vault } = await networkHelpers.loadFixture(proposed);
    expect(await getEpoch(client, { vault })).to.include({ phase: "announced", id: 1, lane: "RISK" });
    await networkHelpers.time.increase(86_401);
    expect((await getEpoch(client, { vault })).phase).to.equal("open");
    await networkHelpers.time.increase(7_200);
    expect((await getEpoch(client, { vault })).phase).to.equal("closed");
  });

  it("sees a cancelled epoch, and one whose signers were revoked", async () => {
    const { client, vault, index, protocol, owner } = await networkHelpers.loadFixture(opened);
    const snapshot = await networkHelpers.takeSnapshot();
    await protocol.keeperRegistry.connect(owner).revokeSigners(vault);
    expect((await getEpoch(client, { vault })).phase).to.equal("stopped");
    await snapshot.restore();
    await index.cancelEpoch();
    expect((await getEpoch(client, { vault })).phase).to.equal("cancelled");
  });

  it("computes target units as the vault does", async () => {
    const { client, vault } = await networkHelpers.loadFixture(proposed);
    const { navUnit, tradableBps, blockNumber } = await getEpoch(client, { vault });
    const { tokens } = await getTargets(client, { vault, blockNumber });
    for (const { weightBps, snapshotPrice: price, units, targetUnits: onChain } of tokens) {
      expect(targetUnits({ navUnit, tradableBps, weightBps, price, units, freeze: 0 })).to.equal(onChain);
    }
    expect(tokens.map(({ weightBps }) => weightBps).sort()).to.deep.equal([2_000, 2_500, 2_500, 3_000]);
  });

  it("reads drift and lots through the lens", async () => {
    const { client, vault, lens, addressOf } = await networkHelpers.loadFixture(opened);
    expect((await getDrift(client, { lens, vault })).drift).to.equal(500n);
    const { lots } = await getLots(client, { lens, vault });
    // Snapshots are rounded to 56 bits, so that every token is off by some dust.
    const selling = lots.filter(({ surplusValue }) => surplusValue > D18).map(({ token }) => token);
    const buying = lots.filter(({ deficitValue }) => deficitValue > D18).map(({ token }) => token);
    expect([selling, buying]).to.deep.equal([[addressOf("ETHX")], [addressOf("USDC")]]);
  });

  it("sizes and prices a fill to the wei, before it is sent", async () => {
    const fixture = await networkHelpers.loadFixture(opened);
    const { client, vault, lens, addressOf } = fixture;
    await networkHelpers.time.increase(900);
    await setPrices(fixture.protocol, STEADY);
    const [sellToken, buyToken] = [addressOf("ETHX"), addressOf("USDC")];
    const action = await fill(client, { vault, sellToken, buyToken, maxSell: 10n ** 30n, maxPay: 10n ** 12n });
    for (const requirement of await action.getRequirements()) {
      if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    }
    const known = await fill(client, { vault, sellToken, buyToken, maxSell: 10n ** 30n, maxPay: 10n ** 12n, lens });
    const [spend] = (await known.getSpends?.()) ?? [];
    expect(await action.getSpends?.(), "nobody was asked").to.deep.equal([]);
    const { receipt } = await send(client, { tx: action.buildTx() });
    const [filled] = await fixture.index.queryFilter(fixture.index.filters.Filled(), Number(receipt.blockNumber));

    const expected = await expectedFill(fixture, receipt.blockNumber);
    expect([filled!.args.sold, filled!.args.paid]).to.deep.equal([expected.sold, expected.owed]);
    expect(spend).to.deep.include({ token: buyToken, owner: fixture.holder });
    expect(Number(spend!.amount) / Number(expected.owed), "the curve falls, the budget grows").to.be.within(
      0.998,
      1.002,
    );

    const { tokens } = await getBasket(client, { vault });
    const position = (token: Address) => tokens.findIndex((item) => item.token === token);
    const quoted = await quoteFill(client, { lens, vault, i: position(buyToken), j: position(sellToken), maxSell: 1n });
    expect([quoted.fillable, quoted.reason]).to.deep.equal([false, "IndexVault_NothingToFill"]);
  });

  it("names the token that is not in the index, and explains a limit that is too tight", async () => {
    const { client, vault, addressOf } = await networkHelpers.loadFixture(opened);
    const [sellToken, buyToken] = [addressOf("ETHX"), addressOf("USDC")];
    const wrong = { vault, sellToken, buyToken: vault, maxSell: 1n, maxPay: 1n };
    await failureOf(ArgumentInvalidError, () => fill(client, wrong));
    const tight = await fill(client, { vault, sellToken, buyToken, maxSell: 10n ** 15n, maxPay: 1n });
    const { errorName } = await failureOf(ContractError, () => tight.simulate());
    expect(errorName).to.equal("IndexVault_FillLimit");
  });

  it("refreshes targets, checks a price that jumped, and refuses to close what is not done", async () => {
    const { client, vault, protocol, addressOf } = await networkHelpers.loadFixture(opened);
    const early = await failureOf(ContractError, () => closeEpoch(client, { vault }).simulate());
    expect(early.shortMessage).to.match(/cannot close early/);
    await send(client, { tx: refreshTargets(client, { vault }).buildTx() });
    const again = await failureOf(ContractError, () => refreshTargets(client, { vault }).simulate());
    expect(again.errorName).to.equal("IndexVault_RefreshTooSoon");

    await setPrices(protocol, { ETHX: "200" });
    const { tokens } = await getBasket(client, { vault });
    const index = tokens.findIndex(({ token }) => token === addressOf("ETHX"));
    const action = checkPrice(client, { vault, index });
    expect(await action.simulate()).to.deep.equal({ notSold: true, notBought: false });
    await send(client, { tx: action.buildTx() });
    const { tokens: targets } = await getTargets(client, { vault });
    expect(targets[index]).to.include({ notSold: true, notBought: false });
  });

  it("closes a rebalance once it is done", async () => {
    const fixture = await networkHelpers.loadFixture(opened);
    const { client, vault, addressOf } = fixture;
    await networkHelpers.time.increase(3_599);
    await setPrices(fixture.protocol, STEADY);
    const [sellToken, buyToken] = [addressOf("ETHX"), addressOf("USDC")];
    const order = { vault, sellToken, buyToken, maxSell: 10n ** 30n, maxPay: 10n ** 12n };
    await fulfil(client, await fill(client, order));
    await send(client, { tx: closeEpoch(client, { vault }).buildTx() });
    expect((await getEpoch(client, { vault })).phase).to.equal("closed");
  });

  it("changes the basket in two steps", async () => {
    const { client, vault, domain, protocol } = await networkHelpers.loadFixture(deployed);
    const [added] = await addTokens(protocol, [{ symbol: "NEW", decimals: 18, price: "10" }]);
    const add = [added!.address as Address];
    const decision: BasketDecision = { vault, id: 1, add, drop: [], decisionHash: RECORD, validUntil: FAR };
    const signatures = await Promise.all(
      DECISION_SIGNERS.slice(1).map((signer) => signBasketDecision(signer, domain, decision)),
    );
    const action = proposeBasket(client, { domain, decision, signatures });
    expect(await action.getRequirements()).to.deep.equal([]);
    await send(client, { tx: action.buildTx() });
    const early = await failureOf(ContractError, () => applyBasket(client, { vault, add, drop: [] }).simulate());
    expect(early.errorName).to.equal("IndexVault_ChangeNotReady");

    await networkHelpers.time.increase(3 * 86_400 + 1);
    await send(client, { tx: applyBasket(client, { vault, add, drop: [] }).buildTx() });
    const { tokens, basketNonce } = await getBasket(client, { vault });
    expect(tokens.map(({ token }) => token)).to.include(add[0]);
    expect(basketNonce).to.equal(1);
  });
});

/** The fill of all there is from ETHX to USDC in a block, by the SDK's maths alone, from the state before it. */
async function expectedFill({ client, vault, protocol, addressOf }: SdkFixture, block: bigint) {
  const at = { vault, blockNumber: block - 1n };
  const [{ limits, aggregate }, { tokens }, epoch, { timestamp }] = await Promise.all([
    getVault(client, at),
    getTargets(client, at),
    getEpoch(client, at),
    ethers.provider.getBlock(Number(block)).then((found) => ({ timestamp: BigInt(found!.timestamp) })),
  ]);
  const before = await ethers.provider.getBlock(Number(block - 1n));
  const sell = tokens.find(({ token }) => token === addressOf("ETHX"))!;
  const buy = tokens.find(({ token }) => token === addressOf("USDC"))!;
  const elapsed = timestamp - BigInt(epoch.opensAt);
  const level = bucketLevel(epoch.buckets.turnover, limits.turnoverBps, timestamp - BigInt(before!.timestamp));
  const prices = await protocol.assetRegistry.prices([sell.token, buy.token]);
  return sizeFill({
    sell: { decimals: sell.decimals, price: prices[0]!, snapshot: sell.snapshotPrice },
    buy: { decimals: buy.decimals, price: prices[1]! },
    surplus: toAmountDown(sell.units - sell.targetUnits, aggregate, sell.decimals),
    deficit: toAmountDown(buy.targetUnits - buy.units, aggregate, buy.decimals),
    maxSell: 10n ** 30n,
    factor: priceFactor({ limits, lane: Lane.RISK, deviationBps: DEVIATION.USDC + DEVIATION.OTHER, elapsed }),
    turnoverLeft: turnoverLeft({
      limits,
      elapsed,
      turnoverUsed: epoch.turnoverUsed,
      bucketLeft: bucketLeft(level, limits.turnoverBps),
    }),
    nav: mulDiv(epoch.navUnit, aggregate, 10n ** 45n),
  });
}

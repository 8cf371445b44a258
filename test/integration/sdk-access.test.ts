import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, keccak256, parseEther, toHex, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { decodeReceipt } from "../../api/src/credits/receipt.ts";
import {
  ArgumentInvalidError,
  buyCredits,
  buyPlan,
  ContractError,
  claimEarned,
  encodeReceiptHeader,
  getCredits,
  getEarned,
  getRequirements,
  getTier,
  loadCredits,
  PASS_IDS,
  quoteCredits,
  quotePlan,
  requestUnload,
  type ServiceName,
  setSessionKey,
  signUsageReceipt,
  startTrial,
  toSignedUsage,
  type UsageReceipt,
  unloadCredits,
} from "../../sdk/src/index.ts";
import { fulfil, now, tokenBalance } from "../helpers/sdk.ts";
import { lockLongest, toWeekStart } from "../helpers/sdkGovernance.ts";
import {
  deployServicesWorld,
  PLAN_PRICE,
  register,
  type ServicesWorld,
  SIGNAL_PRICE,
  sendOnly,
  sentenceOf,
  TRIAL_CREDITS,
} from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400;
const PERIOD = 30n * 86_400n;
const CHAIN = 31_337;
const PRICES = { usdcPrice: SIGNAL_PRICE.usdc, gimPrice: SIGNAL_PRICE.gim };

async function deployed() {
  return deployServicesWorld(ethers, provider);
}

/** The signer has 100 credits for signals in its meter; token 1 is the holder's. */
async function loaded() {
  const world = await deployed();
  const { pass, usdc, signer, client } = world;
  await register(world, client);
  const buying = await buyCredits(signer.client, { pass, service: "signals", units: 100n, currency: usdc });
  await fulfil(signer.client, buying);
  await sendOnly(signer.client, loadCredits(signer.client, { pass, service: "signals", units: 100n }));
  return world;
}

async function signalsOf({ client, pass }: ServicesWorld, account: `0x${string}`) {
  const [signals] = (await getCredits(client, { pass, account })).credits;
  return signals!;
}

describe("sdk: credits, plans and trials", () => {
  it("buys credits for dollars and GIM, with the tier's discount, for oneself or another", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, pass, usdc, gim, holder, second } = world;
    const asked = { pass, service: "signals", units: 1_000n } as const;
    const action = await buyCredits(client, { ...asked, currency: usdc });
    expect(action.quote).to.include({ cost: 1_000n * SIGNAL_PRICE.usdc, listCost: 1_000n * SIGNAL_PRICE.usdc });
    const [approval] = await getRequirements(client, action);
    expect(approval).to.include({ kind: "approval", token: usdc, spender: pass, amount: action.quote.cost });
    await fulfil(client, action);
    expect(await signalsOf(world, holder)).to.include({ wallet: 1_000n, meter: 0n, ...PRICES });

    await fulfil(client, await buyCredits(client, { ...asked, units: 5n, currency: gim, receiver: second.address }));
    expect((await signalsOf(world, second.address)).wallet).to.equal(5n);

    await lockLongest(world, client, parseEther("1000000"));
    await toWeekStart(networkHelpers.time, client);
    const { cost, listCost } = await quoteCredits(client, { ...asked, currency: usdc });
    const { benefits } = await getTier(client, { scores: world.scores, account: holder });
    expect(benefits?.apiDiscountBps, "the tier has a discount").to.be.greaterThan(0);
    expect(cost).to.equal((listCost * BigInt(10_000 - benefits!.apiDiscountBps) + 9_999n) / 10_000n);
    const before = await tokenBalance(client, usdc, holder);
    const cheaper = await buyCredits(client, { ...asked, currency: usdc });
    expect(cheaper.quote).to.include({ cost, listCost });
    await fulfil(client, cheaper);
    expect(before - (await tokenBalance(client, usdc, holder))).to.equal(cost);
    const other = await quoteCredits(client, { ...asked, currency: usdc, payer: second.address });
    expect(other.cost, "another payer has no tier").to.equal(listCost);
  });

  it("buys a plan, prolongs it, and lists what it brings", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, pass, usdc, holder } = world;
    expect(await quotePlan(client, { pass, plan: 0, periods: 12n, currency: usdc })).to.include({
      cost: 12n * PLAN_PRICE,
      listCost: 12n * PLAN_PRICE,
    });
    const none = (await getCredits(client, { pass, account: holder })).plans;
    expect(none).to.deep.equal([
      {
        ...{ plan: 0, services: ["signals", "decisions"], creditsPerDay: 5_000 },
        ...{ usdcPrice: PLAN_PRICE, gimPrice: 0n, endsAt: undefined, isRunning: false },
      },
    ]);
    await fulfil(client, await buyPlan(client, { pass, plan: 0, currency: usdc }));
    const begun = await now(client);
    await fulfil(client, await buyPlan(client, { pass, plan: 0, periods: 2n, currency: usdc }));
    const [plan] = (await getCredits(client, { pass, account: holder })).plans;
    expect(plan).to.include({ endsAt: begun + 3n * PERIOD, isRunning: true });
    await networkHelpers.time.increaseTo(begun + 3n * PERIOD - 1n);
    expect((await getCredits(client, { pass, account: holder })).plans[0]?.isRunning, "its last second").to.equal(true);
    await networkHelpers.time.increaseTo(begun + 3n * PERIOD);
    const [ended] = (await getCredits(client, { pass, account: holder })).plans;
    expect(ended).to.include({ endsAt: begun + 3n * PERIOD, isRunning: false });
  });

  it("gives one trial an account, which runs out", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, pass, holder, passContract } = world;
    const trial = async () => (await getCredits(client, { pass, account: holder })).trial;
    const units = BigInt(TRIAL_CREDITS);
    expect(await trial()).to.deep.equal({ state: "available", units, endsAt: undefined });
    await sendOnly(client, startTrial(client, { pass }));
    const endsAt = (await now(client)) + 7n * 86_400n;
    expect(await trial()).to.deep.equal({ state: "running", units, endsAt });
    expect(await sentenceOf(ContractError, async () => startTrial(client, { pass }))).to.contain("had its trial");
    await networkHelpers.time.increase(7 * DAY);
    expect(await trial()).to.deep.equal({ state: "over", units: 0n, endsAt });
    await passContract.setTrialCredits(0);
    const second = { pass, account: world.second.address };
    expect((await getCredits(client, second)).trial.state).to.equal("closed");
    expect(await sentenceOf(ContractError, async () => startTrial(world.second.client, { pass }))).to.contain(
      "No trials are given now",
    );
  });

  it("loads credits, gives notice and unloads what was not used", async () => {
    const world = await networkHelpers.loadFixture(loaded);
    const { pass, signer } = world;
    const { client, account } = signer;
    const service: ServiceName = "signals";
    expect(await signalsOf(world, account.address)).to.include({ wallet: 0n, meter: 100n, noticeEndsAt: undefined });
    expect(await sentenceOf(ContractError, async () => loadCredits(client, { pass, service, units: 1n }))).to.contain(
      "The wallet holds too few credits",
    );
    expect(
      await sentenceOf(ContractError, async () => requestUnload(client, { pass, service, units: 101n })),
    ).to.contain("The meter holds 100 credits, fewer than 101");
    await sendOnly(client, requestUnload(client, { pass, service, units: 60n }));
    const endsAt = (await now(client)) + 86_400n;
    expect(await signalsOf(world, account.address)).to.include({ meter: 100n, noticeUnits: 60n, noticeEndsAt: endsAt });
    expect(await sentenceOf(ContractError, async () => unloadCredits(client, { pass, service }))).to.contain(
      "The notice is over at",
    );
    await networkHelpers.time.increase(DAY);
    expect(await sendOnly(client, unloadCredits(client, { pass, service }))).to.deep.equal({ units: 60n });
    expect(await signalsOf(world, account.address)).to.include({ wallet: 60n, meter: 40n, noticeUnits: 0n });
    await sendOnly(client, requestUnload(client, { pass, service, units: 10n }));
    await sendOnly(client, requestUnload(client, { pass, service, units: 0n }));
    expect((await signalsOf(world, account.address)).noticeEndsAt, "taken back").to.equal(undefined);
  });

  it("signs receipts with the account or its session key, which settle and earn for the asset", async () => {
    const world = await networkHelpers.loadFixture(loaded);
    const { pass, usdc, signer, holder, client, passContract } = world;
    const server = privateKeyToAccount(keccak256(toHex("a server")));
    const until = Number(await now(client)) + 30 * DAY;
    await sendOnly(signer.client, setSessionKey(signer.client, { pass, key: server.address, until }));
    const named = await getCredits(client, { pass, account: signer.account.address });
    expect(named.key).to.deep.equal({ address: server.address, until: BigInt(until) });

    const domain = { chainId: CHAIN, accessPass: pass };
    const common = { account: signer.account.address, id: PASS_IDS.signals, asset: 1n, units: 3, validUntil: until };
    const own = await signUsageReceipt(signer.account, domain, { ...common, nonce: 0n });
    const byServer = await signUsageReceipt(server, domain, { ...common, nonce: 1n });
    expect(decodeReceipt(encodeReceiptHeader(byServer)), "what the API reads").to.deep.equal(byServer);
    const receipts = [own, byServer].map((signed) => toSignedUsage(signed, signed.signature));
    await passContract.settle([{ account: common.account, id: common.id, asset: 1n, receipts }]);
    expect((await signalsOf(world, common.account)).meter).to.equal(94n);

    const earned = await getEarned(client, { pass, asset: 1n });
    expect(earned).to.include({ usdc: (6n * SIGNAL_PRICE.usdc * 4n) / 10n, gim: 0n });
    const before = await tokenBalance(client, usdc, holder);
    const claim = claimEarned(world.second.client, { pass, asset: 1n, currency: usdc });
    expect(await sendOnly(world.second.client, claim)).to.deep.equal({ amount: earned.usdc });
    expect((await tokenBalance(client, usdc, holder)) - before).to.equal(earned.usdc);
    expect(await sentenceOf(ContractError, async () => claim)).to.contain("Nothing was earned");

    const keyOf = async () => (await getCredits(client, { pass, account: common.account })).key;
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.time.increaseTo(until - 1);
    expect((await keyOf())?.address).to.equal(server.address);
    await networkHelpers.time.increaseTo(until);
    expect(await keyOf(), "it has ended").to.equal(undefined);
    await snapshot.restore();
    await sendOnly(signer.client, setSessionKey(signer.client, { pass }));
    expect(await keyOf(), "none is named").to.equal(undefined);
  });

  it("refuses receipts that no contract would settle, before they are signed", async () => {
    const signer = privateKeyToAccount(keccak256(toHex("a payer")));
    const domain = { chainId: CHAIN, accessPass: signer.address };
    const good = { account: signer.address, id: 1n, asset: 0n, nonce: 0n, units: 1, validUntil: 2_000_000_000 };
    const wrong: readonly (readonly [Partial<UsageReceipt>, string])[] = [
      [{ id: 5n }, "id must be credits 1 to 4 or the trial 2000"],
      [{ asset: -1n }, "asset must be a token of the registry or 0"],
      [{ units: 0 }, "units must be a whole number"],
      [{ units: 2 ** 32 }, "units must be a whole number"],
      [{ validUntil: 1.5 }, "validUntil must be a time in seconds"],
      [{ nonce: 2n ** 87n }, "nonce must be from 0 to"],
    ];
    for (const [change, words] of wrong) {
      const signing = () => signUsageReceipt(signer, domain, { ...good, ...change });
      expect(await sentenceOf(ArgumentInvalidError, signing)).to.contain(words);
    }
  });

  it("refuses what cannot be right before any call, and says what the pass refuses", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, pass, usdc, gim, registry, passContract } = world;
    const buying = { pass, service: "signals" as const, units: 10n, currency: usdc };
    const planned = { pass, plan: 0, currency: usdc };
    const key = getAddress(zeroAddress);
    const wrong: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => buyCredits(client, { ...buying, service: 5n }), "service must be one of signals"],
      [() => buyCredits(client, { ...buying, service: "gpu" as ServiceName }), "service must be one of signals"],
      [() => buyCredits(client, { ...buying, units: 0n }), "units must be from 1 to"],
      [() => buyCredits(client, { ...buying, receiver: zeroAddress }), "receiver must be an address"],
      [() => buyCredits(client, { ...buying, currency: registry }), "currency must be USDC"],
      [() => buyCredits(client, { ...buying, maxCost: 1n }), "this costs 100000"],
      [() => buyPlan(client, { ...planned, plan: -1 }), "plan must be a whole number"],
      [() => buyPlan(client, { ...planned, periods: 37n }), "periods must be from 1 to 36"],
      [() => buyPlan(client, { ...planned, maxCost: 1n }), "this costs 29000000"],
      [async () => loadCredits(client, { pass, service: 0n, units: 1n }), "service must be one of"],
      [async () => loadCredits(client, { pass, service: 1n, units: 0n }), "units must be from 1 to"],
      [async () => setSessionKey(client, { pass, until: 5 }), "until belongs to a key"],
      [async () => setSessionKey(client, { pass, key: pass }), "until belongs to a key"],
      [async () => setSessionKey(client, { pass, key, until: 5 }), "key must be an address that is not zero"],
      [async () => setSessionKey(client, { pass, key: pass, until: 1.5 }), "until must be whole seconds"],
      [() => getEarned(client, { pass, asset: 0n }), "asset must be from 1 to"],
    ];
    for (const [action, words] of wrong) {
      expect(await sentenceOf(ArgumentInvalidError, action)).to.contain(words);
    }
    const refused: readonly (readonly [Parameters<typeof sentenceOf>[1], string])[] = [
      [() => buyCredits(client, { ...buying, service: "compute" }), "3 is not sold for"],
      [() => buyCredits(client, { ...buying, service: "decisions", currency: gim }), "2 is not sold for"],
      [() => buyPlan(client, { ...planned, plan: 1 }), "There is no plan 1; there are 1"],
      [async () => unloadCredits(client, { pass, service: "signals" }), "Give notice first"],
      [async () => setSessionKey(client, { pass, key: registry, until: 5 }), "A key must end between"],
    ];
    for (const [action, words] of refused) expect(await sentenceOf(ContractError, action)).to.contain(words);
    const dear = await buyCredits(client, buying);
    await fulfil(client, await buyCredits(client, buying));
    await passContract.setCreditPrice(1, 2n * SIGNAL_PRICE.usdc, 0);
    expect(await sentenceOf(ContractError, async () => dear)).to.contain("more than the 100000 that you accept");
  });
});

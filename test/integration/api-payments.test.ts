import { expect } from "chai";
import hre from "hardhat";
import {
  type Address,
  createPublicClient,
  custom,
  HttpRequestError,
  hashTypedData,
  keccak256,
  parseEventLogs,
  toHex,
} from "viem";
import { bearer, type HandClock, REAL_ACCESS, signIn } from "../../api/src/access/access.fixture.ts";
import { Access } from "../../api/src/access/access.ts";
import { ACCESS_LIMITS } from "../../api/src/access/limits.ts";
import { bodyOf, fixtureJournal, type Json, testApp, testContext } from "../../api/src/app.fixture.ts";
import { LEAST_VALIDITY } from "../../api/src/credits/credits.ts";
import { openCredits, passOf } from "../../api/src/credits/open.ts";
import { encodeReceipt, type PassPlace, usageReceiptTypedData } from "../../api/src/credits/receipt.ts";
import { ChainStrategyReads } from "../../api/src/credits/strategyReads.ts";
import { JournalDecisions } from "../../api/src/decisions/decisions.ts";
import { paidRequest } from "../../examples/paid-request.ts";
import { accessPassAbi, strategyRegistryAbi, type UsageReceipt } from "../../sdk/src/index.ts";
import { deployAll } from "../helpers/deployment.ts";
import { deployPaymentWorld, PEOPLE, type Person } from "../helpers/payments.ts";

const { ethers, networkHelpers, provider } = await hre.network.create();
const { payer, other, sessionKey, strategist } = PEOPLE;

const PATH = "/v1/decisions?limit=1";
const [DECISIONS, DATASETS, TRIAL] = [2n, 4n, 2_000n];
const STRATEGY = 1n;
const DATASET = 2;
const DAY = 86_400;

/** All contracts, and credits of payer: 20 of decisions, 30 of data sets. */
async function deployed() {
  const world = await deployPaymentWorld(ethers, provider, await deployAll(hre, provider));
  await world.fill(payer, DECISIONS, 20n);
  await world.fill(payer, DATASETS, 30n);
  return world;
}

/** An API beside the chain whose free requests are used up, with decisions about both indices. */
async function open(quota = 1) {
  const world = await networkHelpers.loadFixture(deployed);
  const { deployment, followed, plain } = world;
  let isSilent = false;
  const request = async ({ method, params }: { method: string; params?: unknown[] }) => {
    if (isSilent) throw new HttpRequestError({ url: "http://127.0.0.1", details: "The node is silent." });
    return provider.request({ method, params: params ?? [] });
  };
  const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 });
  const block = String(await world.client.getBlockNumber());
  // Of three days: without a data set, with one, and about the index without a strategy.
  const { database, hashes } = await fixtureJournal(":memory:", (record, day) => ({
    ...record,
    vault: day < 2 ? followed : plain,
    block: { ...record.block, number: block },
    source: { ...record.source, datasets: day === 0 ? [] : [DATASET] },
  }));
  const place = passOf(deployment) as PassPlace;
  const clock: HandClock = { now: 0 };
  const base = await testContext({
    ...{ client, deployment, decisions: new JournalDecisions(database, deployment.chainId), clock: () => clock.now },
  });
  const limits = { ...ACCESS_LIMITS, free: { name: "free", quota, window: 365 * DAY } };
  const access = new Access({ ...base, settings: { ...REAL_ACCESS, limits } });
  const settings = { freeComputePerHour: 1, trustedCredits: 0 };
  const opened = openCredits({ ...base, settings });
  if (opened === undefined) throw new Error("this deployment sells nothing");
  const fetch = testApp({ ...base, access, credits: opened.credits });
  const now = async () => Number((await world.client.getBlock()).timestamp);
  /** Lets time pass on chain, and on the API's clock. */
  const wait = async (seconds: number) => {
    await networkHelpers.time.increase(seconds);
    clock.now += seconds;
  };
  clock.now = await now();
  expect((await fetch(PATH)).status).to.equal(200);

  const ask = (path = PATH, headers: Record<string, string> = {}) => fetch(path, { headers });
  const quote = (path = PATH, account: Address = payer.address): Promise<Json> =>
    bodyOf(ask(path, { "gimbal-account": account }));
  const sign = async (receipt: UsageReceipt, signer: Person = payer, at: PassPlace = place) => {
    const signature = await signer.signTypedData(usageReceiptTypedData(at, receipt));
    return { "gimbal-receipt": encodeReceipt({ ...at, ...receipt, signature }) };
  };
  /** Asks for a page, and pays as the answer says, but for `receipt`. */
  const pay = async (path = PATH, receipt: Partial<UsageReceipt> = {}, signer: Person = payer, at = place) => {
    const account = receipt.account ?? payer.address;
    const { id, units, asset, nonce, leastValidUntil } = await quote(path, account);
    const quoted = { account, id: BigInt(id), asset: BigInt(asset), nonce: BigInt(nonce), units };
    const signed = { ...quoted, validUntil: leastValidUntil + 3_600, ...receipt };
    return ask(path, await sign(signed, signer, at));
  };
  const fieldOf = async (response: Promise<Response>) => {
    const { status, code, field } = await bodyOf(response);
    expect([status, code]).to.deep.equal([402, "RECEIPT_REFUSED"]);
    return field;
  };
  const silence = (silent: boolean) => {
    isSilent = silent;
  };
  return { ...world, ...opened, place, hashes, fetch, ask, quote, sign, pay, fieldOf, now, wait, clock, silence };
}

describe("payment for the API with the real AccessPass", () => {
  it("answers 402 with a quote that the contract settles once it is signed", async () => {
    const { pay, quote, place, book, pass, client, now } = await open();
    const problem = await quote();
    expect(problem).to.include({ status: 402, code: "PAYMENT_REQUIRED", service: "DECISIONS", id: "2", units: 1 });
    expect(problem).to.include({ chainId: 31_337, contract: pass, asset: "0", account: payer.address, nonce: "0" });
    expect(problem.leastValidUntil).to.be.within((await now()) + LEAST_VALIDITY, (await now()) + LEAST_VALIDITY + 5);
    const answer = await pay();
    expect([answer.status, (await bodyOf(answer)).data.length]).to.deep.equal([200, 1]);
    const { receipt, state } = (await book.find({ account: payer.address, id: DECISIONS, nonce: 1n })) ?? {};
    expect(state).to.equal("owed");
    const digest = await client.readContract({
      ...{ abi: accessPassAbi, address: pass, functionName: "receiptDigest", args: [receipt as UsageReceipt] },
    });
    expect(hashTypedData(usageReceiptTypedData(place, receipt as UsageReceipt))).to.equal(digest);
    const meter = await client.readContract({
      ...{ abi: accessPassAbi, address: pass, functionName: "meterOf", args: [payer.address, DECISIONS] },
    });
    expect(meter).to.deep.equal([20n, 0n, 0n]);
  });

  it("is paid by the example program, which signs nothing dearer than it is told", async () => {
    const { fetch, book, hashes } = await open();
    const url = (path: string) => `http://api.test${path}`;
    const ask = (address: string, init: RequestInit) => fetch(new URL(address).pathname, init);
    const answer = await paidRequest(url(`/v1/decisions/${hashes[0]}`), payer, 1, ask);
    expect([answer.status, answer.headers.get("gimbal-charge")]).to.deep.equal([200, "receipt;id=2;nonce=0;units=1"]);
    expect((await book.find({ account: payer.address, id: DECISIONS, nonce: 0n }))?.receipt.asset).to.equal(STRATEGY);
    const dear = paidRequest(url(`/v1/decisions/${hashes[0]}/bundle`), payer, 1, ask);
    expect(await dear.catch((error: Error) => error.message)).to.equal("This answer costs 2 credits.");
  });

  it("takes receipts of the session key while it is the newest one and lasts two hours more", async () => {
    const { pay, fieldOf, onPass, now, wait } = await open();
    expect(await fieldOf(pay(PATH, {}, sessionKey))).to.equal("signature");
    await onPass(payer, "setKey", sessionKey.address, (await now()) + LEAST_VALIDITY + 600);
    expect((await pay(PATH, {}, sessionKey)).status).to.equal(200);
    await wait(700);
    expect(await fieldOf(pay(PATH, {}, sessionKey))).to.equal("signature");
    await onPass(payer, "setKey", sessionKey.address, (await now()) + 30 * DAY);
    expect((await pay(PATH, {}, sessionKey)).status).to.equal(200);
    // The contract settles for two hours more what a replaced key signed; that is for receipts of before.
    await onPass(payer, "setKey", other.address, (await now()) + 30 * DAY);
    expect(await fieldOf(pay(PATH, {}, sessionKey))).to.equal("signature");
    expect((await pay(PATH, {}, other)).status).to.equal(200);
    expect((await pay()).status).to.equal(200);
  });

  it("refuses a receipt of another chain, contract, service, asset or size, and one that ends too soon", async () => {
    const { pay, fieldOf, place, now, hashes, book } = await open();
    expect(await fieldOf(pay(PATH, {}, payer, { ...place, chainId: 1 }))).to.equal("chainId");
    expect(await fieldOf(pay(PATH, {}, payer, { ...place, contract: other.address }))).to.equal("contract");
    expect(await fieldOf(pay(PATH, { id: DATASETS }))).to.equal("id");
    expect(await fieldOf(pay(PATH, { asset: STRATEGY }))).to.equal("asset");
    expect(await fieldOf(pay(`/v1/decisions/${hashes[0]}`, { asset: 0n }))).to.equal("asset");
    for (const units of [2, 5]) expect(await fieldOf(pay(PATH, { units }))).to.equal("units");
    expect(await fieldOf(pay(PATH, { validUntil: (await now()) + LEAST_VALIDITY - 60 }))).to.equal("validUntil");
    expect(await fieldOf(pay(PATH, { account: other.address }, payer))).to.equal("signature");
    expect(await book.held(payer.address, DECISIONS)).to.equal(0n);
  });

  it("refuses nonces that are used, cancelled or about to be on chain", async () => {
    const { pay, fieldOf, onPass, wait, now } = await open();
    expect((await pay(PATH, { nonce: 7n })).status).to.equal(200);
    expect(await fieldOf(pay("/v1/decisions?limit=2", { nonce: 7n }))).to.equal("nonce");
    await onPass(payer, "requestCancelNonce", DECISIONS, 9n);
    expect(await fieldOf(pay(PATH, { nonce: 9n, validUntil: (await now()) + 2 * DAY }))).to.equal("nonce");
    // One that ends before the nonce can be cancelled is as good as any.
    expect((await pay(PATH, { nonce: 9n })).status).to.equal(200);
    await onPass(payer, "requestCancelNonce", DECISIONS, 11n);
    await wait(DAY);
    await onPass(payer, "cancelNonce", DECISIONS, 11n);
    expect(await fieldOf(pay(PATH, { nonce: 11n }))).to.equal("nonce");
  });

  it("lets an account use its meter less what is in notice and what it owes, and no more", async () => {
    const { pay, fieldOf, onPass } = await open();
    await onPass(payer, "requestUnload", DECISIONS, 17n);
    for (let used = 0; used < 3; used++) expect((await pay()).status, `${used}`).to.equal(200);
    expect(await fieldOf(pay())).to.equal("balance");
    await onPass(payer, "requestUnload", DECISIONS, 0n);
    expect((await pay()).status).to.equal(200);
    expect(await fieldOf(pay(PATH, { account: other.address }, other))).to.equal("balance");
  });

  it("takes a trial for any service, until two hours before its end", async () => {
    const { pay, fieldOf, onPass, client, pass, wait, hashes } = await open();
    expect(await fieldOf(pay(PATH, { id: TRIAL, account: other.address }, other))).to.equal("id");
    await onPass(other, "startTrial");
    const units = await client.readContract({ abi: accessPassAbi, address: pass, functionName: "trialCredits" });
    const mine = { id: TRIAL, account: other.address };
    expect((await pay(PATH, mine, other)).status).to.equal(200);
    const bundle = `/v1/decisions/${hashes[0]}/bundle?training=true`;
    expect((await pay(bundle, mine, other)).status).to.equal(200);
    for (let left = units - 11; left > 0; left--) expect((await pay(PATH, mine, other)).status).to.equal(200);
    expect(await fieldOf(pay(PATH, mine, other))).to.equal("balance");
    await wait(7 * DAY - LEAST_VALIDITY + 60);
    expect(await fieldOf(pay(PATH, mine, other))).to.equal("id");
  });

  it("serves who has a plan without a receipt, within its credits a day and its services", async () => {
    const { fetch, onPass, usdc, hashes, wait, clock, book } = await open(25);
    const { token } = await signIn(fetch, payer);
    const own = (path = PATH) => fetch(path, bearer(token));
    while ((await own()).status === 200);
    await onPass(payer, "buyPlan", 0n, 1n, usdc, 10n ** 12n, payer.address);
    await wait(31);
    const charge = async (answer: Promise<Response>) => (await answer).headers.get("gimbal-charge");
    expect(await charge(own())).to.equal("plan;number=0;units=1");
    expect(await charge(own(`/v1/decisions/${hashes[0]}/bundle`))).to.equal("plan;number=0;units=2");
    expect((await own(`/v1/decisions/${hashes[0]}/bundle?training=true`)).status, "not in the plan").to.equal(402);
    const day = Math.floor(Number(await networkHelpers.time.latest()) / DAY);
    expect(await book.usePlan(payer.address, 0n, day, 5_000 - 3, 5_000n)).to.equal(true);
    expect((await own()).status, "the day's credits are used up").to.equal(402);
    await wait(DAY);
    expect(await charge(own())).to.equal("plan;number=0;units=1");
    await networkHelpers.time.increase(29 * DAY);
    clock.now += 3;
    expect((await own()).status, "the plan is over").to.equal(402);
  });

  it("answers 503 and takes nothing while the node is silent", async () => {
    const { sign, ask, book, now, silence } = await open();
    const receipt = { account: payer.address, id: DECISIONS, asset: 0n, nonce: 0n, units: 1 };
    const headers = await sign({ ...receipt, validUntil: (await now()) + DAY });
    silence(true);
    expect(await bodyOf(ask(PATH, headers))).to.include({ status: 503, code: "UNAVAILABLE" });
    expect(await book.find(receipt)).to.equal(undefined);
    silence(false);
    expect((await ask(PATH, headers)).status).to.equal(200);
  });
});

describe("who earns by an answer", () => {
  const assetOf = async (quote: Promise<Json>) => (await quote).asset;

  it("is the strategy that the index followed when the decision was made", async () => {
    const { quote, hashes, followed, plain } = await open();
    const [first, second, third] = hashes;
    for (const path of [`/v1/decisions/${first}`, `/v1/decisions/${second}/bundle`, `${PATH}&index=${followed}`]) {
      expect(await assetOf(quote(path)), path).to.equal("1");
    }
    expect(await assetOf(quote(`/v1/decisions/${third}`)), "its data set, without a strategy").to.equal("2");
    expect(await assetOf(quote(`${PATH}&index=${plain}`))).to.equal("2");
    expect(await assetOf(quote(`/v1/decisions/${first}/bundle?training=true`)), "no data set").to.equal("0");
    expect(await assetOf(quote(`/v1/decisions/${second}/bundle?training=true`)), "its data set").to.equal("2");
    expect(await assetOf(quote(PATH)), "about all indices").to.equal("0");
  });

  it("stays the strategy of then when the index follows another one, and none that only says it is one", async () => {
    const world = await open();
    const { quote, hashes, registry, call, followed, adopted, adopt, client } = world;
    const document = keccak256(toHex("another"));
    const receipt = await call(strategist, registry, strategyRegistryAbi, "register", [
      0,
      "ipfs://t",
      document,
      100,
      0,
    ]);
    const [event] = parseEventLogs({ abi: strategyRegistryAbi, logs: receipt.logs, eventName: "StrategyRegistered" });
    const recipient = event?.args.receiver as Address;
    await adopt(followed, { ...adopted, recipient }, (seconds) => networkHelpers.time.increase(seconds));
    const after = Number(await client.getBlockNumber());
    expect(await assetOf(quote(`/v1/decisions/${hashes[0]}`))).to.equal("1");
    const place = { registry, multicall: world.deployment.external.multicall3 };
    const reads = () => new ChainStrategyReads(client, place);
    expect([await reads().strategyAt(followed, after), await reads().strategyAt(followed, after - 1)]).to.deep.equal([
      3n,
      1n,
    ]);
    // Another registry's first token is not this one's.
    const foreign = await (await ethers.deployContract("StrategyRegistry")).getAddress();
    await call(strategist, foreign as Address, strategyRegistryAbi, "register", [0, "ipfs://u", document, 100, 0]);
    const impostor = await client.readContract({
      ...{ abi: strategyRegistryAbi, address: foreign as Address, functionName: "receiverOf", args: [1n] },
    });
    await adopt(followed, { ...adopted, recipient: impostor }, (seconds) => networkHelpers.time.increase(seconds));
    expect(await reads().strategyAt(followed, Number(await client.getBlockNumber()))).to.equal(0n);
    // Nor is a data set's receiver, a wallet, or what is no index.
    expect(await reads().strategyAt(other.address, after)).to.equal(0n);
    expect(await reads().strategyAt(world.plain, after)).to.equal(0n);
    const none = new ChainStrategyReads(client, { ...place, registry: undefined });
    expect(await none.strategyAt(followed, after)).to.equal(0n);
  });
});

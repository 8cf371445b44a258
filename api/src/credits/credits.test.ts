import { usageReceiptTypes } from "@gimbal/sdk";
import { expect } from "chai";
import { type Hex, zeroAddress } from "viem";
import { bearer, signIn } from "../access/access.fixture.ts";
import { bodyOf, FIXTURE, fixtureJournal, testApp } from "../app.fixture.ts";
import { ROUTES } from "../app.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { readTools, runTool } from "../mcp/tools.ts";
import { header, PAYER, PLACE, SESSION_KEY, START, sellingContext, signed } from "./credits.fixture.ts";
import { decodeReceipt, encodeReceipt, NONCES, signerOf } from "./receipt.ts";
import { assetOf, type DecisionUsed, datasetOf, type ServiceName } from "./services.ts";

const PATH = "/v1/decisions?limit=1";
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A service whose two free requests are used up; decisions cost a credit of id 2. */
async function sold(over: Parameters<typeof sellingContext>[1] = {}) {
  const stage = await sellingContext(2, over);
  const fetch = testApp(stage.context);
  for (let used = 0; used < 2; used++) expect((await fetch(PATH)).status).to.equal(200);
  stage.pass.fill(PAYER.address, 2n, 10n);
  const ask = async (headers: Record<string, string> = {}, path = PATH) => fetch(path, { headers });
  const pay = async (...parts: Parameters<typeof signed>) =>
    ask(await header({ id: 2n, ...parts[0] }, parts[1], parts[2]));
  const fieldOf = async (response: Promise<Response>) => (await bodyOf(response)).field;
  const stateOf = async (nonce: bigint) => (await stage.book.find({ account: PAYER.address, id: 2n, nonce }))?.state;
  return { ...stage, fetch, ask, pay, fieldOf, stateOf };
}

describe("requests that are sold", () => {
  it("cost nothing within the quota, then answer 402 with what to sign; others answer 429", async () => {
    const { ask } = await sold();
    const response = await ask({ "gimbal-account": PAYER.address.toLowerCase() });
    expect(response.status).to.equal(402);
    expect(response.headers.get("content-type")).to.equal("application/problem+json");
    const problem = await bodyOf(response);
    expect(problem).to.include({ code: "PAYMENT_REQUIRED", chainId: PLACE.chainId, contract: PLACE.contract });
    expect(problem).to.include({ service: "DECISIONS", id: "2", units: 1, asset: "0", nonce: "0" });
    expect(problem).to.include({ account: PAYER.address, leastValidUntil: START + 7_200 });
    expect(problem.acceptedIds).to.deep.equal(["2", "2000"]);
    expect((await bodyOf(ask())).nonce).to.equal(null);
    expect((await ask({}, "/v1/tokens")).status).to.equal(429);
    expect((await ask({}, "/openapi.json")).status).to.equal(429);
  });

  it("are paid by a client that signs what the 402 says, as docs/SERVICES.md tells", async () => {
    const { ask, stateOf } = await sold();
    const first = await ask({ "gimbal-account": PAYER.address });
    const { chainId, contract, id, units, asset, nonce, leastValidUntil } = await bodyOf(first);
    const receipt = { account: PAYER.address, id, asset, nonce, units, validUntil: leastValidUntil + 86_400 };
    const domain = { name: "Gimbal AccessPass", version: "1", chainId, verifyingContract: contract };
    const typed = { domain, types: usageReceiptTypes, primaryType: "UsageReceipt", message: receipt } as const;
    const signature = await PAYER.signTypedData(typed);
    const text = Buffer.from(JSON.stringify({ chainId, contract, ...receipt, signature })).toString("base64url");
    expect((await ask({ "gimbal-receipt": text })).status).to.equal(200);
    expect(await stateOf(0n)).to.equal("owed");
  });

  it("refuse what is wrong before they cost anything", async () => {
    const { ask, stateOf } = await sold();
    const receipt = await header({ id: 2n });
    expect((await ask(receipt, "/v1/decisions?limit=0")).status).to.equal(400);
    expect(await stateOf(0n)).to.equal(undefined);
  });

  it("are answered for a receipt, which is owed from then on and pays once", async () => {
    const { pay, ask, stateOf, book } = await sold();
    const response = await pay();
    expect(response.status).to.equal(200);
    expect(response.headers.get("gimbal-charge")).to.equal("receipt;id=2;nonce=0;units=1");
    expect(response.headers.get("cache-control")).to.equal("private, no-cache");
    expect(await stateOf(0n)).to.equal("owed");
    expect(await book.held(PAYER.address, 2n)).to.equal(1n);
    const other = await bodyOf(ask(await header({ id: 2n }), "/v1/decisions?limit=2"));
    expect(other).to.include({ code: "RECEIPT_REFUSED", field: "nonce", nonce: "1" });
  });

  it("are answered again for the same receipt when an answer got lost, three times within ten minutes, and cost once", async () => {
    const { pay, book, pass, clock } = await sold();
    await pay();
    const again = await pay();
    expect([again.status, again.headers.get("gimbal-charge")]).to.deep.equal([200, "receipt;id=2;nonce=0;units=0"]);
    expect((await pay()).status).to.equal(200);
    expect((await pay()).status).to.equal(402);
    expect((await pay({ nonce: 1n })).status).to.equal(200);
    clock.now += 601;
    pass.now += 601;
    expect((await pay({ nonce: 1n })).status).to.equal(402);
    expect(await book.held(PAYER.address, 2n)).to.equal(2n);
  });

  it("give a receipt back when there is no answer, so that it pays for the next one", async () => {
    const { ask, stateOf, context } = await sold();
    const receipt = await header({ id: 2n });
    const nowhere = `/v1/decisions/0x${"ab".repeat(32)}`;
    expect((await ask(receipt, nowhere)).status).to.equal(404);
    expect(await stateOf(0n)).to.equal("returned");
    const { list } = context.decisions;
    context.decisions.list = () => Promise.reject(new Error("broken"));
    const path = "/v1/decisions?limit=3";
    expect((await ask(receipt, path)).status).to.equal(500);
    expect(await stateOf(0n)).to.equal("returned");
    context.decisions.list = list;
    expect((await ask(receipt, path)).status).to.equal(200);
    expect(await stateOf(0n)).to.equal("owed");
  });

  it("give back what paid for an answer that the caller has already", async () => {
    const { fetch, ask, stateOf, clock } = await sold();
    clock.now += 86_400;
    const etag = (await fetch(PATH)).headers.get("etag") ?? "";
    await fetch(PATH);
    const receipt = await header({ id: 2n, validUntil: START + 200_000 });
    expect((await ask({ ...receipt, "if-none-match": etag })).status).to.equal(304);
    expect(await stateOf(0n)).to.equal("returned");
  });

  it("write the receipt down before they begin, and mark it before the answer leaves", async () => {
    const { ask, stateOf, context } = await sold();
    const { list } = context.decisions;
    const seen: unknown[] = [];
    context.decisions.list = async (...parts) => {
      seen.push(await stateOf(0n));
      return list.apply(context.decisions, parts);
    };
    await ask(await header({ id: 2n }), "/v1/decisions?limit=3");
    expect([...seen, await stateOf(0n)]).to.deep.equal(["taken", "owed"]);
  });

  it("refuse receipts of another chain, contract, service, asset, size or end, each by name", async () => {
    const { pay, fieldOf, pass } = await sold();
    expect(await fieldOf(pay({}, PAYER, { ...PLACE, chainId: 1 }))).to.equal("chainId");
    expect(await fieldOf(pay({}, PAYER, { ...PLACE, contract: zeroAddress }))).to.equal("contract");
    expect(await fieldOf(pay({ id: 1n }))).to.equal("id");
    expect(await fieldOf(pay({ asset: 7n }))).to.equal("asset");
    for (const units of [2, 4]) expect(await fieldOf(pay({ units }))).to.equal("units");
    expect(await fieldOf(pay({ validUntil: START + 7_199 }))).to.equal("validUntil");
    expect(await fieldOf(pay({ validUntil: START + 30 * 86_400 + 1 }))).to.equal("validUntil");
    expect(pass.asked).to.equal(0);
    expect((await pay({ validUntil: START + 7_200 })).status).to.equal(200);
    expect((await pay({ nonce: 2n, validUntil: START + 30 * 86_400 })).status).to.equal(200);
  });

  it("refuse a signature that the contract would refuse: of others, malleable, or of a wrong form", async () => {
    const { ask, pay, fieldOf } = await sold();
    expect(await fieldOf(pay({}, SESSION_KEY))).to.equal("signature");
    const receipt = await signed({ id: 2n });
    const s = ORDER - BigInt(`0x${receipt.signature.slice(66, 130)}`);
    const v = receipt.signature.endsWith("1b") ? "1c" : "1b";
    const twin = `${receipt.signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}` as Hex;
    expect(await signerOf({ ...receipt, signature: twin })).to.equal(undefined);
    expect(await fieldOf(ask({ "gimbal-receipt": encodeReceipt({ ...receipt, signature: twin }) }))).to.equal(
      "signature",
    );
    const low = `${receipt.signature.slice(0, 130)}${v === "1c" ? "00" : "01"}` as Hex;
    expect(await signerOf({ ...receipt, signature: low })).to.equal(undefined);
    expect(await signerOf(receipt)).to.equal(PAYER.address);
  });

  it("take receipts of the newest key of an account as long as it lasts", async () => {
    const { pay, pass, fieldOf } = await sold();
    pass.keys.set(PAYER.address, { address: SESSION_KEY.address, until: START + 7_199 });
    expect(await fieldOf(pay({}, SESSION_KEY))).to.equal("signature");
    pass.keys.set(PAYER.address, { address: SESSION_KEY.address, until: START + 7_200 });
    expect((await pay({}, SESSION_KEY)).status).to.equal(200);
    pass.keys.delete(PAYER.address);
    expect(await fieldOf(pay({ nonce: 1n }, SESSION_KEY))).to.equal("signature");
  });

  it("refuse nonces that are used on chain or about to be cancelled", async () => {
    const { pay, pass, fieldOf, stateOf } = await sold();
    const name = (nonce: number) => `${PAYER.address}/2/${nonce}`;
    pass.usedNames.add(name(0));
    expect(await fieldOf(pay())).to.equal("nonce");
    pass.cancelReady.set(name(1), START + 3_600);
    expect(await fieldOf(pay({ nonce: 1n }))).to.equal("nonce");
    expect([await stateOf(0n), await stateOf(1n)]).to.deep.equal([undefined, undefined]);
  });

  it("let an account use its meter less what is in notice and what is not settled yet", async () => {
    const { pay, pass, ask, fieldOf } = await sold();
    pass.fill(PAYER.address, 2n, 3n, 1n);
    expect((await pay({ nonce: 0n })).status).to.equal(200);
    expect((await pay({ nonce: 1n })).status).to.equal(200);
    const problem = await bodyOf(pay({ nonce: 2n }));
    expect(problem).to.include({ status: 402, field: "balance" });
    pass.fill(PAYER.address, 2n, 3n);
    expect((await pay({ nonce: 2n })).status).to.equal(200);
    pass.fill(PAYER.address, 2n, 1n, 5n);
    expect(await fieldOf(pay({ nonce: 3n }))).to.equal("balance");
    expect((await ask()).status).to.equal(402);
  });

  it("never take more than the meter holds from requests at the same time", async () => {
    const { pay, book } = await sold();
    const answers = await Promise.all(Array.from({ length: 25 }, (_, nonce) => pay({ nonce: BigInt(nonce) })));
    expect(answers.filter(({ status }) => status === 200)).to.have.length(10);
    expect(await book.held(PAYER.address, 2n)).to.equal(10n);
  });

  it("are refused to an account that would owe too much at once before anything of it was settled", async () => {
    const { database, hashes } = await fixtureJournal();
    const { ask, pass, fieldOf } = await sold({ decisions: new JournalDecisions(database, FIXTURE.chainId) });
    pass.fill(PAYER.address, 2n, 1_000n);
    const path = `/v1/decisions/${hashes[0]}/bundle`;
    const pay = async (nonce: bigint) => ask(await header({ id: 2n, nonce, units: 2 }), path);
    expect((await pay(0n)).status).to.equal(200);
    expect(await fieldOf(pay(1n))).to.equal("unsettled");
  });

  it("do not believe a node that is behind the newest settlement", async () => {
    const { pay, pass, book } = await sold();
    pass.fill(PAYER.address, 2n, 1n);
    await pay();
    const batch = await book.makeBatch(9, START, new Set());
    const [receipt] = await book.receiptsOf(batch ?? 0);
    await book.endBatch(batch ?? 0, [{ receipt: receipt!, state: "settled", reason: null, block: 12 }]);
    pass.readBlock = 11;
    expect((await pay({ nonce: 1n })).status).to.equal(503);
    pass.readBlock = 12;
    pass.fill(PAYER.address, 2n, 0n);
    expect((await pay({ nonce: 1n })).status).to.equal(402);
  });

  it("take what is left of a trial for any service, until it is about to end", async () => {
    const { pay, pass, fieldOf } = await sold();
    pass.fill(PAYER.address, 2_000n, 1n);
    pass.trialEndsAt = START + 7_199;
    expect(await fieldOf(pay({ id: 2_000n }))).to.equal("id");
    pass.trialEndsAt = START + 7_200;
    expect((await pay({ id: 2_000n })).status).to.equal(200);
    expect(await fieldOf(pay({ id: 2_000n, nonce: 1n }))).to.equal("balance");
  });

  it("tell callers at the same time different nonces, which nobody can drive far ahead", async () => {
    const { ask, pay } = await sold();
    const nonce = async () => Number((await bodyOf(ask({ "gimbal-account": PAYER.address }))).nonce);
    expect(new Set(await Promise.all([nonce(), nonce(), nonce()])).size).to.equal(3);
    await pay({ nonce: 40n });
    expect(await nonce()).to.equal(41);
    let largest = 0;
    for (let asked = 0; asked < 1_100; asked++) largest = Math.max(largest, await nonce());
    expect(largest).to.equal(41 + 1_023);
  });

  it("bound how often one may try to pay", async () => {
    const { ask } = await sold();
    let tries = 0;
    while (tries < 1_300 && (await ask()).status === 402) tries++;
    expect(tries).to.equal(1_200);
    expect((await ask()).status).to.equal(429);
  });
});

describe("plans", () => {
  it("pay for the services that they include, so much a day, and give back what failed", async () => {
    const { context, pass, clock } = await sellingContext(12);
    const fetch = testApp(context);
    const later = (seconds: number) => {
      pass.now += seconds;
      clock.now += 31;
    };
    const { token } = await signIn(fetch, PAYER);
    while ((await fetch(PATH, bearer(token))).status === 200);
    const plan = { plan: 3n, services: 0b0100n, creditsPerDay: 2n, endsAt: START + 200_000 };
    const ask = (path = PATH) => fetch(path, bearer(token));
    pass.running = [{ ...plan, services: 0b1010n }];
    later(31);
    expect((await ask()).status).to.equal(402);
    pass.running = [plan];
    later(31);
    expect((await ask()).headers.get("gimbal-charge")).to.equal("plan;number=3;units=1");
    expect((await ask(`/v1/decisions/0x${"ab".repeat(32)}`)).status).to.equal(404);
    expect((await ask()).status).to.equal(200);
    expect((await ask()).status).to.equal(402);
    expect((await fetch(PATH)).status).to.equal(402);
    later(86_400);
    expect((await ask()).status).to.equal(200);
    later(plan.endsAt - pass.now);
    expect((await ask()).status).to.equal(402);
  });
});

describe("simulations", () => {
  it("cost beyond a small quota of their own, whatever is left of the other one", async () => {
    const { database } = await fixtureJournal();
    const decisions = new JournalDecisions(database, FIXTURE.chainId);
    const { context, pass } = await sellingContext(1_000, { decisions });
    const fetch = testApp(context);
    const run = async (headers: Record<string, string> = {}) =>
      fetch("/v1/simulations/rebalance", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ index: FIXTURE.vault }),
      });
    for (let free = 0; free < 2; free++) expect((await run()).status).to.equal(503);
    expect(await bodyOf(run())).to.include({ status: 402, service: "COMPUTE", id: "3", units: 1 });
    pass.fill(PAYER.address, 3n, 1n);
    // The simulator of this test is switched off: what paid comes back.
    expect((await run(await header({ id: 3n }))).status).to.equal(503);
    expect((await run(await header({ id: 3n }))).status).to.equal(503);
  });
});

describe("tools of a language model", () => {
  it("run what is free of simulations, then ask for a plan", async () => {
    const { context, pass, clock } = await sellingContext(1_000);
    const tool = readTools(ROUTES).find(({ route }) => route.id === "runBacktest");
    if (tool === undefined) throw new Error("There is no such tool.");
    const asked = { strategy: "top10", from: "2022-01-01", to: "2022-02-01", market: "simulated" };
    const codeOf = (account: typeof PAYER.address | null, client: string) =>
      runTool(context, tool, asked, { account, tier: 0, client }).catch((error: { code: string }) => error.code);
    // The simulator of this test is switched off.
    for (let free = 0; free < 2; free++) expect(await codeOf(null, "one")).to.equal("UNAVAILABLE");
    expect(await codeOf(null, "one")).to.equal("PAYMENT_REQUIRED");
    expect(await codeOf(null, "two")).to.equal("UNAVAILABLE");
    for (let free = 0; free < 2; free++) await codeOf(PAYER.address, "one");
    expect(await codeOf(PAYER.address, "one")).to.equal("PAYMENT_REQUIRED");
    pass.running = [{ plan: 0n, services: 0b1000n, creditsPerDay: 1n, endsAt: START + 100_000 }];
    [pass.now, clock.now] = [START + 31, START + 31];
    expect(await codeOf(PAYER.address, "one")).to.equal("UNAVAILABLE");
  });
});

describe("the receipt's header", () => {
  const faultOf = (text: string): string => {
    try {
      decodeReceipt(text);
    } catch (error) {
      return (error as Error).message;
    }
    return "none";
  };

  it("comes back as it was sent", async () => {
    const receipt = await signed({ nonce: NONCES - 1n, asset: 2n ** 256n - 1n, units: 2 ** 32 - 1 });
    expect(decodeReceipt(encodeReceipt(receipt))).to.deep.equal({
      ...receipt,
      signature: receipt.signature.toLowerCase(),
    });
  });

  it("is refused with every fault and its place", async () => {
    const receipt = await signed();
    const plain = JSON.parse(Buffer.from(encodeReceipt(receipt), "base64url").toString());
    const text = (over: object) => Buffer.from(JSON.stringify({ ...plain, ...over })).toString("base64url");
    expect(faultOf("{}")).to.match(/base64url/);
    expect(faultOf("abcd")).to.match(/base64url/);
    expect(faultOf("a".repeat(2_049))).to.match(/at most 2048/);
    expect(faultOf(text({ nonce: 7 }))).to.match(/Gimbal-Receipt.nonce/);
    expect(faultOf(text({ nonce: String(NONCES) }))).to.match(/below 2\^87/);
    expect(faultOf(text({ id: "01" }))).to.match(/leading zeros/);
    expect(faultOf(text({ id: String(2n ** 256n) }))).to.match(/256 bits/);
    expect(faultOf(text({ units: 0, validUntil: 2 ** 48, account: "0x1" }))).to.match(/account.*units.*validUntil/s);
    expect(faultOf(text({ signature: `0x${"00".repeat(64)}` }))).to.match(/65 bytes/);
    expect(faultOf(text({ more: 1 }))).to.not.equal("none");
    expect(faultOf(text({}))).to.equal("none");
  });

  it("answers 400 where it is not a receipt", async () => {
    const { ask } = await sold();
    expect(await bodyOf(ask({ "gimbal-receipt": "{}" }))).to.include({ status: 400, code: "RECEIPT_INVALID" });
  });
});

describe("what earns by a decision", () => {
  const about: DecisionUsed = { hash: "0x05", vault: zeroAddress, block: 7, datasets: [] };
  const reads = { strategyAt: async () => 0n };
  const assetFor = (service: ServiceName, datasets: readonly number[], strategy: bigint) =>
    assetOf({ service, units: 1, about: { ...about, datasets } }, { strategyAt: async () => strategy });

  it("is one of the data sets that its source names: its hash chooses", () => {
    expect(datasetOf(about)).to.equal(0n);
    const datasets = [4, 9];
    expect((["0x04", "0x05", "0x06"] as const).map((hash) => datasetOf({ hash, datasets }))).to.deep.equal([
      4n,
      9n,
      4n,
    ]);
  });

  it("is the strategy that its index followed then; of what models were trained on, the data set", async () => {
    for (const service of ["SIGNALS", "DECISIONS", "COMPUTE"] as const) {
      expect(await assetFor(service, [4], 3n), service).to.equal(3n);
      expect(await assetFor(service, [4], 0n), service).to.equal(4n);
      expect(await assetFor(service, [], 0n), service).to.equal(0n);
    }
    expect(await assetFor("DATASETS", [4], 3n)).to.equal(4n);
    expect(await assetFor("DATASETS", [], 3n)).to.equal(0n);
    expect(await assetOf({ service: "DECISIONS", units: 1, about: null }, reads)).to.equal(0n);
    const asked: unknown[] = [];
    const strategyAt = async (...parts: unknown[]) => BigInt(asked.push(parts));
    await assetOf({ service: "SIGNALS", units: 1, about }, { strategyAt });
    expect(asked).to.deep.equal([[zeroAddress, 7]]);
  });
});

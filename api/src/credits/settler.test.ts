import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessPassAbi } from "@gimbal/sdk";
import { expect } from "chai";
import { decodeFunctionData, keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { silentLogger } from "../../../keeper/src/execute/logger.ts";
import { defaultTransactionSettings, TransactionManager } from "../../../keeper/src/execute/transactions.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { rejectionOf } from "../../../keeper/src/rejection.fixture.ts";
import { FIXTURE_DEPLOYMENT } from "../app.fixture.ts";
import type { ApiConfig } from "../config.ts";
import { Store } from "../store/store.ts";
import { FakePass, PAYER, PLACE, SESSION_KEY, SettlingChain, START, signed } from "./credits.fixture.ts";
import { nameOf, ReceiptBook } from "./receiptBook.ts";
import { settleStore } from "./settle.ts";
import { type SettlementSender, type SettlerParts, settleAll, settlementCall } from "./settler.ts";

const RELAYER = privateKeyToAccount(keccak256(toHex("relayer")));

/** A settler over files, a chain and a contract that go on when it is killed. */
async function stage(folder: string) {
  const pass = new FakePass();
  const chain = new SettlingChain(pass);
  const store = await Store.open(join(folder, "api.db"));
  const journal = new Journal(await openSqlite(join(folder, "settler.db")));
  const book = new ReceiptBook(store.database, PLACE, "run-1");
  const settings = { ...defaultTransactionSettings, pollInterval: 1, bumpAfter: 3, giveUpAfter: 12, confirmations: 0n };
  const open = (over: Partial<SettlerParts> = {}): SettlerParts => {
    const parts = { chainId: PLACE.chainId, account: RELAYER, journal, port: chain, settings, logger: silentLogger };
    const manager = new TransactionManager(parts);
    const sender: SettlementSender = {
      find: async (intent) => (await journal.transactions(intent)).at(-1),
      resume: (prefix) => manager.resume(prefix),
      execute: (wanted) => manager.execute(wanted),
    };
    const quiet = () => {};
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    return { place: PLACE, book, reads: pass, sender, clock: () => START, logger, batchSize: 3, ...over };
  };
  const owe = async (...over: Parameters<typeof signed>) => {
    const receipt = await signed(...over);
    await book.take({
      receipt,
      request: nameOf(receipt),
      usable: 1_000n,
      trusted: 1_000n,
      block: pass.block,
      now: START,
    });
    await book.answered(receipt);
    return receipt;
  };
  const close = async () => {
    await journal.close();
    await store.close();
  };
  pass.fill(PAYER.address, 1n, 100n);
  return { pass, chain, book, journal, open, owe, close };
}

describe("settling", () => {
  let folder: string;
  let here: Awaited<ReturnType<typeof stage>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gimbal-settle-"));
    here = await stage(folder);
  });
  afterEach(async () => {
    await here.close();
    rmSync(folder, { recursive: true });
  });
  const stateOf = async (nonce: bigint) => {
    const booked = await here.book.find({ account: PAYER.address, id: 1n, nonce });
    return [booked?.state, booked?.reason];
  };

  it("sends what is owed in batches, once, and frees what it held", async () => {
    for (let nonce = 0n; nonce < 7n; nonce++) await here.owe({ nonce, units: 2 });
    const report = await settleAll(here.open());
    expect(report).to.deep.equal({ batches: 3, settled: 7, kept: [], lost: [] });
    expect(here.chain.sent).to.have.length(3);
    expect(here.pass.meterOf(PAYER.address, 1n)).to.equal(86n);
    expect(await here.book.held(PAYER.address, 1n)).to.equal(0n);
    expect(await settleAll(here.open())).to.deep.equal({ batches: 0, settled: 0, kept: [], lost: [] });
    expect(here.chain.sent).to.have.length(3);
  });

  it("leaves alone what is not answered yet", async () => {
    const receipt = await signed();
    await here.book.take({ receipt, request: "r", usable: 9n, trusted: 0n, block: 1, now: START });
    expect((await settleAll(here.open())).batches).to.equal(0);
    expect((await stateOf(0n))[0]).to.equal("taken");
  });

  it("tells receipts that the contract left out: kept while they may count, lost when they cannot", async () => {
    here.pass.fill(PAYER.address, 1n, 4n);
    await here.owe({ nonce: 0n, units: 3 });
    await here.owe({ nonce: 1n, units: 2 });
    await here.owe({ nonce: 2n }, SESSION_KEY);
    const report = await settleAll(here.open());
    expect(report.settled).to.equal(1);
    expect(report.kept.map(({ nonce, reason }) => [nonce, reason])).to.deep.equal([[1n, "the meter holds too little"]]);
    expect(report.lost.map(({ nonce, reason }) => [nonce, reason])).to.deep.equal([[2n, "signature"]]);
    expect(await stateOf(1n)).to.deep.equal(["owed", "the meter holds too little"]);
    here.pass.fill(PAYER.address, 1n, 2n);
    expect((await settleAll(here.open())).settled).to.equal(1);
    expect(await stateOf(1n)).to.deep.equal(["settled", null]);
  });

  it("gives up what expired, and what stayed without credits until then", async () => {
    here.pass.fill(PAYER.address, 1n, 0n);
    await here.owe({ nonce: 0n, validUntil: START + 7_200 });
    await settleAll(here.open());
    expect(await stateOf(0n)).to.deep.equal(["owed", "the meter holds too little"]);
    await here.owe({ nonce: 1n, validUntil: START + 7_200 });
    here.pass.now = START + 7_200;
    here.pass.fill(PAYER.address, 1n, 9n);
    await settleAll(here.open());
    expect([await stateOf(0n), await stateOf(1n)]).to.deep.equal([
      ["lost", "balance"],
      ["lost", "expired"],
    ]);
    expect(await here.book.held(PAYER.address, 1n)).to.equal(1n);
  });

  it("pays no gas for receipts that their meter cannot pay, however long they are valid", async () => {
    here.pass.fill(PAYER.address, 1n, 5n);
    for (const nonce of [0n, 1n, 2n]) await here.owe({ nonce, units: 3, validUntil: 2 ** 48 - 1 });
    for (let run = 0; run < 3; run++) await settleAll(here.open());
    expect([await stateOf(0n), await stateOf(1n), await stateOf(2n)]).to.deep.equal([
      ["settled", null],
      ["owed", "the meter holds too little"],
      ["owed", "the meter holds too little"],
    ]);
    expect(here.chain.sent).to.have.length(1);
    here.pass.fill(PAYER.address, 1n, 6n);
    expect((await settleAll(here.open())).settled).to.equal(2);
  });

  it("sends nothing for nonces that are used: settled by another relayer, or cancelled", async () => {
    const [first, second] = [await here.owe({ nonce: 0n }), await here.owe({ nonce: 1n })];
    await here.pass.settle(keccak256("0x01"), settlementCall([first]));
    here.pass.usedNames.add(nameOf(second));
    here.pass.cancelledNames.add(nameOf(second));
    const report = await settleAll(here.open());
    expect([report.settled, report.lost.map(({ reason }) => reason)]).to.deep.equal([1, ["cancelled"]]);
    expect(here.chain.sent).to.have.length(0);
    expect(await here.book.held(PAYER.address, 1n)).to.equal(1n);
  });

  it("knows as settled what somebody else settled with its call, just before it was mined", async () => {
    const receipt = await here.owe();
    const { send } = here.chain;
    here.chain.send = async (raw) => {
      await here.pass.settle(keccak256("0x01"), settlementCall([receipt]));
      return send.call(here.chain, raw);
    };
    expect((await settleAll(here.open())).settled).to.equal(1);
    expect(here.pass.meterOf(PAYER.address, 1n)).to.equal(99n);
  });

  it("tells what was cancelled apart from what its own transaction counted beside it", async () => {
    const [first, second] = [await here.owe({ nonce: 0n }), await here.owe({ nonce: 1n })];
    here.pass.usedNames.add(nameOf(first));
    here.pass.cancelledNames.add(nameOf(first));
    const report = await settleAll(here.open());
    expect([report.settled, report.lost.map(({ reason }) => reason)]).to.deep.equal([1, ["cancelled"]]);
    expect(await stateOf(second.nonce)).to.deep.equal(["settled", null]);
  });

  it("goes on counting what the account settled less for, with the same nonce", async () => {
    await here.owe({ nonce: 0n, units: 10 });
    await here.owe({ nonce: 1n, units: 4 });
    await here.owe({ nonce: 2n, units: 10 });
    await settleAll(here.open({ batchSize: 1 }));
    await here.owe({ nonce: 3n, units: 10 });
    await here.owe({ nonce: 4n, units: 4 });
    await here.owe({ nonce: 5n, units: 4, asset: 7n });
    const small = [
      await signed({ nonce: 3n }),
      await signed({ nonce: 4n, units: 4 }),
      await signed({ nonce: 5n, units: 4 }),
    ];
    await here.pass.settle(keccak256("0x01"), settlementCall(small));
    const report = await settleAll(here.open());
    expect(report.settled).to.equal(1);
    expect(report.lost.map(({ nonce, reason }) => [nonce, reason])).to.deep.equal([
      [3n, "replaced"],
      [5n, "replaced"],
    ]);
    expect(await here.book.held(PAYER.address, 1n)).to.equal(14n);
  });

  it("does not take what its own transaction counted for what somebody else settled less of", async () => {
    await here.owe({ nonce: 0n, units: 10 });
    await here.owe({ nonce: 1n, units: 10 });
    await here.pass.settle(keccak256("0x01"), settlementCall([await signed({ nonce: 0n })]));
    const report = await settleAll(here.open());
    expect([report.settled, report.lost.map(({ nonce }) => nonce)]).to.deep.equal([1, [0n]]);
  });

  it("keeps what a transaction that was refused did not count, for the next run", async () => {
    await here.owe();
    here.chain.refusal = "0x12345678";
    const report = await settleAll(here.open());
    expect([report.settled, report.kept.length]).to.deep.equal([0, 1]);
    expect(report.kept[0]?.reason).to.match(/did not count it/);
    here.chain.refusal = null;
    expect((await settleAll(here.open())).settled).to.equal(1);
    expect(here.chain.sent).to.have.length(1);
  });

  it("goes on wherever it was killed: nothing is lost, and nothing taken twice", async () => {
    const killed = new Error("killed");
    const steps = ["makeBatch", "receiptsOf", "find", "used", "execute", "sent", "outcome", "endBatch"] as const;
    for (const step of steps) {
      for (const when of ["before", "after"] as const) {
        const nonce = BigInt(1_000 + steps.indexOf(step) * 10 + (when === "after" ? 1 : 0));
        const held = here.pass.meterOf(PAYER.address, 1n);
        await here.owe({ nonce });
        const parts = here.open();
        const targets: Record<(typeof steps)[number], [object, string]> = {
          makeBatch: [here.book, "makeBatch"],
          receiptsOf: [here.book, "receiptsOf"],
          endBatch: [here.book, "endBatch"],
          used: [here.pass, "used"],
          outcome: [here.pass, "outcome"],
          find: [parts.sender, "find"],
          execute: [parts.sender, "execute"],
          sent: [here.chain, "send"],
        };
        const [target, name] = targets[step];
        const own = Object.getOwnPropertyDescriptor(target, name);
        const original = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
        Reflect.set(target, name, async (...values: unknown[]) => {
          if (when === "after") await original.apply(target, values);
          throw killed;
        });
        await rejectionOf(settleAll(parts));
        if (own === undefined) Reflect.deleteProperty(target, name);
        else Reflect.set(target, name, original);
        await settleAll(here.open());
        expect((await stateOf(nonce))[0], `${when} ${step}`).to.equal("settled");
        expect(here.pass.meterOf(PAYER.address, 1n), `${when} ${step}`).to.equal(held - 1n);
      }
    }
    expect(await here.book.openBatches()).to.deep.equal([]);
  });

  it("groups receipts by account, id and asset, in an order that costs least", async () => {
    const other = { account: SESSION_KEY.address };
    for (const [over, signer] of [
      [{ nonce: 2n }, PAYER],
      [{ nonce: 10n }, PAYER],
      [{ ...other, nonce: 2n }, SESSION_KEY],
      [{ nonce: 1n, asset: 7n }, PAYER],
      [{ nonce: 1n, id: 2n }, PAYER],
    ] as const)
      await here.owe(over, signer);
    const batch = await here.book.makeBatch(9, START, new Set());
    const data = settlementCall(await here.book.receiptsOf(batch ?? 0));
    const [groups] = decodeFunctionData({ abi: accessPassAbi, data }).args as readonly [
      readonly { id: bigint; asset: bigint; receipts: readonly { nonce: bigint }[] }[],
    ];
    const seen = groups.map(({ id, asset, receipts }) => [id, asset, ...receipts.map(({ nonce }) => nonce)]);
    expect(seen.sort((a, b) => b.length - a.length)[0]).to.deep.equal([1n, 0n, 2n, 10n]);
    expect(groups.map(({ id, asset }) => `${id}/${asset}`)).to.deep.equal(["1/0", "1/0", "1/7", "2/0"]);
  });
});

describe("the settler's settings", () => {
  const account = RELAYER;
  const configOf = (over: Partial<ApiConfig>): ApiConfig => ({
    ...({} as ApiConfig),
    deployment: FIXTURE_DEPLOYMENT,
    ...over,
  });
  const contracts = { ...FIXTURE_DEPLOYMENT.contracts, AccessPass: PLACE.contract };

  it("are refused where nothing is sold, and where there is no store", async () => {
    const options = { account, logger: silentLogger as never };
    expect(await rejectionOf(settleStore(configOf({}), options))).to.include({ code: "SETTLER_CONFIG" });
    for (const store of [":memory:", join(tmpdir(), "gimbal-no-such-store.db")]) {
      const config = configOf({ deployment: { ...FIXTURE_DEPLOYMENT, contracts }, store });
      expect(await rejectionOf(settleStore(config, options))).to.include({ code: "SETTLER_CONFIG" });
    }
  });
});

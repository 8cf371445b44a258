import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { encodeErrorResult, keccak256, parseTransaction, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { errorsAbi } from "../../../sdk/src/abis/errors.ts";
import { FeeCeilingError, JournalError, SpendingCapError, StoppedError, TransactionStuckError } from "../errors.ts";
import { Journal } from "../journal/journal.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import type { GasSigner } from "../signers/signer.ts";
import { FakeChain } from "./fakeChain.fixture.ts";
import { silentLogger } from "./logger.ts";
import { defaultTransactionSettings, TransactionManager, type TransactionSettings } from "./transactions.ts";

const account = privateKeyToAccount(keccak256(toHex("keeper")));
const TARGET = "0x00000000000000000000000000000000000000aa";
const wanted = { intent: "1/vault/propose/1", target: TARGET, data: "0x1234", validUntil: 0 } as const;

describe("TransactionManager", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-journal-"));
  let chain: FakeChain;
  let journal: Journal;
  let files = 0;

  beforeEach(async () => {
    chain = new FakeChain();
    journal = await Journal.open(join(folder, `${files++}.db`));
  });
  afterEach(() => journal.close());
  after(() => rmSync(folder, { recursive: true }));

  const quick: TransactionSettings = {
    ...defaultTransactionSettings,
    maxFeeCeiling: 1_000n,
    pollInterval: 1,
    bumpAfter: 3,
    giveUpAfter: 12,
    confirmations: 0n,
  };
  const open = (over: Partial<TransactionSettings> = {}, signal = new AbortController().signal) => {
    const settings = { ...quick, ...over };
    const port = chain;
    return new TransactionManager({ chainId: 1, account, journal, port, settings, logger: silentLogger, signal });
  };

  it("default: simulates, signs EIP-1559 with the next nonce, sends once, waits, and records what it cost", async () => {
    const end = await open().execute(wanted);
    expect([end.state, end.gasUsed, end.gasPrice, end.nonce]).to.deep.equal(["DONE", 90_000n, 12n, 7]);
    expect(chain.sent).to.have.length(1);
    const sent = parseTransaction(chain.sent[0]!);
    expect([sent.type, sent.nonce, sent.gas, sent.maxFeePerGas, sent.maxPriorityFeePerGas, sent.chainId]).to.deep.equal(
      ["eip1559", 7, 120_000n, 22n, 2n, 1],
    );
    expect(end.minedHash).to.equal(keccak256(chain.sent[0]!));
  });

  it("behavior: the signed bytes are in the journal before they are sent", async () => {
    const send = chain.send.bind(chain);
    chain.send = async (raw) => {
      const [row] = await journal.unfinished();
      expect(row?.state).to.equal("SIGNED");
      expect((await journal.attempts(row!.id)).map((attempt) => attempt.raw)).to.deep.equal([raw]);
      return send(raw);
    };
    expect((await open().execute(wanted)).state).to.equal("DONE");
  });

  it("behavior: an intent that is done or under way is not started again", async () => {
    await open().execute(wanted);
    const error = await open()
      .execute(wanted)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(JournalError);
    expect(chain.sent).to.have.length(1);
  });

  it("behavior: a refusal in the simulation is final, decoded, and costs nothing", async () => {
    chain.refusal = encodeErrorResult({ abi: errorsAbi, errorName: "IndexVault_EpochMismatch", args: [1n, 2n] });
    const end = await open().execute(wanted);
    expect(end.state).to.equal("REVERTED");
    expect(end.reason).to.match(/^IndexVault_EpochMismatch: /);
    expect(chain.sent).to.deep.equal([]);
    chain.refusal = null;
    expect((await open().execute(wanted)).state, "a new try of the same intent is allowed").to.equal("DONE");
  });

  it("behavior: a refusal in the block is recorded with its reason", async () => {
    chain.succeeds = false;
    const end = await open().execute(wanted);
    expect([end.state, end.reason]).to.deep.equal(["REVERTED", "The rebalance is still cooling down."]);
  });

  it("behavior: raises both fees by at least an eighth until it is mined, and finds whichever attempt was", async () => {
    chain.mining = "never";
    const send = chain.send.bind(chain);
    chain.send = async (raw) => {
      await send(raw);
      // The chain takes the first version after the third was sent.
      if (new Set(chain.sent).size === 3) chain.mine(chain.sent[0]!);
    };
    const end = await open().execute(wanted);
    expect(end.state).to.equal("DONE");
    expect(end.minedHash).to.equal(keccak256(chain.sent[0]!));
    const fees = await journal.attempts(end.id);
    expect(fees).to.have.length(3);
    for (const [i, { maxFee, tip }] of fees.entries()) {
      if (i === 0) continue;
      expect(maxFee * 8n >= fees[i - 1]!.maxFee * 9n && tip * 8n >= fees[i - 1]!.tip * 9n).to.equal(true);
    }
    expect(new Set(chain.sent.map((raw) => parseTransaction(raw).nonce))).to.deep.equal(new Set([7]));
  });

  it("error: never pays more than the ceiling, and tries again later", async () => {
    chain.base = 5_000n;
    const error = await open()
      .execute(wanted)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(FeeCeilingError);
    expect(chain.sent).to.deep.equal([]);
    chain.base = 10n;
    expect((await open().resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
  });

  describe("with a cap on what a day may cost", () => {
    const DAY = 86_400;
    const cost = 90_000n * 12n; // {wei} of a transaction that the fake chain mines
    const most = 120_000n * 22n; // {wei} that the same one could cost before that
    const next = (n: number) => ({ ...wanted, intent: `1/vault/${n}` });
    let signed = 0;
    const counting: GasSigner = {
      address: account.address,
      signTransaction: (transaction) => {
        signed++;
        return account.signTransaction(transaction);
      },
    };
    const capped = (spendingCap: bigint, over: Partial<TransactionSettings> = {}) => {
      const settings = { ...quick, spendingCap, ...over };
      return new TransactionManager({
        chainId: 1,
        account: counting,
        journal,
        port: chain,
        settings,
        logger: silentLogger,
      });
    };
    beforeEach(() => {
      signed = 0;
      chain.now = 1_000_000;
    });

    it("behavior: signs nothing above it, and goes on by itself when the window has room", async () => {
      const manager = capped(most + cost);
      expect((await manager.execute(next(1))).state).to.equal("DONE");
      expect((await manager.execute(next(2))).state, "one paid for, one at its most: exactly the cap").to.equal("DONE");
      const error = await rejectionOf(manager.execute(next(3)));
      expect(error).to.be.instanceOf(SpendingCapError).with.property("code", "SPENDING_CAP");
      expect((error as SpendingCapError).details).to.include({
        paid: `${2n * cost} wei`,
        needed: `${most} wei at most`,
      });
      expect([signed, chain.sent.length]).to.deep.equal([2, 2]);
      expect((await journal.unfinished()).map(({ state }) => state)).to.deep.equal(["SIMULATED"]);

      chain.now += DAY - 1;
      expect(await rejectionOf(manager.resume())).to.be.instanceOf(SpendingCapError);
      chain.now += 1;
      expect((await manager.resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
      expect(signed).to.equal(3);
    });

    it("behavior: counts an unfinished transaction with the most that it can cost, and another account's not at all", async () => {
      chain.mining = "never";
      const waiting = await rejectionOf(capped(most, { bumpAfter: 1_000 }).execute(next(1)));
      expect(waiting).to.be.instanceOf(TransactionStuckError);
      expect(await rejectionOf(capped(2n * most - 1n).execute(next(2)))).to.be.instanceOf(SpendingCapError);
      chain.mining = "at once";
      const other = privateKeyToAccount(keccak256(toHex("another keeper")));
      const settings = { ...quick, spendingCap: most };
      const options = { chainId: 1, account: other, journal, port: chain, settings, logger: silentLogger };
      expect((await new TransactionManager(options).execute(next(3))).state).to.equal("DONE");
    });

    it("behavior: a higher fee needs room as well; what was sent before stays and is found when it is mined", async () => {
      chain.mining = "never";
      const manager = capped(most + 1n);
      expect(await rejectionOf(manager.execute(next(1)))).to.be.instanceOf(SpendingCapError);
      expect(signed).to.equal(1);
      chain.mine(chain.sent[0]!);
      expect((await manager.resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
      expect(signed).to.equal(1);
    });

    it("behavior: a transaction that was refused in its block has cost something too", async () => {
      chain.succeeds = false;
      const manager = capped(most);
      expect((await manager.execute(next(1))).state).to.equal("REVERTED");
      expect(await rejectionOf(manager.execute(next(2)))).to.be.instanceOf(SpendingCapError);
    });

    it("error: a cap of nothing lets nothing be signed", async () => {
      expect(await rejectionOf(capped(0n).execute(wanted))).to.be.instanceOf(SpendingCapError);
      expect(signed).to.equal(0);
    });
  });

  it("error: gives up waiting, and the next run goes on with the same bytes", async () => {
    chain.mining = "never";
    const error = await open({ bumpAfter: 1_000 })
      .execute(wanted)
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(TransactionStuckError);
    chain.mining = "at once";
    expect((await open().resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
    expect(new Set(chain.sent).size).to.equal(1);
  });

  it("behavior: a transaction that came too late is not sent; a slow one is cancelled with its own nonce", async () => {
    const late = await open().execute({ ...wanted, validUntil: 999 });
    expect([late.state, chain.sent.length]).to.deep.equal(["EXPIRED", 0]);

    chain.mining = "never";
    const send = chain.send.bind(chain);
    chain.send = async (raw) => {
      await send(raw);
      chain.now = 2_000;
      if (parseTransaction(raw).to === account.address.toLowerCase()) chain.mine(raw);
    };
    const end = await open().execute({ ...wanted, validUntil: 1_500 });
    expect(end.state).to.equal("EXPIRED");
    expect((await journal.attempts(end.id)).map(({ kind }) => kind)).to.deep.equal(["send", "cancel"]);
  });

  it("behavior: notices that somebody else used the nonce", async () => {
    chain.mining = "never";
    const send = chain.send.bind(chain);
    chain.send = async (raw) => {
      await send(raw);
      chain.nonce++;
    };
    expect((await open().execute(wanted)).state).to.equal("REPLACED");
  });

  describe("a nonce that an account's other transactions leave open", () => {
    /** A row of the same account, as far as another vault's round took it. */
    const row = async (intent: string, nonce: number, maxFee = 22n) => {
      const { id } = await journal.plan({ ...wanted, intent, chainId: 1, signer: account.address });
      await journal.advance(id, "SIMULATED", { gas: 120_000n });
      const call = { to: wanted.target, data: wanted.data, gas: 120_000n, maxFeePerGas: maxFee };
      const raw = await account.signTransaction({
        type: "eip1559",
        chainId: 1,
        nonce,
        ...call,
        maxPriorityFeePerGas: 2n,
      });
      await journal.addAttempt(id, { hash: keccak256(raw), kind: "send", raw, maxFee, tip: 2n }, nonce);
      await journal.advance(id, "BROADCAST");
      return id;
    };

    it("behavior: is filled first, else what waits behind it would wait for ever", async () => {
      await row("1/other/1", 8);
      expect((await open().execute(wanted)).nonce).to.equal(7);
      const third = await open().execute({ ...wanted, intent: "1/other/2" });
      expect(third.nonce, "8 is taken, though the node does not know it").to.equal(9);
    });

    it("behavior: is taken back from one that another keeper gave up, with a fee that pushes it out", async () => {
      const left = await row("1/other/1", 7, 40n);
      await journal.advance(left, "REPLACED", { reason: "Left by another account and not mined; done anew." });
      await row("1/other/2", 8);
      chain.nonces = async () => ({ latest: chain.nonce, pending: 9 }); // the node still holds both
      const end = await open().execute(wanted);
      expect([end.state, end.nonce]).to.deep.equal(["DONE", 7]);
      const [{ maxFee, tip } = { maxFee: 0n, tip: 0n }] = await journal.attempts(end.id);
      expect(maxFee * 8n >= 40n * 9n && tip * 8n >= 2n * 9n).to.equal(true);
    });
  });

  it("behavior: what is signed goes on before what is not: it keeps a nonce from all that follow", async () => {
    const { id } = await journal.plan({ ...wanted, chainId: 1, signer: account.address });
    chain.mining = "never";
    await rejectionOf(open({ bumpAfter: 1_000 }).execute({ ...wanted, intent: "1/vault/upkeep/1" }));
    chain.mining = "at once";
    const simulate = chain.simulate.bind(chain);
    chain.simulate = async () => {
      throw new Error("the node cannot simulate today");
    };
    expect(String(await rejectionOf(open().resume()))).to.contain("cannot simulate");
    expect((await journal.transactions()).map(({ state }) => state)).to.deep.equal(["PLANNED", "DONE"]);
    chain.simulate = simulate;
    expect((await open().resume()).map((done) => done.id)).to.deep.equal([id]);
  });

  it("behavior: a block that is lost again puts the transaction back to waiting", async () => {
    const manager = open({ confirmations: 3n });
    let looks = 0;
    const height = chain.height.bind(chain);
    chain.height = async () => {
      looks++;
      if (looks === 2) {
        // Another block at the same height carries the transaction now.
        const [hash, receipt] = [...chain.receipts][0]!;
        chain.receipts.set(hash, { ...receipt, blockHash: keccak256("0xbeef") });
      }
      if (looks > 3) chain.block += 1n;
      return height();
    };
    const end = await manager.execute(wanted);
    expect([end.state, end.minedBlockHash]).to.deep.equal(["DONE", keccak256("0xbeef")]);
  });

  describe("what a keeper with another account left", () => {
    const other = privateKeyToAccount(keccak256("0x0b"));
    const leave = async (until: "PLANNED" | "SIMULATED" | "SIGNED" | "BROADCAST") => {
      const steps = { PLANNED: 0, SIMULATED: 1, SIGNED: 2, BROADCAST: 3 }[until];
      const { id } = await journal.plan({ ...wanted, chainId: 1, signer: other.address });
      if (steps > 0) await journal.advance(id, "SIMULATED", { gas: 100_000n });
      const call = { to: wanted.target, data: wanted.data, gas: 100_000n, maxFeePerGas: 30n, maxPriorityFeePerGas: 1n };
      const raw = await other.signTransaction({ type: "eip1559", chainId: 1, nonce: 7, ...call });
      if (steps > 1) await journal.addAttempt(id, { hash: keccak256(raw), kind: "send", raw, maxFee: 30n, tip: 1n }, 7);
      if (steps > 2) await journal.advance(id, "BROADCAST");
      return raw;
    };

    for (const state of ["PLANNED", "SIMULATED"] as const) {
      it(`behavior: ${state}, it is taken over and signed with this one`, async () => {
        await leave(state);
        const [end] = await open().resume();
        expect([end?.state, end?.signer]).to.deep.equal(["DONE", account.address]);
      });
    }

    for (const state of ["SIGNED", "BROADCAST"] as const) {
      it(`behavior: ${state}, its bytes are sent again and followed`, async () => {
        const raw = await leave(state);
        const [end] = await open().resume();
        expect([end?.state, end?.signer, end?.minedHash]).to.deep.equal(["DONE", other.address, keccak256(raw)]);
      });
    }

    it("behavior: never mined, it is left after the time in which its owner would have raised the fee", async () => {
      const raw = await leave("BROADCAST");
      chain.send = async () => {};
      const [end] = await open().resume();
      expect([end?.state, end?.reason]).to.deep.equal([
        "REPLACED",
        "Left by another account and not mined; done anew.",
      ]);
      expect((await journal.attempts(end!.id)).map((attempt) => attempt.raw)).to.deep.equal([raw]);
    });
  });

  it("behavior: two transactions at once get two nonces", async () => {
    const manager = open();
    const ends = await Promise.all([1, 2, 3].map((n) => manager.execute({ ...wanted, intent: `1/vault/upkeep/${n}` })));
    expect(ends.map(({ state }) => state)).to.deep.equal(["DONE", "DONE", "DONE"]);
    expect(new Set(ends.map(({ nonce }) => nonce)).size).to.equal(3);
  });

  it("behavior: asked to stop, it leaves a transaction where it is, and the next run finishes it", async () => {
    const stop = new AbortController();
    const send = chain.send.bind(chain);
    chain.send = async () => stop.abort();
    const error = await rejectionOf(open({}, stop.signal).execute(wanted));
    expect(error).to.be.instanceOf(StoppedError);
    expect((await journal.unfinished()).map(({ state }) => state)).to.deep.equal(["BROADCAST"]);
    chain.send = send;
    const [end] = await open().resume();
    expect(end?.state).to.equal("DONE");
  });

  it("behavior: done in a block that the chain has lost, it is sent again", async () => {
    const done = await open().execute(wanted);
    chain.receipts.clear();
    chain.nonce = 7;
    chain.sent.length = 0;
    const end = await open().reopen(done.id);
    expect([end.state, end.minedHash, chain.sent.length]).to.deep.equal(["DONE", done.minedHash, 1]);
  });

  it("behavior: done in a block that the chain has lost, its nonce taken since: it is replaced, and may be planned anew", async () => {
    const done = await open().execute(wanted);
    chain.receipts.clear();
    chain.nonce = 7;
    const send = chain.send.bind(chain);
    chain.send = () => Promise.reject(new Error("connection lost"));
    expect(await rejectionOf(open().execute({ ...wanted, intent: "1/other/1", data: "0x56" }))).to.be.instanceOf(Error);
    chain.send = send;
    const end = await open().reopen(done.id);
    expect([end.state, end.minedHash, end.spentAt]).to.deep.equal(["REPLACED", null, null]);
    const [other] = await open().resume();
    const again = await open().execute(wanted);
    expect([other?.state, other?.nonce, again.state, again.nonce]).to.deep.equal(["DONE", done.nonce, "DONE", 8]);
  });

  const METHODS = ["time", "simulate", "nonces", "fees", "send", "receipt", "height"] as const;
  for (const when of ["before", "after"] as const) {
    it(`behavior: killed ${when} any call to the node, a new process finishes and the chain sees it once`, async () => {
      for (let deadAt = 1; ; deadAt++) {
        chain = new FakeChain();
        await journal.close();
        journal = await Journal.open(join(folder, `${files++}.db`));
        let calls = 0;
        for (const method of METHODS) {
          const real = (chain[method] as (...args: unknown[]) => Promise<unknown>).bind(chain);
          const dying = async (...args: unknown[]) => {
            calls++;
            if (calls === deadAt && when === "before") throw new Error("killed");
            const result = await real(...args);
            if (calls === deadAt && when === "after") throw new Error("killed");
            return result;
          };
          Object.assign(chain, { [method]: dying });
        }
        const first = await open()
          .execute(wanted)
          .catch((reason: unknown) => reason);
        const died = first instanceof Error;
        // A new process: nothing is left but the journal's file.
        const ends = await open().resume();
        if (died)
          expect(
            ends.map(({ state }) => state),
            `killed at call ${deadAt}`,
          ).to.deep.equal(["DONE"]);
        expect(chain.receipts.size, `killed at call ${deadAt}`).to.equal(1);
        expect(new Set(chain.sent).size).to.equal(1);
        if (!died) break;
        expect(deadAt).to.be.lessThan(50);
      }
    });
  }
});

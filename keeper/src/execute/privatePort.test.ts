import { expect } from "chai";
import { type Hex, keccak256, parseTransaction, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { PrivateEndpointError, TransactionStuckError } from "../errors.ts";
import { Journal } from "../journal/journal.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import type { Logger } from "./logger.ts";
import { FakePrivateEndpoint, FakePublicNode } from "./privatePort.fixture.ts";
import { createPrivateSender, type PrivateSettings, withPrivateEndpoint } from "./privatePort.ts";
import { defaultTransactionSettings, TransactionManager } from "./transactions.ts";

const account = privateKeyToAccount(keccak256(toHex("keeper")));
const TARGET = "0x00000000000000000000000000000000000000aa";
const wanted = { intent: "1/vault/propose/1", target: TARGET, data: "0x1234", validUntil: 0 } as const;
const BLOCKS = 3n;

describe("a private endpoint", () => {
  let hidden: FakePrivateEndpoint;
  let open: FakePublicNode;
  let journal: Journal;
  let warnings: object[];
  let stopped = false;
  beforeEach(async () => {
    [hidden, open, journal] = [await FakePrivateEndpoint.start(), new FakePublicNode(), await Journal.open(":memory:")];
    [warnings, stopped] = [[], false];
  });
  afterEach(async () => {
    if (!stopped) hidden.stop();
    await journal.close();
  });

  const logger: Logger = { info: () => {}, warn: (fields) => void warnings.push(fields), error: () => {} };
  const manage = (fallback: PrivateSettings["fallback"] = "never") => {
    const send = createPrivateSender(hidden.url, 2_000);
    const port = withPrivateEndpoint(open, { send, fallback, blocks: BLOCKS }, logger);
    const quick = { maxFeeCeiling: 10n ** 6n, pollInterval: 1, bumpAfter: 2, giveUpAfter: 24, confirmations: 0n };
    const settings = { ...defaultTransactionSettings, ...quick };
    return new TransactionManager({ chainId: 1, account, journal, port, settings, logger });
  };
  /** Lets blocks without our transaction pass, one each time that the endpoint is told of it. */
  const passOver = () => {
    hidden.afterwards = () => {
      open.block++;
    };
  };

  it("default: gets what is sent, the public node only what is read", async () => {
    hidden.afterwards = (raw) => open.mine(raw);
    expect((await manage().execute(wanted)).state).to.equal("DONE");
    expect(hidden.methods).to.deep.equal(["eth_sendRawTransaction"]);
    expect(parseTransaction(hidden.taken[0]!)).to.include({ nonce: 7, data: "0x1234" });
    expect(open.seen).to.deep.equal([]);
  });

  it("behavior: what it does not bring into a block stays private, however long it waits, unless asked otherwise", async () => {
    passOver();
    const manager = manage();
    expect(await rejectionOf(manager.execute(wanted))).to.be.instanceOf(TransactionStuckError);
    expect(open.block - 100n > 2n * BLOCKS, "long after the blocks of the other kind").to.equal(true);
    expect(await rejectionOf(manager.resume())).to.be.instanceOf(TransactionStuckError);
    expect(open.seen).to.deep.equal([]);
    hidden.afterwards = (raw) => open.mine(raw);
    expect((await manager.resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
    expect(open.seen).to.deep.equal([]);
  });

  it("parameters: goes to the public node after so many blocks when asked to, not one block earlier", async () => {
    passOver();
    const heights: bigint[] = [];
    const send = open.send;
    open.send = async (raw) => {
      heights.push(open.block);
      return send(raw);
    };
    const end = await manage("public").execute(wanted);
    expect([end.state, open.seen.length]).to.deep.equal(["DONE", 1]);
    // First given to it at block 100; a raised fee, which is another transaction with the nonce, began nothing anew.
    expect(hidden.taken).to.have.length(Number(BLOCKS) + 1);
    expect(new Set(hidden.taken).size).to.be.greaterThan(1);
    expect(open.seen[0]).to.equal(hidden.taken.at(-1));
    expect(heights).to.deep.equal([100n + BLOCKS + 1n]);
    expect(warnings)
      .to.have.length(1)
      .and.deep.equal([{ hash: keccak256(open.seen[0]!), nonce: 7, blocks: "3" }]);
  });

  it("parameters: the next transaction is private again", async () => {
    passOver();
    const manager = manage("public");
    await manager.execute(wanted);
    hidden.afterwards = (raw) => open.mine(raw);
    expect((await manager.execute({ ...wanted, intent: "1/vault/propose/2" })).state).to.equal("DONE");
    expect(open.seen).to.have.length(1);
    expect(parseTransaction(hidden.taken.at(-1)!).nonce).to.equal(8);
  });

  it("error: while it refuses, answers wrongly or is down, nothing is sent to anybody else", async () => {
    const faults: readonly ((raw: Hex) => object)[] = [
      () => ({ error: { code: -32_000, message: `bundle refused, see ${hidden.url}` } }),
      () => ({ result: keccak256("0x1234") }),
      () => ({ result: null }),
    ];
    const manager = manage("public");
    for (const [i, answer] of faults.entries()) {
      hidden.answer = answer;
      const error = await rejectionOf(i === 0 ? manager.execute(wanted) : manager.resume());
      expect(error).to.be.instanceOf(PrivateEndpointError).with.property("code", "PRIVATE_ENDPOINT_FAILED");
      expect((error as Error).message, "the customer's key is not shown").not.to.contain("customer-key");
    }
    hidden.stop();
    stopped = true;
    expect(open.seen).to.deep.equal([]);
    expect((await journal.unfinished()).map(({ state }) => state)).to.deep.equal(["SIGNED"]);
  });

  it("behavior: an endpoint that stays down ends in the public node after its blocks, when asked to", async () => {
    hidden.answer = () => ({ error: { code: -32_000, message: "overloaded" } });
    const manager = manage("public");
    for (let block = 0n; block < BLOCKS; block++) {
      const error = await rejectionOf(block === 0n ? manager.execute(wanted) : manager.resume());
      expect(error).to.be.instanceOf(PrivateEndpointError);
      open.block++;
    }
    expect(open.seen).to.deep.equal([]);
    expect((await manager.resume()).map(({ state }) => state)).to.deep.equal(["DONE"]);
    expect(open.seen).to.have.length(1);
  });

  it("behavior: a transaction that it knows already is no failure", async () => {
    hidden.afterwards = (raw) => open.mine(raw);
    hidden.answer = () => ({ error: { code: -32_000, message: "already known" } });
    expect((await manage().execute(wanted)).state).to.equal("DONE");
  });
});

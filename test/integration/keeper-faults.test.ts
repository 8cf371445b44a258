import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { encodeFunctionData, erc20Abi, type Hex, parseTransaction, toHex } from "viem";
import {
  ClockSkewError,
  FeeCeilingError,
  InsufficientFundsError,
  type KeeperError,
  NodeUntrustedError,
  TransactionStuckError,
  VaultStateError,
} from "../../keeper/src/errors.ts";
import { defaultBreakerLimits } from "../../keeper/src/execute/breakers.ts";
import type { KeeperOptions } from "../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import type { Nodes } from "../../keeper/src/execute/nodes.ts";
import { createPort, type TransactionPort } from "../../keeper/src/execute/port.ts";
import {
  defaultTransactionSettings,
  TransactionManager,
  type TransactionSettings,
} from "../../keeper/src/execute/transactions.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { rejectionOf } from "../../keeper/src/rejection.fixture.ts";
import { FaultyNodes } from "../helpers/faultyNodes.ts";
import { deployKeeperWorld, type KeeperWorld, openKeeper, proposedDecisions } from "../helpers/keeper.ts";
import { HEARTBEAT, setPrices } from "../helpers/market.ts";
import { DECISION_SIGNERS } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const rpc = (method: string, params: readonly unknown[] = []) => provider.request({ method, params: [...params] });
const mine = () => rpc("evm_mine");

async function deployed(): Promise<KeeperWorld> {
  return deployKeeperWorld(ethers, provider);
}

/** What each fault does to money: nothing is sent, or the same proposal exactly once. */
describe("keeper in trouble", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-faults-"));
  let files = 0;
  let world: KeeperWorld;
  let journal: Journal;
  let faulty: FaultyNodes;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    journal = await Journal.open(join(folder, `${files++}.db`));
    faulty = new FaultyNodes(provider);
  });
  afterEach(async () => {
    await rpc("evm_setAutomine", [true]);
    faulty.stop();
    await journal.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  const quick: TransactionSettings = {
    ...defaultTransactionSettings,
    pollInterval: 2,
    bumpAfter: 20,
    giveUpAfter: 200,
    confirmations: 0n,
  };
  const open = (over: Partial<KeeperOptions> = {}) => openKeeper(world, journal, { transactions: quick, ...over });
  const round = async (over: Partial<KeeperOptions> = {}) => runOnce(await open(over), world.vault, policy);

  const through = (nodes: Nodes) => ({ client: nodes.client, nodes });
  const nothingSent = async (what: string) => {
    expect(await proposedDecisions(world), what).to.deep.equal([]);
    for (const { id } of await journal.transactions()) expect(await journal.attempts(id), what).to.deep.equal([]);
  };
  const proposal = async () => {
    const rows = await journal.transactions(`31337/${world.vault}/propose/`);
    return rows.at(-1)!;
  };

  describe("its nodes", () => {
    for (const fault of ["drops", "silent", "garbage", "nonsense", "other chain"] as const) {
      it(`fault: RPC with the fault "${fault}": it is named, another node is used, one proposal`, async () => {
        const nodes = await faulty.open(2, fault === "silent" ? { timeout: 2_500 } : {});
        faulty.servers[0]!.fault = fault;
        expect((await round(through(nodes))).proposal?.result).to.equal("mined");
        expect(faulty.told.map(({ node }) => node.slice(0, 1))).to.deep.equal(["1"]);
        expect(await proposedDecisions(world)).to.have.length(1);
      });
    }

    it("fault: RPC down in the middle of a round: the next node goes on, one proposal", async () => {
      const nodes = await faulty.open(2);
      const seen = faulty.servers[0]!.asked;
      const port = createPort(nodes.client);
      const dying: TransactionPort = {
        ...port,
        fees: () => {
          faulty.servers[0]!.stop();
          return port.fees();
        },
      };
      const doomed = await open({ ...through(nodes), port: dying });
      expect((await runOnce(doomed, world.vault, policy)).proposal?.result).to.equal("mined");
      expect(seen).not.to.include("eth_sendRawTransaction");
      expect(faulty.servers[1]!.asked).to.include("eth_sendRawTransaction");
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: RPC down everywhere: nothing is decided or sent; then one proposal", async () => {
      const nodes = await faulty.open(2);
      const keeper = await open(through(nodes));
      for (const server of faulty.servers) server.fault = "drops";
      expect(await rejectionOf(runOnce(keeper, world.vault, policy))).to.be.instanceOf(NodeUntrustedError);
      expect(await journal.decisions(31_337, world.vault)).to.deep.equal([]);
      await nothingSent("all nodes down");
      for (const server of faulty.servers) server.fault = "none";
      await runOnce(keeper, world.vault, policy);
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: stale head: the lying node is named and nothing is decided from what it shows", async () => {
      const nodes = await faulty.open(2);
      const keeper = await open(through(nodes));
      await faulty.servers[0]!.freeze();
      const frozen = await world.client.getBlockNumber();
      await networkHelpers.time.increase(600);
      const { decision } = await runOnce(keeper, world.vault, policy);
      expect(Number(decision?.block.number)).to.be.greaterThan(Number(frozen));
      expect(faulty.told[0]?.reason).to.match(/behind the newest/);
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: nodes of two histories: nothing is decided, and after the limit everything is halted", async () => {
      const nodes = await faulty.open(2);
      const keeper = await open({ ...through(nodes), breakers: { ...defaultBreakerLimits, disagreements: 2 } });
      faulty.servers[1]!.fault = "other history";
      for (let i = 0; i < 2; i++) {
        expect(await rejectionOf(runOnce(keeper, world.vault, policy))).to.have.property("code", "NODES_DISAGREE");
      }
      faulty.servers[1]!.fault = "none";
      expect((await runOnce(keeper, world.vault, policy)).decision, "halted").to.equal(null);
      await nothingSent("halted");
      expect((await journal.halts(31_337).clear("all")).map(({ kind }) => kind)).to.deep.equal(["nodes-disagree"]);
      await runOnce(keeper, world.vault, policy);
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: a node forgets a transaction: the same bytes are sent again, one proposal", async () => {
      const nodes = await faulty.open(1);
      faulty.servers[0]!.fault = "forgetful";
      const keeper = await open({ ...through(nodes), transactions: { ...quick, bumpAfter: 100_000 } });
      expect(await rejectionOf(runOnce(keeper, world.vault, policy))).to.be.instanceOf(TransactionStuckError);
      const { id } = await proposal();
      faulty.servers[0]!.fault = "none";
      await runOnce(keeper, world.vault, policy);
      expect(await proposedDecisions(world)).to.have.length(1);
      expect(await journal.attempts(id)).to.have.length(1);
    });

    it("fault: clock skew: both times are named, nothing is decided or sent", async () => {
      const nodes = await faulty.open(2);
      for (const server of faulty.servers) server.dateSkew = -7_200;
      const error = await rejectionOf(round(through(nodes)));
      expect(error).to.be.instanceOf(ClockSkewError);
      expect((error as KeeperError).details).to.include.keys("machine", "nodes");
      await nothingSent("clock skew");
    });
  });

  describe("a halt", () => {
    it("keeps a proposal that nobody has signed from being sent, and lets anyone's upkeep go on", async () => {
      const dying = { ...createPort(world.client), balance: () => Promise.reject(new Error("killed")) };
      expect(await rejectionOf(round({ port: dying }))).to.have.property("message", "killed");
      expect((await proposal()).state).to.equal("SIMULATED");
      const halt = { scope: world.vault, kind: "by-hand", since: 1, reason: "looking" } as const;
      await journal.halts(31_337).halt(halt);
      await networkHelpers.time.increase(2 * HEARTBEAT);
      await (await open()).resumeOthers([]); // as a keeper that does not serve this vault does
      expect((await proposal()).state).to.equal("SIMULATED");
      const halted = await round();
      expect([halted.decision, halted.proposal, halted.fills.orders]).to.deep.equal([null, null, 0]);
      expect(halted.upkeep, "a stale feed is what upkeep acts upon").not.to.be.empty;
      expect((await proposal()).state).to.equal("SIMULATED");
      expect(await proposedDecisions(world)).to.deep.equal([]);
      await setPrices(world.protocol);
      await journal.halts(31_337).clear(world.vault);
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
    });
  });

  describe("a halt that comes in the middle of a round", () => {
    it("keeps the decision in hand from being sent; once it is cleared, that one is", async () => {
      const halt = { scope: world.vault, kind: "by-hand", since: 1, reason: "looking" } as const;
      const [signer] = DECISION_SIGNERS as [(typeof DECISION_SIGNERS)[0]];
      const signTypedData: typeof signer.signTypedData = async (data) => {
        await journal.halts(31_337).halt(halt);
        return signer.signTypedData(data);
      };
      expect(await rejectionOf(round({ signers: [{ ...signer, signTypedData }] }))).to.have.property("code", "STOPPED");
      expect(await proposedDecisions(world)).to.deep.equal([]);
      expect((await round()).decision).to.equal(null);
      await journal.halts(31_337).clear(world.vault);
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
    });
  });

  describe("the chain", () => {
    it("fault: reorg of the proposal after DONE: the same bytes once more, one proposal", async () => {
      const before = await networkHelpers.takeSnapshot();
      await round();
      const [hash] = await proposedDecisions(world);
      const { id, minedHash } = await proposal();
      await before.restore();
      expect(await proposedDecisions(world), "the chain lost it").to.deep.equal([]);
      await round();
      expect(await proposedDecisions(world)).to.deep.equal([hash]);
      const again = await proposal();
      expect([again.id, again.state, again.minedHash]).to.deep.equal([id, "DONE", minedHash]);
    });

    it("fault: reorg of the proposal, its nonce taken since: it is signed anew, one proposal", async () => {
      const before = await networkHelpers.takeSnapshot();
      await round();
      const [hash] = await proposedDecisions(world);
      await before.restore();
      const { account, at } = world;
      const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [account.address, 1n] });
      const deaf = { ...createPort(world.client), send: () => Promise.reject(new Error("connection lost")) };
      const options = { chainId: 31_337, account, journal, port: deaf, settings: quick, logger: silentLogger };
      const other = { intent: "31337/other/1", target: at.USDT as Hex, data, validUntil: 0 };
      expect(await rejectionOf(new TransactionManager(options).execute(other))).to.be.instanceOf(Error);
      await rpc("evm_setAutomine", [false]);
      expect(await rejectionOf(round()), "it waits behind the other").to.be.instanceOf(TransactionStuckError);
      await rpc("evm_setAutomine", [true]);
      await new TransactionManager({ ...options, port: createPort(world.client) }).resume("31337/other/");
      await round();
      expect(await proposedDecisions(world)).to.deep.equal([hash]);
    });

    it("fault: reorg of the proposal after MINED: it goes back to waiting and is mined again, one proposal", async () => {
      const before = await networkHelpers.takeSnapshot();
      const port = createPort(world.client);
      let looks = 0;
      const height = async () => {
        looks++;
        if (looks === 2) await before.restore();
        await mine();
        return port.height();
      };
      await round({ port: { ...port, height }, transactions: { ...quick, confirmations: 3n } });
      expect(looks).to.be.greaterThan(3);
      expect(await proposedDecisions(world)).to.have.length(1);
      const { state, id } = await proposal();
      expect([state, (await journal.attempts(id)).length]).to.deep.equal(["DONE", 1]);
    });

    it("fault: feed stale, all of them: nothing is decided or proposed; with new prices one proposal", async () => {
      await networkHelpers.time.increase(2 * HEARTBEAT);
      const error = await rejectionOf(round());
      expect(error).to.be.instanceOf(VaultStateError).with.property("message").that.contains("price");
      // Upkeep may stop the vault's trading; a proposal is not even planned.
      expect(await journal.transactions(`31337/${world.vault}/propose/`)).to.deep.equal([]);
      await setPrices(world.protocol);
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: feed stale, one of them: its token is named and not traded, one proposal", async () => {
      await networkHelpers.time.increase(2 * HEARTBEAT);
      for (const { symbol, feed, price } of world.protocol.tokens) if (symbol !== "ALT") await feed.publish(price, 0);
      const warned: object[] = [];
      const logger = { ...silentLogger, warn: (fields: object) => warned.push(fields) };
      const { decision } = await round({ logger });
      const own = decision!.assets.find(({ asset }) => asset === "SIM003");
      expect([own?.currentBps, own?.proposedBps], "nobody knows what it is worth").to.deep.equal([0, 0]);
      expect(warned).to.deep.include({ vault: world.vault, stale: ["SIM003"] });
      expect(await proposedDecisions(world)).to.have.length(1);
    });
  });

  describe("its transactions", () => {
    /** A chain that makes a block at each look, as a real one does in between. */
    const ticking = (port = createPort(world.client)): TransactionPort => ({
      ...port,
      nonces: async (account) => {
        await mine();
        return port.nonces(account);
      },
    });
    const foreign = async (nonce: number, gasPrice: bigint) => {
      const { account } = world;
      const fees = { maxFeePerGas: gasPrice, maxPriorityFeePerGas: gasPrice };
      const raw = await account.signTransaction({ chainId: 31_337, nonce, gas: 21_000n, to: account.address, ...fees });
      return rpc("eth_sendRawTransaction", [raw]) as Promise<Hex>;
    };

    it("fault: nonce gap: what waits behind a transaction that was never sent is mined once it is sent", async () => {
      await rpc("evm_setAutomine", [false]);
      const port = ticking();
      const deaf = { ...port, send: () => Promise.reject(new Error("connection lost")) };
      expect(await rejectionOf(round({ port: deaf }))).to.have.property("message", "connection lost");
      expect((await proposal()).state).to.equal("SIGNED");
      const { account, at } = world;
      const data = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [account.address, 1n] });
      const options = { chainId: 31_337, account, journal, port, settings: quick, logger: silentLogger };
      const second = { intent: "31337/other/1", target: at.USDT as Hex, data, validUntil: 0 };
      expect(await rejectionOf(new TransactionManager(options).execute(second))).to.be.instanceOf(
        TransactionStuckError,
      );
      expect(await proposedDecisions(world)).to.deep.equal([]);

      await round({ port });
      const [after] = await new TransactionManager(options).resume("31337/other/");
      const first = await proposal();
      expect([first.state, after?.state, after!.nonce! - first.nonce!]).to.deep.equal(["DONE", "DONE", 1]);
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: a nonce that somebody else used: the proposal is signed anew with the next one, one proposal", async () => {
      const port = createPort(world.client);
      let used = false;
      const send = async (raw: Hex) => {
        if (!used) await foreign(parseTransaction(raw).nonce ?? 0, 10n ** 11n);
        used = true;
        return port.send(raw);
      };
      const first = await round({ port: { ...port, send } });
      expect(first.proposal?.result).to.equal("refused");
      expect((await proposal()).state).to.equal("REPLACED");
      expect(await proposedDecisions(world)).to.deep.equal([]);
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
      const rows = await journal.transactions(`31337/${world.vault}/propose/`);
      expect(rows.map(({ state }) => state)).to.deep.equal(["REPLACED", "DONE"]);
    });

    it("fault: replaced while it waited: noticed, and proposed anew, one proposal", async () => {
      await rpc("evm_setAutomine", [false]);
      const port = createPort(world.client);
      let looks = 0;
      const nonces = async (account: Hex) => {
        if (++looks === 4) {
          await foreign((await port.nonces(account)).latest, 10n ** 12n);
          await mine();
        }
        return port.nonces(account);
      };
      await round({ port: { ...port, nonces } });
      expect((await proposal()).reason).to.contain("Another transaction of this account used the nonce");
      expect(await proposedDecisions(world)).to.deep.equal([]);
      await round({ port: ticking() });
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: underpriced for the node: nothing is lost, and it is sent when the node takes it, one proposal", async () => {
      const nodes = await faulty.open(1);
      faulty.servers[0]!.fault = "refusing";
      expect(await rejectionOf(round(through(nodes)))).to.be.instanceOf(TransactionStuckError);
      expect(await proposedDecisions(world)).to.deep.equal([]);
      faulty.servers[0]!.fault = "none";
      await round(through(nodes));
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: underpriced after the base fee rose: the fee is raised with the same nonce, one proposal", async () => {
      await rpc("evm_setAutomine", [false]);
      const port = createPort(world.client);
      let sends = 0;
      const send = async (raw: Hex) => {
        sends++;
        return port.send(raw);
      };
      const nonces = async (account: Hex) => {
        await rpc("hardhat_setNextBlockBaseFeePerGas", [toHex(sends > 0 && sends < 6 ? 10n ** 11n : 10n ** 9n)]);
        await mine();
        return port.nonces(account);
      };
      await round({ port: { ...port, send, nonces } });
      const { id, nonce } = await proposal();
      const attempts = await journal.attempts(id);
      expect(attempts.length).to.be.greaterThan(1);
      expect(new Set(attempts.map(({ raw }) => parseTransaction(raw).nonce))).to.deep.equal(new Set([nonce]));
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: gas above the ceiling: nothing is signed; sent when it is cheap again, one proposal", async () => {
      await rpc("hardhat_setNextBlockBaseFeePerGas", [toHex(10n ** 12n)]);
      await mine();
      expect(await rejectionOf(round())).to.be.instanceOf(FeeCeilingError);
      await nothingSent("gas above the ceiling");
      await rpc("hardhat_setNextBlockBaseFeePerGas", [toHex(10n ** 9n)]);
      await mine();
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
    });

    it("fault: insufficient gas balance: nothing is signed; sent when it is funded, one proposal", async () => {
      const { address } = world.account;
      await rpc("hardhat_setBalance", [address, "0x1"]);
      const error = await rejectionOf(round());
      expect(error).to.be.instanceOf(InsufficientFundsError);
      expect((error as KeeperError).details).to.include({ account: address, held: "1 wei" });
      await nothingSent("no Ether");
      await rpc("hardhat_setBalance", [address, toHex(10n ** 18n)]);
      await round();
      expect(await proposedDecisions(world)).to.have.length(1);
    });
  });
});

import { expect } from "chai";
import {
  ClockSkewError,
  type KeeperError,
  NodesDisagreeError,
  NodeUntrustedError,
  WrongChainError,
} from "../errors.ts";
import { rejectionOf } from "../rejection.fixture.ts";
import { emptyChain, type Fault, FaultyNode } from "./faultyNode.fixture.ts";
import type { NodeState } from "./nodeSurvey.ts";
import { defaultNodeSettings, type NodeSettings, Nodes } from "./nodes.ts";

const machine = () => Date.now() / 1000;

describe("Nodes", () => {
  let servers: FaultyNode[];
  let told: NodeState[];
  const settings: NodeSettings = { ...defaultNodeSettings, timeout: 10_000, retries: 0, retryDelay: 5 };

  beforeEach(async () => {
    told = [];
    servers = [];
    for (let i = 0; i < 3; i++) servers.push(await FaultyNode.start(emptyChain(machine)));
  });
  afterEach(() => {
    for (const server of servers) server.stop();
  });

  const open = (over: Partial<NodeSettings> = {}, clock = machine, count = 3) =>
    new Nodes({
      urls: servers.slice(0, count).map(({ url }) => url),
      chainId: 1,
      settings: { ...settings, ...over },
      onChange: (state) => told.push(state),
      clock,
    });
  /** Long enough for a healthy node of a busy machine. */
  const IMPATIENT = 1_500; // {ms}
  const hosts = () => servers.map(({ url }, i) => `${i + 1}:${new URL(url).host}`);
  const at = (i: number) => servers[i]!;

  it("believes nodes that agree, and asks the first", async () => {
    const nodes = open();
    await nodes.check();
    expect([nodes.inUse, told]).to.deep.equal([hosts(), []]);
    const before = servers.map(({ asked }) => asked.length);
    await nodes.client.getBlockNumber();
    expect(servers.map(({ asked }, i) => asked.length - before[i]!)).to.deep.equal([1, 0, 0]);
    const block = await nodes.client.getBlock();
    await nodes.confirm(block);
    expect(nodes.inUse).to.have.length(3);
  });

  const OUTAGES: readonly (readonly [fault: Fault, words: RegExp])[] = [
    ["drops", /does not answer/],
    ["silent", /does not answer.*took too long/],
    ["garbage", /does not answer/],
    ["nonsense", /newest block is no block|does not answer/],
    ["other chain", /on chain 1|on chain/],
    ["other history", /the majority as/],
  ];
  for (const [fault, words] of OUTAGES) {
    it(`fault: a node that has the fault "${fault}" is named and not used; it is used again when it is well`, async () => {
      if (fault === "other chain") {
        for (const server of servers) server.stop();
        servers = [];
        for (let i = 0; i < 3; i++) servers.push(await FaultyNode.start(emptyChain(machine, 5)));
      }
      const chainId = fault === "other chain" ? 5 : 1;
      const nodes = new Nodes({
        urls: servers.map(({ url }) => url),
        chainId,
        settings: fault === "silent" ? { ...settings, timeout: IMPATIENT } : settings,
        onChange: (state) => told.push(state),
      });
      at(0).fault = fault;
      await nodes.check();
      expect(nodes.inUse).to.deep.equal(hosts().slice(1));
      expect(told.map(({ node }) => node)).to.deep.equal([hosts()[0]]);
      expect(told[0]?.reason).to.match(words);
      const before = at(0).asked.length;
      await nodes.client.getBlock();
      expect(at(0).asked, "a distrusted node is asked nothing").to.have.length(before);
      await nodes.check();
      expect(told, "named once").to.have.length(1);
      at(0).fault = "none";
      await nodes.check();
      expect([nodes.inUse, told.at(-1)]).to.deep.equal([hosts(), { node: hosts()[0], reason: null }]);
    });
  }

  it("fault: with every node down nothing is decided, and each is named with its reason", async () => {
    for (const server of servers) server.fault = "drops";
    const error = await rejectionOf(open().check());
    expect(error).to.be.instanceOf(NodeUntrustedError);
    for (const host of hosts()) expect((error as KeeperError).details[host]).to.contain("does not answer");
  });

  it("fault: a node that dies between the look and the call is passed over for the next one", async () => {
    const nodes = open({ timeout: IMPATIENT });
    await nodes.check();
    at(0).stop();
    at(1).fault = "silent";
    expect((await nodes.client.getBlock()).number).to.be.greaterThan(0n);
    expect(at(2).asked.at(-1)).to.equal("eth_getBlockByNumber");
  });

  it("fault: a slow node is passed over after its time limit", async () => {
    const nodes = open({ timeout: IMPATIENT });
    await nodes.check();
    at(0).fault = "silent";
    expect((await nodes.client.getBlock()).number).to.be.greaterThan(0n);
  });

  it("fault: a node with a stale head is named with the age of its newest block, and not used", async () => {
    let now = machine();
    for (const server of servers) server.stop();
    servers = [];
    for (let i = 0; i < 3; i++) servers.push(await FaultyNode.start(emptyChain(() => now)));
    const nodes = open({ skew: 0 }, () => now);
    await at(1).freeze();
    now += 48;
    await nodes.check();
    expect(nodes.inUse, "a little late is not stale").to.have.length(3);
    now += 60;
    await nodes.check();
    expect(nodes.inUse).to.deep.equal([hosts()[0], hosts()[2]]);
    expect(told[0]?.reason).to.match(/10\d s behind the newest/);
    now += 300;
    await nodes.check();
    for (const i of [0, 2]) await at(i).freeze();
    now += 400;
    const error = await rejectionOf(nodes.check());
    expect(error, "all of them stale").to.be.instanceOf(NodeUntrustedError);
    expect((error as Error).message).to.contain("s old; at most 300");
  });

  it("fault: two nodes that tell different histories are both left, and nothing is decided", async () => {
    at(1).fault = "other history";
    const error = await rejectionOf(open({}, machine, 2).check());
    expect(error).to.be.instanceOf(NodesDisagreeError).with.property("message").that.contains(hosts()[0]);
  });

  it("fault: too few nodes for the wanted number is told, though one answers", async () => {
    at(0).fault = at(1).fault = "drops";
    const error = await rejectionOf(open({ quorum: 2 }).check());
    expect(error).to.be.instanceOf(NodeUntrustedError).with.property("message").that.contains("needed: 2");
    const nodes = open({ quorum: 1 });
    await nodes.check();
    expect(nodes.inUse).to.deep.equal([hosts()[2]]);
  });

  it("fault: nodes of another chain only are an error of the configuration", async () => {
    for (const server of servers) server.stop();
    servers = [await FaultyNode.start(emptyChain(machine, 10))];
    expect(await rejectionOf(open({}, machine, 1).check())).to.be.instanceOf(WrongChainError);
  });

  it("fault: the block of a decision that a node knows by another hash is not decided from", async () => {
    const nodes = open();
    await nodes.check();
    const block = await nodes.client.getBlock();
    at(2).fault = "other history";
    const error = await rejectionOf(nodes.confirm(block));
    expect(error).to.be.instanceOf(NodesDisagreeError);
    expect((error as KeeperError).details).to.include.keys("block", hosts()[2]!);
  });

  it("fault: a node that does not know the block of a decision is left out of it", async () => {
    const nodes = open();
    await nodes.check();
    at(1).fault = "drops";
    await nodes.confirm(await nodes.client.getBlock());
    expect(nodes.inUse).to.deep.equal([hosts()[0], hosts()[2]]);
    expect(told.at(-1)?.reason).to.contain("does not know block");
    at(0).fault = at(2).fault = "drops";
    expect(await rejectionOf(nodes.confirm({ number: 1n, hash: `0x${"00".repeat(32)}` }))).to.be.instanceOf(
      NodesDisagreeError,
    );
  });

  it("fault: a clock that differs from the nodes' is an error that names both times", async () => {
    const wrong = () => machine() + 3_600;
    const error = await rejectionOf(open({}, wrong).check());
    expect(error).to.be.instanceOf(ClockSkewError);
    const { machine: ours = "", nodes = "" } = (error as KeeperError).details;
    expect((Date.parse(ours) - Date.parse(nodes)) / 1000).to.be.closeTo(3_600, 5);
  });

  it("fault: a clock behind the newest blocks is noticed without any Date header", async () => {
    for (const server of servers) server.dateSkew = Number.NaN;
    const error = await rejectionOf(open({}, () => machine() - 3_600).check());
    expect(error).to.be.instanceOf(ClockSkewError).with.property("message").that.contains("newest blocks");
  });

  it("fault: one node with a wrong clock does not put this machine in the wrong", async () => {
    at(0).dateSkew = 86_400;
    await open().check();
  });

  it("says no address of a node, which may hold a key", async () => {
    at(0).fault = at(1).fault = at(2).fault = "drops";
    const nodes = new Nodes({ urls: servers.map(({ url }) => `${url}/v2/secret-key`), chainId: 1, settings });
    expect(String(await rejectionOf(nodes.check()))).not.to.contain("secret-key");
  });

  it("looks at no clock on a chain that keeps a time of its own", async () => {
    const nodes = open({ staleHead: 0, skew: 0 }, () => machine() + 10_000_000);
    await nodes.check();
    expect(nodes.inUse).to.have.length(3);
  });
});

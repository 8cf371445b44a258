import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { type KeeperError, NodeUntrustedError, WrongChainError } from "../../keeper/src/errors.ts";
import type { KeeperOptions } from "../../keeper/src/execute/keeper.ts";
import { silentLogger } from "../../keeper/src/execute/logger.ts";
import type { Nodes } from "../../keeper/src/execute/nodes.ts";
import { createPort, type TransactionPort } from "../../keeper/src/execute/port.ts";
import type { KeeperEvent } from "../../keeper/src/health/observer.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy, type Policy } from "../../keeper/src/plan/policy.ts";
import { rejectionOf } from "../../keeper/src/rejection.fixture.ts";
import { ContractError } from "../../sdk/src/index.ts";
import { FaultyNodes } from "../helpers/faultyNodes.ts";
import { deployKeeperWorld, type KeeperWorld, openKeeper, proposedDecisions, SIMULATION } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const policy: Policy = { ...marketCapPolicy, ensemble: null };
const sentence = "The rebalance is still cooling down.";
const refusal = new ContractError({ sentence, errorName: "IndexVault_CoolingDown", args: [] });

async function deployed(): Promise<KeeperWorld> {
  return deployKeeperWorld(ethers, provider);
}

/** The nodes were compared before the round; what they say from then on may be a lie all the same. */
describe("keeper and a node that begins to lie in the middle of a round", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "gimbal-lies-"));
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
    faulty.stop();
    await journal.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  const round = async (over: Partial<KeeperOptions>) =>
    runOnce(await openKeeper(world, journal, over), world.vault, policy);
  const proposals = () => journal.transactions(`31337/${world.vault}/propose/`);
  const through = (nodes: Nodes) => ({ client: nodes.client, nodes });

  it("fault: another chain from the middle of a round on: nothing is decided from it; then one proposal", async () => {
    const nodes = await faulty.open(1);
    const prepare = () => {
      faulty.servers[0]!.fault = "other chain";
      return SIMULATION.prepare();
    };
    const error = await rejectionOf(round({ ...through(nodes), market: { ...SIMULATION, prepare } }));
    expect(error).to.be.instanceOf(WrongChainError);
    expect((error as KeeperError).details).to.deep.equal({ configured: "31337", node: "1" });
    expect(await journal.decisions(31_337, world.vault)).to.deep.equal([]);
    expect(await journal.transactions()).to.deep.equal([]);
    faulty.servers[0]!.fault = "none";
    await round(through(nodes));
    expect(await proposedDecisions(world)).to.have.length(1);
  });

  it("fault: another chain once it is decided: signed and named for the configured chain, one proposal", async () => {
    const nodes = await faulty.open(1);
    const info = (_: object, words: string) => {
      if (words === "decision") faulty.servers[0]!.fault = "other chain";
    };
    const done = await round({ ...through(nodes), logger: { ...silentLogger, info } });
    expect(done.proposal?.result).to.equal("mined");
    expect(await proposedDecisions(world)).to.have.length(1);
    faulty.servers[0]!.fault = "none";
    await networkHelpers.time.increase(3_400); // the price has fallen below the pools' fees
    await setPrices(world.protocol);
    const tell = ({ kind }: KeeperEvent) => {
      if (kind === "upkeep") faulty.servers[0]!.fault = "other chain";
    };
    const filled = await round({ ...through(nodes), observer: { tell } });
    expect(filled.fills.transactions).not.to.be.empty;
    for (const { intent } of await journal.transactions()) expect(intent).to.match(/^31337\//);
  });

  it("fault: a node says that the chain refuses a proposal: the nodes are compared and it is sent, one proposal", async () => {
    const nodes = await faulty.open(2);
    const port = createPort(nodes.client);
    let refusals = 0;
    const simulate: TransactionPort["simulate"] = (call) => {
      if (refusals++ > 0) return port.simulate(call);
      faulty.servers[0]!.stop();
      return Promise.reject(refusal);
    };
    const done = await round({ ...through(nodes), port: { ...port, simulate } });
    expect(done.proposal?.result).to.equal("mined");
    expect(faulty.told.map(({ node }) => node.slice(0, 1))).to.deep.equal(["1"]);
    expect((await proposals()).map(({ state }) => state)).to.deep.equal(["REVERTED", "DONE"]);
    expect(await proposedDecisions(world)).to.have.length(1);
  });

  it("fault: a node refused and no other can be believed: the next round sends the proposal", async () => {
    const nodes = await faulty.open(1);
    const simulate = () => {
      faulty.servers[0]!.fault = "drops";
      return Promise.reject(refusal);
    };
    const lied = round({ ...through(nodes), port: { ...createPort(nodes.client), simulate } });
    expect(await rejectionOf(lied)).to.be.instanceOf(NodeUntrustedError);
    expect(await proposedDecisions(world)).to.deep.equal([]);
    faulty.servers[0]!.fault = "none";
    await round(through(nodes));
    expect(await proposedDecisions(world)).to.have.length(1);
  });

  it("believes a refusal that is repeated, and does not ask a third time", async () => {
    const nodes = await faulty.open(1);
    let asked = 0;
    const simulate = () => {
      asked++;
      return Promise.reject(refusal);
    };
    const refusing = { ...through(nodes), port: { ...createPort(nodes.client), simulate } };
    expect((await round(refusing)).proposal?.result).to.equal("refused");
    expect([asked, (await proposals()).length]).to.deep.equal([2, 2]);
    await round(refusing);
    expect(await proposals(), "a later round").to.have.length(2);
  });
});

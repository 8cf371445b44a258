import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";
import type { Address, Hex } from "viem";
import { readMethodologies } from "../../keeper/src/data/methodologyFolder.ts";
import { findVaults, VaultAnnouncer } from "../../keeper/src/execute/serve.ts";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { runOnce } from "../../keeper/src/pipeline.ts";
import { marketCapPolicy } from "../../keeper/src/plan/policy.ts";
import { decisionHash } from "../../keeper/src/plan/record.ts";
import { verifyDecision } from "../../keeper/src/verify.ts";
import { createAnother, deployKeeperWorld, type KeeperWorld, openKeeper } from "../helpers/keeper.ts";
import { setPrices } from "../helpers/market.ts";
import { type IndexOptions, SIGNERS } from "../helpers/protocol.ts";
import { DECISION_SIGNERS } from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const methodologies = readMethodologies();
const known = (id: string) => [...methodologies.values()].find((item) => item.id === id)!;
const UNKNOWN = `0x${"ab".repeat(32)}` as Hex;

async function deployed(): Promise<KeeperWorld> {
  return deployKeeperWorld(ethers, provider);
}

describe("keeper of every index whose methodology it knows", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-methodologies-"));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  async function add(world: KeeperWorld, hash: string, over: Partial<IndexOptions> = {}): Promise<Address> {
    const strategy = { recipient: world.owner.address, royaltyBps: 0, methodologyHash: hash };
    const limits = { riskDelay: 3_600, curveLength: 3_600 };
    return createAnother(world, { strategy, limits, salt: freshSalt(), ...over });
  }

  let salts = 0;
  const freshSalt = () => `0x${String(++salts).padStart(64, "0")}`;

  const look = async (world: KeeperWorld, over: Partial<Parameters<typeof findVaults>[0]> = {}) =>
    findVaults({
      client: world.client,
      factory: (await world.protocol.factory.getAddress()) as Address,
      keeperRegistry: world.addresses.keeperRegistry,
      methodologies,
      signers: DECISION_SIGNERS.slice(0, 1),
      names: world.names,
      ...over,
    });

  it("finds them on chain by the hash, and says of each other one why it is not served", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const served = await add(world, known("top-5").hash);
    const unknown = await add(world, UNKNOWN);
    const foreign = await add(world, known("top-10").hash, { signers: SIGNERS.slice(1, 3), threshold: 2 });
    const shared = await add(world, known("bitwise-10").hash, { signers: SIGNERS, threshold: 2 });

    const list = await look(world);
    expect(list.served.map(({ vault, methodology }) => [vault, methodology.id])).to.deep.equal([[served, "top-5"]]);
    const reasons = new Map(list.unserved.map(({ vault, reason }) => [vault, reason]));
    expect([...reasons.keys()]).to.deep.equal([world.vault, unknown, foreign, shared]);
    expect(reasons.get(world.vault)).to.contain("No document");
    expect(list.unserved.map(({ hash }) => hash).slice(0, 2)).to.deep.equal([ZeroHash, UNKNOWN]);
    expect(reasons.get(foreign)).to.equal(
      "Others sign for it: 2 of 2 signatures are needed, and this keeper holds 0 of the keys.",
    );
    expect(reasons.get(shared)).to.contain("2 of 3 signatures are needed, and this keeper holds 1 of the keys");

    const blind = await look(world, { names: new Map([...world.names].slice(1)) });
    expect(blind.served).to.deep.equal([]);
    expect(blind.unserved.find(({ vault }) => vault === served)?.reason).to.contain("no name for 0x");
    // One more document, and one more index is served: nothing is deployed for it.
    const more = new Map([...methodologies, [UNKNOWN, known("top-25")]]);
    expect((await look(world, { methodologies: more })).served.map(({ vault }) => vault)).to.deep.equal([
      served,
      unknown,
    ]);
  });

  it("says so once, and again only when something changed", async () => {
    const lines: string[] = [];
    const logger = {
      info: (_: object, message: string) => lines.push(message),
      warn: (_: object, message: string) => lines.push(message),
      error: () => {},
    };
    const world = await networkHelpers.loadFixture(deployed);
    await add(world, known("top-5").hash);
    const announcer = new VaultAnnouncer(logger);
    announcer.announce(await look(world));
    announcer.announce(await look(world));
    expect(lines).to.deep.equal(["index is served", "index is not served"]);
    announcer.announce(await look(world, { signers: [] }));
    expect(lines).to.have.length(3);
  });

  it("reads any number of indices, page after page", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const made = [];
    for (let i = 0; i < 3; i++) made.push(await add(world, known("top-5").hash));
    const list = await look(world, { page: 2 });
    expect(list.served.map(({ vault }) => vault)).to.deep.equal(made);
    expect(list.unserved).to.have.length(1);
  });

  it("decides by the document, on its days only, and the record on chain names its hash", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { document, hash } = known("global-100");
    const vault = await add(world, hash);
    const journal = await Journal.open(join(folder, `${files++}.db`));
    const keeper = await openKeeper(world, journal, { eventEvery: 60 });
    const guide = { document, base: { ...marketCapPolicy, ensemble: null } };

    const first = await runOnce(keeper, vault, guide);
    expect(first.decision?.policy).to.have.nested.property("methodology.hash", hash);
    expect(first.decision?.regime.regime).to.equal("bear");
    expect([first.decision?.lane, first.proposal?.result]).to.deep.equal(["DERISK", "mined"]);
    const decided = decisionHash(first.decision!);
    expect((await verifyDecision(decided, journal, world.client)).chain).to.equal("matches");

    // A day later it is not due, and events are nothing to a rule; a week later it is.
    for (const [days, isDue] of [
      [1, false],
      [6, true],
    ] as const) {
      await networkHelpers.time.increase(86_400 * days);
      await setPrices(world.protocol);
      const { decision } = await runOnce(keeper, vault, guide);
      expect(decision !== null, `${days} days later`).to.equal(isDue);
    }
    await journal.close();
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, zeroAddress, zeroHash } from "viem";
import { getTransactionCount } from "viem/actions";
import {
  ArgumentInvalidError,
  adoptStrategy,
  applyStrategy,
  ContractError,
  DeploymentInvalidError,
  getAnnouncedStrategies,
  getStrategies,
  getStrategy,
  getVault,
  getVersions,
  payOutRoyalties,
  publishVersion,
  registerStrategy,
  send,
  servicesOf,
  setResaleReceiver,
  setStrategyRoyalty,
} from "../../sdk/src/index.ts";
import { tokenBalance } from "../helpers/sdk.ts";
import {
  deployServicesWorld,
  FIRST_HASH,
  RESALE_BPS,
  ROYALTY_BPS,
  register,
  SECOND_HASH,
  sendOnly,
  sentenceOf,
} from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400;
const DOCUMENT = { uri: "ipfs://first", hash: FIRST_HASH };

async function deployed() {
  return deployServicesWorld(ethers, provider);
}

describe("sdk: strategies", () => {
  it("registers a strategy and a dataset, publishes a version, and reads both", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, holder, sharesFactory } = world;
    const id = await register(world, client);
    const dataset = await sendOnly(client, registerStrategy(client, { registry, kind: "dataset", ...DOCUMENT }));
    expect([id, dataset.id]).to.deep.equal([1n, 2n]);
    const second = { uri: "ipfs://second", hash: SECOND_HASH };
    expect(await sendOnly(client, publishVersion(client, { registry, id, ...second }))).to.deep.equal({ index: 1n });

    const found = await getStrategy(client, { registry, id, sharesFactory });
    const rates = { royaltyBps: ROYALTY_BPS, resaleBps: RESALE_BPS, resaleReceiver: holder, transferNonce: 0 };
    expect(found).to.include({ id, kind: "strategy", owner: holder, versions: 2, ...rates, ...second });
    expect(found.shares).to.equal(undefined);
    const { versions, total } = await getVersions(client, { registry, id });
    expect([total, ...versions.map(({ index, hash, uri }) => [index, hash, uri])]).to.deep.equal([
      2,
      [0, FIRST_HASH, "ipfs://first"],
      [1, SECOND_HASH, "ipfs://second"],
    ]);
    const later = await getVersions(client, { registry, id, from: 1, count: 5 });
    expect(later.versions.map(({ index }) => index)).to.deep.equal([1]);

    const all = await getStrategies(client, { registry });
    expect(all.strategies.map(({ kind }) => kind)).to.deep.equal(["strategy", "dataset"]);
    const rest = await getStrategies(client, { registry, from: 2n, count: 1 });
    expect([rest.total, ...rest.strategies.map((strategy) => strategy.id)]).to.deep.equal([2, 2n]);
    expect((await getStrategies(client, { registry, from: 3n })).strategies).to.deep.equal([]);
    const before = await getStrategies(client, { registry, blockNumber: rest.blockNumber - 3n });
    expect(before.total, "an older block").to.equal(0);
  });

  it("sets the royalty of later adoptions and hands the resale royalty on", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, second } = world;
    const id = await register(world, client);
    await sendOnly(client, setStrategyRoyalty(client, { registry, id, royaltyBps: 1_500 }));
    await sendOnly(client, setResaleReceiver(client, { registry, id, receiver: second.address }));
    const { royaltyBps, resaleReceiver } = await getStrategy(client, { registry, id });
    expect([royaltyBps, resaleReceiver]).to.deep.equal([1_500, second.address]);
    expect(
      await sentenceOf(ContractError, () => setResaleReceiver(client, { registry, id, receiver: second.address })),
    ).to.contain("has no right to do this with token 1");
  });

  it("has a curator adopt a strategy through the vault's delay, and pays its royalties to the owner", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, vault, curator, holder, index } = world;
    const id = await register(world, client);
    const { receiver } = await getStrategy(client, { registry, id });
    const action = await adoptStrategy(curator.client, { registry, id, vault, expectedHash: FIRST_HASH });
    const { strategy } = action;
    expect(strategy).to.deep.equal({ recipient: receiver, royaltyBps: ROYALTY_BPS, methodologyHash: FIRST_HASH });
    await send(curator.client, { tx: action.buildTx() });
    const other = { ...strategy, royaltyBps: ROYALTY_BPS + 1 };
    const announced = async () =>
      (await getAnnouncedStrategies(client, { vault, strategies: [other, strategy] })).announced;
    const appliesAt = (await networkHelpers.time.latest()) + 7 * DAY;
    expect(await announced()).to.deep.equal([{ strategy, appliesAt, lapsesAt: appliesAt + 14 * DAY }]);
    // What the registry says afterwards does not change what was announced.
    await sendOnly(client, publishVersion(client, { registry, id, uri: "ipfs://second", hash: SECOND_HASH }));
    expect(await sentenceOf(ContractError, async () => applyStrategy(client, { vault, strategy }))).to.contain(
      "may be applied from",
    );
    await networkHelpers.time.increase(7 * DAY + 1);
    const newest = (await adoptStrategy(curator.client, { registry, id, vault })).strategy;
    expect(await sentenceOf(ContractError, async () => applyStrategy(client, { vault, strategy: newest }))).to.contain(
      "never announced",
    );
    await sendOnly(client, applyStrategy(client, { vault, strategy }));
    expect((await getVault(client, { vault })).strategy).to.deep.equal(strategy);
    expect(await announced()).to.deep.equal([]);

    await networkHelpers.time.increase(30 * DAY);
    await index.distributeFees();
    const due = await tokenBalance(client, vault, receiver);
    expect(due > 0n).to.equal(true);
    const before = await tokenBalance(client, vault, holder);
    const payment = await payOutRoyalties(world.second.client, { registry, id, token: vault });
    expect(await sendOnly(world.second.client, payment)).to.deep.equal({ amount: due });
    expect((await tokenBalance(client, vault, holder)) - before).to.equal(due);
  });

  it("refuses to adopt what the curator did not read or agree to, and leaves it to him", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, vault, curator } = world;
    const id = await register(world, client);
    const adopt = (more: object) => () => adoptStrategy(curator.client, { registry, id, vault, ...more });
    expect(await sentenceOf(ArgumentInvalidError, adopt({ expectedHash: SECOND_HASH }))).to.contain(
      `is not the newest version, which is ${FIRST_HASH}`,
    );
    expect(await sentenceOf(ArgumentInvalidError, adopt({ maxRoyaltyBps: 1_999 }))).to.contain("the royalty is 2000");
    expect((await adopt({ expectedHash: FIRST_HASH, maxRoyaltyBps: 2_000 })()).strategy.royaltyBps).to.equal(2_000);
    expect(await sentenceOf(ContractError, () => adoptStrategy(client, { registry, id, vault }))).to.contain(
      "has no right to do this",
    );
    await sendOnly(client, registerStrategy(client, { registry, kind: "dataset", ...DOCUMENT }));
    expect(
      await sentenceOf(ContractError, () => adoptStrategy(curator.client, { registry, id: 2n, vault })),
    ).to.contain("Token 2 is a dataset");
  });

  it("refuses what cannot be right before any call, and says what the registry refuses", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, second, holder } = world;
    const sent = () => getTransactionCount(client, { address: holder });
    const before = await sent();
    const wrong: readonly (readonly [object, string])[] = [
      [{ uri: "" }, "uri must have 1 to 512 bytes, not 0"],
      [{ uri: "é".repeat(257) }, "uri must have 1 to 512 bytes, not 514"],
      [{ hash: zeroHash }, "hash must be 0x and 64 digits"],
      [{ hash: "0x12" }, "hash must be 0x and 64 digits"],
      [{ royaltyBps: 5_001 }, "royaltyBps must be whole basis points from 0 to 5000"],
      [{ royaltyBps: 1.5 }, "royaltyBps must be whole basis points"],
      [{ resaleBps: 1_001 }, "resaleBps must be whole basis points from 0 to 1000"],
      [{ kind: "dataset", royaltyBps: 1 }, "royaltyBps must be whole basis points from 0 to 0"],
      [{ kind: "model" }, "kind must be one of strategy, dataset"],
    ];
    for (const [change, words] of wrong) {
      const action = async () => registerStrategy(client, { registry, ...DOCUMENT, ...change });
      expect(await sentenceOf(ArgumentInvalidError, action)).to.contain(words);
    }
    const id = 0n;
    expect(
      await sentenceOf(ArgumentInvalidError, async () => publishVersion(client, { registry, id, ...DOCUMENT })),
    ).to.contain("id must be from 1 to");
    expect(
      await sentenceOf(ArgumentInvalidError, async () =>
        setResaleReceiver(client, { registry, id: 1n, receiver: zeroAddress }),
      ),
    ).to.contain("receiver must be an address that is not zero");
    expect(await sent()).to.equal(before);

    const missing = () => getStrategy(client, { registry, id: 7n });
    expect(await sentenceOf(ContractError, missing)).to.contain("There is no token with this id");
    await register(world, client);
    for (const action of [
      publishVersion(second.client, { registry, id: 1n, ...DOCUMENT }),
      setStrategyRoyalty(second.client, { registry, id: 1n, royaltyBps: 1 }),
    ]) {
      expect(await sentenceOf(ContractError, async () => action)).to.contain("has no right to do this with token 1");
    }
  });

  it("finds the services of a deployment, or names what it lacks", () => {
    const names = ["StrategyRegistry", "StrategySharesFactory", "StrategyMarket", "AccessPass", "GradeBook"];
    const some = getAddress("0x00000000000000000000000000000000000000a1");
    const contracts = Object.fromEntries(names.map((name) => [name, some]));
    const whole = { contracts: contracts as Parameters<typeof servicesOf>[0]["contracts"] };
    expect(servicesOf(whole).AccessPass).to.equal(some);
    for (const name of names) {
      const { [name]: _, ...rest } = contracts;
      const lacking = { contracts: rest as (typeof whole)["contracts"] };
      expect(() => servicesOf(lacking)).to.throw(DeploymentInvalidError, `contracts.${name}`);
    }
  });
});

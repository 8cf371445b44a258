import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { IndexLens__factory, KeeperUpkeep__factory } from "../../typechain-types/index.js";
import { CHILD_ENVIRONMENT } from "../helpers/childProcess.ts";
import { setPrices } from "../helpers/market.ts";
import { createIndex, equalWeights, LIMITS, propose } from "../helpers/protocol.ts";
import { DAY, deployRecurring, makePlan, USD } from "../helpers/recurring.ts";
import { serve } from "../helpers/rpcServer.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2027-01-04T09:00:00Z" },
});
const { loadFixture, time } = networkHelpers;

const BOT = join(import.meta.dirname, "../../scripts/upkeep-bot.ts");
const KEY = keccak256(toHex("a stranger with a little Ether"));
const stranger = privateKeyToAccount(KEY);
const ONE_PERCENT = 317_097_919n; // D18{1/s} a year

/**
 * Three indices that nobody looks after: one whose prices ran away from its targets, one that has nothing left to trade,
 * one with a month of fees; and a saver whose order is due, with a tip of a dollar.
 */
async function deployed() {
  const world = await deployRecurring(ethers);
  const { protocol, owner, vaults } = world;
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const upkeep = await new KeeperUpkeep__factory(owner).deploy(factory, assetRegistry);
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const fees = { streamingRate: ONE_PERCENT, mintFeeBps: 0, recipient: world.other.address };
  const earning = await createIndex(protocol, { creator: owner, fees, salt: `0x${"02".repeat(32)}` });
  await networkHelpers.setBalance(stranger.address, parseEther("1"));
  await time.increase(30 * DAY);
  await setPrices(protocol);
  const plan = await makePlan(world, { tipCap: USD });
  const [moving, resting] = vaults;
  const away = equalWeights(3).map((weight, i) => weight + (i === 0 ? 2_000 : -1_000));
  await propose(protocol, moving, { weights: away });
  await propose(protocol, resting, { weights: equalWeights(3) });
  await time.increase(LIMITS.riskDelay + LIMITS.curveLength / 2);
  await setPrices(protocol, { LINK: "21.2" });
  return { ...world, upkeep, lens, earning, moving, resting, plan };
}

type World = Awaited<ReturnType<typeof deployed>>;

function deploymentOf({ protocol, orders, batchFactory, upkeep, lens }: World) {
  const { factory, assetRegistry, keeperRegistry, implementation } = protocol;
  const names = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
  return {
    chainId: 31_337,
    blockNumber: 0,
    contracts: {
      AssetRegistry: assetRegistry.target,
      KeeperRegistry: keeperRegistry.target,
      IndexFactory: factory.target,
      IndexVaultImplementation: implementation.target,
      AmmFiller: factory.target, // not asked by what is tested here, as the two below
      UniswapV3Adapter: factory.target,
      Zap: factory.target,
      IndexLens: lens.target,
      BatchFactory: batchFactory.target,
      KeeperUpkeep: upkeep.target,
      RecurringOrders: orders.target,
    },
    external: Object.fromEntries(names.map((name) => [name, factory.target])),
    tokens: {},
  };
}

describe("a stranger's bot, without any keeper", function () {
  this.timeout(120_000);
  let world: World;
  let server: Server;
  let folder: string;

  beforeEach(async () => {
    world = await loadFixture(deployed);
    server = await serve(provider);
    folder = mkdtempSync(join(tmpdir(), "gimbal-bot-"));
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(deploymentOf(world)));
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function run(flags: readonly string[] = [], key: string | undefined = KEY) {
    const rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = [BOT, "--once", "--rpc", rpc, "--deployment", join(folder, "deployment.json"), ...flags];
    const env = { ...CHILD_ENVIRONMENT, ...(key !== undefined && { UPKEEP_BOT_KEY: key }) };
    const child = spawn(process.execPath, args, { env });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, ...output };
  }

  const sent = (): Promise<number> => ethers.provider.getTransactionCount(stranger.address);

  it("closes, refreshes, hands out fees, files the order that is due and earns its tip; then rests", async () => {
    const { moving, resting, earning, plan, orders, cash, depositors, saver, other } = world;
    const refreshedAt = (await moving.epoch()).refreshedAt;
    const batch = await depositors[0].collecting();
    const { code, stdout, stderr } = await run();
    expect(code, stderr).to.equal(0);
    expect(stderr).to.equal("");

    expect((await moving.epoch()).refreshedAt, "targets refreshed").to.be.greaterThan(refreshedAt);
    expect(await moving.isOpen()).to.equal(true);
    expect(await resting.isOpen(), "nothing left to do: closed").to.equal(false);
    expect(await resting.queryFilter(resting.filters.EpochClosed(1))).to.have.length(1);
    expect(await earning.balanceOf(other), "fees reach their owner").to.be.greaterThan(parseEther("0.5"));
    expect(await depositors[0].pendingDepositRequest(batch, saver)).to.equal(100n * USD);
    const [filed] = await orders.queryFilter(orders.filters.OrderExecuted(plan));
    expect([filed?.args.executor, filed?.args.tip]).to.deep.equal([stranger.address, USD]);
    expect(await cash.balanceOf(stranger.address)).to.equal(USD);
    expect(stdout.match(/: done in 0x\w{64}, gas \d+$/gm)).to.have.length(4);
    expect(await sent()).to.equal(4);

    expect((await run()).stdout, "nothing is needed any more").to.equal("");
    expect(await sent()).to.equal(4);
  });

  it("leaves what is below its thresholds, and goes on when one thing is refused", async () => {
    const { earning, plan, orders, cash, saver } = world;
    const strict = await run(["--move", "50", "--least-fees", "1000", "--least-tip", "1.000001"]);
    expect(strict.code, strict.stderr).to.equal(0);
    expect(await sent(), "the close alone").to.equal(1);
    expect((await earning.balanceOf(world.other)) === 0n).to.equal(true);

    // The saver's allowance is gone: his order is left alone, the rest is done.
    await cash.connect(saver).approve(orders, 0n);
    const rest = await run();
    expect(rest.code, rest.stderr).to.equal(0);
    expect(await sent()).to.equal(3);
    expect(await orders.queryFilter(orders.filters.OrderExecuted(plan))).to.have.length(0);
  });

  it("says in one line what is wrong, and sends nothing", async () => {
    const key = await run([], "0x1234");
    expect(key).to.include({ code: 1, stdout: "" });
    expect(key.stderr).to.contain("UPKEEP_BOT_KEY must be a private key");
    expect((await run(["--move", "5.001"])).stderr).to.contain("--move must be a number");
    const { contracts, ...others } = deploymentOf(world);
    const { KeeperUpkeep: _, ...fewer } = contracts;
    writeFileSync(join(folder, "deployment.json"), JSON.stringify({ ...others, contracts: fewer }));
    const missing = await run();
    expect([missing.code, missing.stderr.includes("KeeperUpkeep")]).to.deep.equal([1, true]);
    await networkHelpers.setBalance(stranger.address, 0n);
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(deploymentOf(world)));
    expect((await run()).stderr).to.match(/^index 0x\w{40}: .+$/m);
    expect(await sent()).to.equal(0);
    expect(missing.stderr, "no key in the output").to.not.contain(KEY.slice(2));
  });
});

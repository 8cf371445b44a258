import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { IBatchDepositor__factory, IndexLens__factory } from "../../typechain-types/index.js";
import { IndexCli } from "../helpers/indexCli.ts";
import { createIndex } from "../helpers/protocol.ts";
import { deployRecurring, USD } from "../helpers/recurring.ts";

const { ethers, networkHelpers, provider } = await network.create();

const KEY = keccak256(toHex("a wallet that buys a plan"));
const wallet = privateKeyToAccount(KEY);

async function deployed() {
  const world = await deployRecurring(ethers);
  const { protocol, owner, cash } = world;
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  await networkHelpers.setBalance(wallet.address, parseEther("10"));
  await cash.mint(wallet.address, 5_000n * USD);
  return { ...world, lens };
}

type World = Awaited<ReturnType<typeof deployed>>;

function deploymentOf({ protocol, lens, orders, batchFactory, cash }: World) {
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
      AmmFiller: factory.target, // not asked by what is tested here, as the three below
      UniswapV3Adapter: factory.target,
      Zap: factory.target,
      IndexLens: lens.target,
      BatchFactory: batchFactory.target,
      RecurringOrders: orders.target,
    },
    external: Object.fromEntries(names.map((name) => [name, factory.target])),
    tokens: { USDC: { address: cash.target, decimals: 6, feed: cash.target } },
  };
}

describe("gimbal portfolio: a plan bought in one action", function () {
  this.timeout(120_000);
  let world: World;
  let command: IndexCli;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    command = await IndexCli.open(provider, deploymentOf(world));
  });
  afterEach(() => command.close());

  /** Two indices, three quarters calm; limits that two can keep. */
  function planFile(vaults: readonly unknown[]): string {
    const [first, second] = vaults.map(String);
    const indices = [
      { vault: first, name: "First", tier: "conservative", volatility: 0.2 },
      { vault: second, name: "Second", tier: "balanced", volatility: 0.6 },
    ];
    const limits = { indexMaxBps: 8_000, aggressiveMaxBps: 10_000 };
    return command.write("indices.json", JSON.stringify({ indices, limits }));
  }

  const buying = (file: string, deposit: string) =>
    ["portfolio", "buy", "--send", "--kind", "risk-parity", "--indices", file, "--deposit", deposit] as const;
  const buy = (file: string, deposit: string) => command.run(buying(file, deposit), KEY);

  it("files one request with each index that lacks something, in one transaction after the approval", async () => {
    const { vaults, depositors, cash } = world;
    const file = planFile(vaults.map(({ target }) => target));
    const { code, stdout, stderr } = await buy(file, "1000");
    expect(code, stderr).to.equal(0);
    expect(stdout)
      .to.match(/First +conservative +75\.00% .*\+\$750\.00/)
      .and.to.match(/Second .*\+\$250\.00/);
    expect(stdout).to.match(/^sent 2 deposit requests in one transaction: 0x\w{64}$/m);
    expect(await ethers.provider.getTransactionCount(wallet.address), "an approval and one action").to.equal(2);
    const batch = BigInt(/^batches (\d+)$/m.exec(stdout)![1]!);
    const pending = depositors.map((depositor) => depositor.pendingDepositRequest(batch, wallet.address));
    expect(await Promise.all(pending)).to.deep.equal([750n * USD, 250n * USD]);
    expect(await cash.balanceOf(wallet.address)).to.equal(4_000n * USD);
  });

  it("asks the chain what is held: a deposit goes to what is lacking", async () => {
    const { vaults, owner } = world;
    await vaults[0].connect(owner).transfer(wallet.address, parseEther("20")); // $2,000
    const { code, stdout, stderr } = await buy(planFile(vaults.map(({ target }) => target)), "600");
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/First +conservative +75\.00% +\$2,000\.00 +100\.00% +\+25\.00% +\+\$500\.00 +\$0\.00/);
    expect(stdout)
      .to.match(/Second .*\+\$600\.00/)
      .and.to.contain("sent 1 deposit requests");
  });

  it("creates a batch depositor that is missing, after saying so, and files with it", async () => {
    const { vaults, batchFactory, protocol, owner } = world;
    const third = await createIndex(protocol, { creator: owner, salt: `0x${"03".repeat(32)}` });
    const { code, stdout, stderr } = await buy(planFile([vaults[0].target, third.target]), "1000");
    expect(code, stderr).to.equal(0);
    const gas = Number(
      /^Second has no batch depositor yet: it is created first, ([\d,]+) gas$/m.exec(stdout)![1]!.replace(",", ""),
    );
    expect(stdout.indexOf("it is created first")).to.be.lessThan(stdout.indexOf("sent batch depositor of Second: 0x"));
    const [made] = await batchFactory.queryFilter(batchFactory.filters.DepositorCreated(third));
    const spent = Number((await made!.getTransactionReceipt()).gasUsed);
    expect(gas, "as it came to").to.be.within(spent * 0.99, spent * 1.1);
    const depositor = IBatchDepositor__factory.connect(await batchFactory.depositorOf(third), owner);
    const batch = BigInt(/^batches (\d+)$/m.exec(stdout)![1]!);
    expect(await depositor.pendingDepositRequest(batch, wallet.address)).to.equal(250n * USD);
    expect(await ethers.provider.getTransactionCount(wallet.address), "creation, approval, action").to.equal(3);
  });

  it("sends nothing when cash is lacking, also for a batch depositor that is missing, or nobody signs", async () => {
    const { vaults } = world;
    const file = planFile(vaults.map(({ target }) => target));
    const refuses = async (deposit: string, words: string) =>
      expect(await command.failure(buying(file, deposit), KEY)).to.contain(words);
    await refuses("5000.000001", "UsageError: The account holds $5,000.00 of cash.");
    await refuses("0", "PortfolioInvalidError: deposit must be more than zero");
    expect(await command.failure(buying(file, "1")), "nobody signs").to.contain("needs a key");
    const third = await createIndex(world.protocol, { creator: world.owner, salt: `0x${"03".repeat(32)}` });
    planFile([vaults[0].target, third.target]);
    await refuses("5000.000001", "UsageError: The account holds $5,000.00 of cash.");
    expect(await ethers.provider.getTransactionCount(wallet.address)).to.equal(0);
  });
});

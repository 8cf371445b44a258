import { expect } from "chai";
import { network } from "hardhat";
import { type Address, erc20Abi, getAddress, type Hex, parseEther, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import {
  type AnyClient,
  ArgumentInvalidError,
  acceptCurator,
  applyFees,
  applySigners,
  applyStrategy,
  BalanceTooSmallError,
  BaseError,
  burnGim,
  buyBack,
  ContractError,
  cancelEpoch,
  claimRevenue,
  claimRevenueUpTo,
  compoundMany,
  finalizeRevenue,
  getRequirements,
  getVault,
  keeperRegistryAbi,
  latestEnd,
  lock,
  mint,
  NATIVE,
  notifyRevenue,
  offerCurator,
  type PreparedAction,
  pauseIndex,
  proposeSigners,
  redeem,
  releaseTeamVesting,
  revokeSigners,
  send,
  setFees,
  setStrategy,
  sweepAirdrop,
  toStreamingRate,
  unpauseIndex,
  WEEK,
  zapIn,
} from "../../sdk/src/index.ts";
import { TeamVesting__factory } from "../../typechain-types/index.js";
import { deployBuyback, growHistory, usdOf } from "../helpers/buyback.ts";
import { deployPeriphery } from "../helpers/periphery.ts";
import { failureOf, fulfil, ONE_SHARE, viemClient } from "../helpers/sdk.ts";
import { deployDao } from "../helpers/sdkDao.ts";
import { deployStaking } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();
const DAY = 86_400;

async function staking() {
  const stage = await deployStaking(ethers, provider);
  const curator = getAddress(stage.creator.address);
  const guardian = getAddress((await ethers.getSigners())[1]!.address);
  return {
    ...stage,
    keeperRegistry: stage.domain.keeperRegistry,
    curator: { client: viemClient(provider, curator), address: curator },
    guardian: viemClient(provider, guardian),
  };
}
const dao = () => deployDao(ethers, provider, networkHelpers);
const market = () => deployPeriphery(ethers);
const burning = () => deployBuyback(ethers);

async function run<T>(client: AnyClient, action: PreparedAction<T>): Promise<T> {
  const result = await action.simulate();
  await send(client, { tx: action.buildTx() });
  return result;
}

async function refusal(action: { simulate: () => Promise<unknown> }): Promise<string> {
  return (await failureOf(ContractError, () => action.simulate())).errorName;
}

const balanceOf = (client: AnyClient, token: Address, account: Address): Promise<bigint> =>
  readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [account] });

describe("sdk: a curator's actions", () => {
  it("lowers fees at once, raises them after the delay, and changes the strategy after it", async () => {
    const { client, curator, vault } = await networkHelpers.loadFixture(staking);
    const recipient = curator.address;
    const low = { streamingRate: toStreamingRate(50), mintFeeBps: 10, recipient };
    const high = { streamingRate: toStreamingRate(150), mintFeeBps: 10, recipient };
    expect(await refusal(setFees(client, { vault, fees: low })), "not the curator").to.contain("Unauthorized");
    await run(curator.client, setFees(curator.client, { vault, fees: low }));
    expect((await getVault(client, { vault })).fees).to.deep.equal(low);
    await run(curator.client, setFees(curator.client, { vault, fees: high }));
    expect((await getVault(client, { vault })).fees, "only announced").to.deep.equal(low);
    await failureOf(ContractError, () => applyFees(client, { vault, fees: high }).simulate());

    const strategy = { recipient, royaltyBps: 500, methodologyHash: `0x${"ab".repeat(32)}` as const };
    await run(curator.client, setStrategy(curator.client, { vault, strategy }));
    await networkHelpers.time.increase(7 * DAY + 1);
    await run(client, applyFees(client, { vault, fees: high }));
    await run(client, applyStrategy(client, { vault, strategy }));
    const after = await getVault(client, { vault });
    expect([after.fees, after.strategy]).to.deep.equal([high, strategy]);
  });

  it("hands its role over, and the guardian pauses and lifts the pause", async () => {
    const { client, curator, guardian, holder, vault } = await networkHelpers.loadFixture(staking);
    await run(curator.client, offerCurator(curator.client, { vault, candidate: holder }));
    expect((await getVault(client, { vault })).curator, "until it is accepted").to.equal(curator.address);
    await run(client, acceptCurator(client, { vault }));
    expect((await getVault(client, { vault })).curator).to.equal(holder);
    await run(client, offerCurator(client, { vault, candidate: zeroAddress }));
    expect((await getVault(client, { vault })).curator).to.equal(zeroAddress);

    expect(() => pauseIndex(guardian, { vault })).to.throw(ArgumentInvalidError, "at least one");
    await run(guardian, pauseIndex(guardian, { vault, mint: true, propose: true }));
    expect((await getVault(client, { vault })).paused).to.include({ mint: true, fill: false, propose: true });
    await run(guardian, unpauseIndex(guardian, { vault }));
    expect((await getVault(client, { vault })).paused).to.include({ mint: false, propose: false });
    expect(await refusal(cancelEpoch(guardian, { vault })), "none is open").to.contain("Epoch");
  });

  it("changes the signers after the delay, and takes them away at once", async () => {
    const { client, curator, holder, keeperRegistry, vault } = await networkHelpers.loadFixture(staking);
    const at = { address: keeperRegistry, abi: keeperRegistryAbi, functionName: "signersOf", args: [vault] } as const;
    const change = { keeperRegistry, vault, signers: [holder], threshold: 1 };
    expect(() => proposeSigners(curator.client, { ...change, threshold: 2 })).to.throw(ArgumentInvalidError, "from 1");
    await run(curator.client, proposeSigners(curator.client, change));
    await failureOf(ContractError, () => applySigners(client, change).simulate());
    expect((await readContract(client, at))[0]).to.have.length(3);
    await networkHelpers.time.increase(2 * DAY + 1);
    await run(client, applySigners(client, change));
    expect(await readContract(client, at)).to.deep.equal([[holder], 1]);
    await run(curator.client, revokeSigners(curator.client, { keeperRegistry, vault }));
    expect((await readContract(client, at))[0]).to.deep.equal([]);
  });
});

describe("sdk: what anyone may do for the protocol", () => {
  it("shares a week's revenue out, claims it in parts, and compounds for others", async () => {
    const stage = await networkHelpers.loadFixture(staking);
    const { client, escrow, distributor, compounder, holder, second, gim, addressOf } = stage;
    const usdc = addressOf("USDC");
    const { timestamp } = await getBlock(client);
    await fulfil(client, await lock(client, { escrow, amount: parseEther("1000"), newEnd: latestEnd(timestamp) }));
    await networkHelpers.time.increaseTo((timestamp / WEEK + 1n) * WEEK + 1n);
    await fulfil(client, notifyRevenue(client, { distributor, token: usdc, amount: 5_000_000n }));
    await networkHelpers.time.increaseTo((timestamp / WEEK + 2n) * WEEK + 1n);
    await run(second.client, finalizeRevenue(second.client, { distributor, token: usdc }));
    expect(() => claimRevenueUpTo(client, { distributor, token: usdc, maxSegments: 0n })).to.throw(
      ArgumentInvalidError,
    );
    const before = await balanceOf(client, usdc, holder);
    const whole = await claimRevenue(client, { distributor, tokens: [usdc] }).simulate();
    let paid = 0n;
    for (let isComplete = false; !isComplete; ) {
      const part = await run(client, claimRevenueUpTo(client, { distributor, token: usdc, maxSegments: 1n }));
      ({ isComplete } = part);
      paid += part.amount;
    }
    expect(paid).to.equal(whole.amounts[0]!.amount);
    expect((await balanceOf(client, usdc, holder)) - before).to.equal(paid);

    const orders = [{ owner: holder, tokens: [usdc] }];
    expect(() => compoundMany(client, { compounder, orders: [] })).to.throw(ArgumentInvalidError, "at least one");
    expect(() => compoundMany(client, { compounder, orders: [{ owner: holder, tokens: [] }] })).to.throw(
      ArgumentInvalidError,
      "tokens",
    );
    // It lets nobody start it: left out, and the others go on.
    await run(second.client, compoundMany(second.client, { compounder, orders }));

    const supply = () => readContract(client, { address: gim, abi: erc20Abi, functionName: "totalSupply" });
    const all = await supply();
    await run(client, burnGim(client, { gim, amount: 7n }));
    expect(all - (await supply())).to.equal(7n);
  });

  it("buys GIM back and burns it, along the route in force and no other", async () => {
    const world = await networkHelpers.loadFixture(burning);
    const { buyback, paths, usd, owner, gim } = world;
    const client = viemClient(provider, getAddress(owner.address));
    const at = getAddress(String(buyback.target));
    const path = paths.usd as Hex;
    await failureOf(BaseError, () => buyBack(client, { buyback: at, path }).simulate());
    await growHistory(world, networkHelpers.time.increase);
    await buyback.setRoute(path, usdOf(1_000), 3_600, 100);
    await usd.mint(at, usdOf(500));
    await networkHelpers.time.increase(3_600);
    const before = await gim.totalSupply();
    const { burned } = await run(client, buyBack(client, { buyback: at, path }));
    expect(burned > parseEther("495") && burned < parseEther("500"), `${burned}`).to.equal(true);
    expect(before - (await gim.totalSupply())).to.equal(burned);
  });

  it("releases the team's GIM after the cliff, and sweeps a wave that is over", async () => {
    const { owner, client, contracts, airdrop, list } = await networkHelpers.loadFixture(dao);
    const vesting = await new TeamVesting__factory(owner).deploy(owner);
    const teamVesting = getAddress(String(vesting.target));
    const token = getAddress(String(contracts.gim.target));
    await contracts.gim.transfer(teamVesting, parseEther("400"));
    await networkHelpers.time.increase(200 * DAY);
    await run(client, releaseTeamVesting(client, { teamVesting, token }));
    expect(await balanceOf(client, token, teamVesting), "not before the cliff").to.equal(parseEther("400"));
    const { amount } = await run(client, sweepAirdrop(client, { airdrop, wave: 0n }));
    expect(amount).to.equal(BigInt((list as { total: string }).total));
    expect(await refusal(sweepAirdrop(client, { airdrop, wave: 0n }))).to.equal("MerkleAirdrop_NothingThere");
    await networkHelpers.time.increase(200 * DAY);
    await run(client, releaseTeamVesting(client, { teamVesting, token }));
    const left = await balanceOf(client, token, teamVesting);
    expect(left > parseEther("285") && left < parseEther("295"), `${left}`).to.equal(true);
  });
});

describe("sdk: getRequirements", () => {
  it("names the approvals that are missing, and whether a permit can stand in for each", async () => {
    const { client, escrow, vault, holder } = await networkHelpers.loadFixture(staking);
    const { timestamp } = await getBlock(client);
    const action = await lock(client, { escrow, amount: parseEther("10"), newEnd: latestEnd(timestamp) });
    const [approval, ...more] = await getRequirements(client, action);
    expect(more).to.deep.equal([]);
    expect(approval).to.include({ kind: "approval", spender: escrow, amount: parseEther("10"), canPermit: true });
    await fulfil(client, action);
    const again = await lock(client, { escrow, amount: parseEther("10"), authorization: "erc2612" });
    expect((await getRequirements(client, again)).map(({ kind }) => kind)).to.deep.equal(["permit"]);

    const inKind = await getRequirements(client, await mint(client, { vault, shares: ONE_SHARE }), holder);
    expect(inKind.map(({ kind }) => kind)).to.deep.equal(Array(4).fill("approval"));
    for (const requirement of inKind) expect(requirement).to.include({ canPermit: false });
    for (const requirement of inKind) if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    expect(await getRequirements(client, await mint(client, { vault, shares: ONE_SHARE }))).to.deep.equal([]);
  });

  it("says by a typed error that a balance is too small, before anything is signed", async () => {
    const { client, gim, escrow, vault, holder } = await networkHelpers.loadFixture(staking);
    const { timestamp } = await getBlock(client);
    const held = await balanceOf(client, gim, holder);
    const exactly = await lock(client, { escrow, amount: held, newEnd: latestEnd(timestamp) });
    expect(await getRequirements(client, exactly)).to.have.length(1);
    const more = await lock(client, { escrow, amount: held + 1n, newEnd: latestEnd(timestamp) });
    const error = await failureOf(BalanceTooSmallError, () => getRequirements(client, more));
    expect(error).to.include({ token: gim, owner: holder, held, needed: held + 1n });
    const shares = await balanceOf(client, vault, holder);
    const exit = await redeem(client, { vault, shares: shares + 1n });
    expect((await failureOf(BalanceTooSmallError, () => getRequirements(client, exit))).token).to.equal(vault);
  });

  it("counts Ether that is sent along", async () => {
    const { stack, at, vault, zap, user } = await networkHelpers.loadFixture(market);
    const client = viemClient(provider, getAddress(user.address));
    const target = (contract: { target: unknown }) => String(contract.target) as Address;
    const venue = {
      uniswapV3Factory: target(stack.factory),
      quoterV2: target(stack.quoter),
      weth: target(stack.weth),
      via: [target(stack.weth), at.USDT as Address],
    };
    const parameters = { zap: target(zap), venue, vault: target(vault), tokenIn: NATIVE, shares: ONE_SHARE };
    const action = await zapIn(client, parameters);
    expect(await getRequirements(client, action)).to.deep.equal([]);
    await networkHelpers.setBalance(user.address, action.amountIn - 1n);
    const error = await failureOf(BalanceTooSmallError, () => getRequirements(client, action));
    expect(error).to.include({ token: NATIVE, needed: action.amountIn, held: action.amountIn - 1n });
  });
});

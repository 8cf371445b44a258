import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { network } from "hardhat";
import { maxUint256, zeroAddress } from "viem";
import {
  type AnyClient,
  ArgumentInvalidError,
  CallFailedError,
  ClientInvalidError,
  ContractError,
  claim,
  createIndex,
  decodeContractError,
  getBasket,
  getHealth,
  getIndices,
  getNav,
  getPromises,
  getVault,
  mint,
  mintAmounts,
  multiplierAt,
  navPerShare,
  navUnit,
  type PreparedAction,
  previewMint,
  previewRedeem,
  redeem,
  redeemAmounts,
  send,
  sync,
  toAggregate,
  toShares,
  weightsForDisplay,
} from "../../sdk/src/index.ts";
import { BreakableToken__factory, TetherLikeToken__factory, TokenMock__factory } from "../../typechain-types/index.js";
import { LIMITS } from "../helpers/protocol.ts";
import {
  DECISION_SIGNERS,
  deploySdkFixture,
  failureOf,
  fulfil,
  ONE_SHARE,
  tokenBalance,
  viemClient,
} from "../helpers/sdk.ts";

const { ethers, networkHelpers, provider } = await network.create();

async function deployed() {
  return deploySdkFixture(ethers, provider);
}

describe("sdk: reads", () => {
  it("reads a vault's state and rules", async () => {
    const { client, vault, addressOf, owner, creator } = await networkHelpers.loadFixture(deployed);
    const state = await getVault(client, { vault });

    expect(state).to.include({ name: "Test Index", symbol: "TIX", basketSize: 4, basketNonce: 0 });
    expect(state.limits).to.deep.equal(LIMITS);
    expect(state.destinations).to.deep.equal([{ token: addressOf("USDC"), splitBps: 10_000 }]);
    expect(state.fees.recipient).to.equal(owner.address);
    expect(state.curator).to.equal(creator.address);
    expect(state.paused).to.deep.equal({ mint: false, fill: false, propose: false, until: 0 });
    expect(toShares(state.aggregate, state.multiplier)).to.equal(state.totalSupply);
  });

  it("reads all of an action at one block, old ones too", async () => {
    const { client, vault } = await networkHelpers.loadFixture(deployed);
    const first = await getVault(client, { vault });
    await networkHelpers.time.increase(86_400);
    const later = await getVault(client, { vault });

    expect(later.multiplier < first.multiplier).to.equal(true);
    expect(await getVault(client, { vault, blockNumber: first.blockNumber })).to.deep.equal(first);
  });

  it("computes the multiplier of the streaming fee to the last digit", async () => {
    const { client, vault, index } = await networkHelpers.loadFixture(deployed);
    const born = await ethers.provider.getBlock((await index.queryFilter(index.filters.Initialized()))[0]!.blockNumber);
    for (const days of [1, 30, 400]) {
      await networkHelpers.time.increase(days * 86_400);
      const { multiplier, fees } = await getVault(client, { vault });
      const elapsed = BigInt((await networkHelpers.time.latest()) - born!.timestamp);
      const { streamingRate } = fees;
      expect(multiplierAt({ checkpointMultiplier: 10n ** 27n, streamingRate, elapsed })).to.equal(multiplier);
    }
  });

  it("computes NAV and weights like the lens", async () => {
    const { client, vault, lens, protocol } = await networkHelpers.loadFixture(deployed);
    const nav = await getNav(client, { lens, vault });
    const { tokens } = await getBasket(client, { vault, blockNumber: nav.blockNumber });
    const { multiplier } = await getVault(client, { vault, blockNumber: nav.blockNumber });
    const prices = await protocol.assetRegistry.prices(tokens.map(({ token }) => token));
    const priced = tokens.map(({ units }, index) => ({ units, price: prices[index]! }));

    expect(nav.unpriced).to.deep.equal([]);
    expect(weightsForDisplay(priced)).to.deep.equal([2_500, 2_500, 2_500, 2_500]);
    // The lens rounds amounts before it values them: less than a cent a share.
    const difference = navPerShare(navUnit(priced), multiplier) - nav.perShare;
    expect(difference < 10n ** 14n && difference > -(10n ** 14n), `${difference}`).to.equal(true);
  });

  it("reads health, promises and the list of indices", async () => {
    const { client, vault, lens, factory } = await networkHelpers.loadFixture(deployed);
    const health = await getHealth(client, { lens, vault });
    const promises = await getPromises(client, { lens, vault });

    expect(health).to.deep.include({ troubled: 0n, signers: 3n, threshold: 2, open: false });
    expect(promises.limits).to.deep.equal(LIMITS);
    expect(await getIndices(client, { factory })).to.deep.include({ total: 1, indices: [vault] });
    expect((await getIndices(client, { factory, start: 1 })).indices).to.deep.equal([]);
  });

  it("reports a call to something that is no vault as an error in words", async () => {
    const { client, addressOf, lens } = await networkHelpers.loadFixture(deployed);
    const { errorName } = await failureOf(ContractError, () => getNav(client, { lens, vault: addressOf("USDC") }));
    expect(errorName).to.equal("IndexLens_VaultUnknown");
    await failureOf(ContractError, () => getBasket(client, { vault: addressOf("USDC") }));
    await failureOf(CallFailedError, () => getBasket(client, { vault: zeroAddress }));
  });
});

describe("sdk: mint and redeem", () => {
  it("asks for approvals, then mints what the simulation and the maths say, to the wei", async () => {
    const { client, vault, holder } = await networkHelpers.loadFixture(deployed);
    const shares = (ONE_SHARE * 7n) / 3n;
    const action = await mint(client, { vault, shares });
    const requirements = await action.getRequirements();
    expect(requirements.map(({ kind }) => kind)).to.deep.equal(Array(4).fill("approval"));
    const refused = await failureOf(ContractError, () => action.simulate());
    expect(refused.errorName).to.equal("IndexVault_TransferFailed");

    for (const requirement of requirements) {
      if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    }
    expect(await action.getRequirements()).to.deep.equal([]);
    const { tokens } = await getBasket(client, { vault });
    const before = await Promise.all(tokens.map(({ token }) => tokenBalance(client, token, holder)));
    const { receipt } = await send(client, { tx: action.buildTx() });
    const after = await Promise.all(tokens.map(({ token }) => tokenBalance(client, token, holder)));

    const { multiplier, fees } = await getVault(client, { vault, blockNumber: receipt.blockNumber });
    const expected = mintAmounts({ tokens, shares, mintFeeBps: fees.mintFeeBps, multiplier });
    expect(before.map((amount, index) => amount - after[index]!)).to.deep.equal(expected.amounts);
    expect(await tokenBalance(client, vault, holder)).to.equal(shares);
    expect(action.feeShares).to.equal(expected.feeShares);
  });

  it("previews to the wei what the maths say, both ways", async () => {
    const { client, vault } = await networkHelpers.loadFixture(deployed);
    await networkHelpers.time.increase(100 * 86_400);
    for (const shares of [1n, 999_999_999_999n, ONE_SHARE, 123_456_789n * ONE_SHARE]) {
      const minted = await previewMint(client, { vault, shares });
      const at = { vault, blockNumber: minted.blockNumber };
      const [{ tokens }, { multiplier, fees }] = await Promise.all([getBasket(client, at), getVault(client, at)]);
      const { amounts, feeShares } = mintAmounts({ tokens, shares, mintFeeBps: fees.mintFeeBps, multiplier });
      expect(minted.amounts.map(({ amount }) => amount)).to.deep.equal(amounts);
      expect(minted.feeShares).to.equal(feeShares);
      const redeemed = await previewRedeem(client, { shares, ...at });
      expect(redeemed.amounts.map(({ amount }) => amount)).to.deep.equal(redeemAmounts({ tokens, shares, multiplier }));
    }
  });

  it("redeems, defers the leg of a broken token, and claims it later", async () => {
    const { client, vault, holder, addressOf, owner } = await networkHelpers.loadFixture(deployed);
    await fulfil(client, await mint(client, { vault, shares: ONE_SHARE }));
    const broken = BreakableToken__factory.connect(addressOf("BRK"), owner);
    await broken.setBroken(true);

    const action = await redeem(client, { vault, shares: ONE_SHARE / 2n });
    const { deferred, amounts } = await action.simulate();
    expect(deferred).to.deep.equal([addressOf("BRK")]);
    expect(amounts.every((amount, index) => amount >= action.minAmounts[index]!.amount)).to.equal(true);
    await send(client, { tx: action.buildTx() });
    const refused = await failureOf(ContractError, () => claim(client, { vault, token: addressOf("BRK") }).simulate());
    expect(refused.errorName).to.equal("IndexVault_TransferFailed");

    await broken.setBroken(false);
    const claimed = claim(client, { vault, token: addressOf("BRK") });
    const { amount } = await claimed.simulate();
    const before = await tokenBalance(client, addressOf("BRK"), holder);
    await send(client, { tx: claimed.buildTx() });
    expect((await tokenBalance(client, addressOf("BRK"), holder)) - before).to.equal(amount);
    const again = await failureOf(ContractError, () => claimed.simulate());
    expect(again.shortMessage).to.equal(`Nothing is owed to ${holder} in ${addressOf("BRK")}.`);
  });

  it("skips the legs that it is told to skip, and refuses tokens that are not in the index", async () => {
    const { client, vault, addressOf } = await networkHelpers.loadFixture(deployed);
    await fulfil(client, await mint(client, { vault, shares: ONE_SHARE }));
    const skip = [addressOf("ETHX"), addressOf("USDC")];
    const { deferred } = await (await redeem(client, { vault, shares: ONE_SHARE, skip })).simulate();
    expect([...deferred].sort()).to.deep.equal([...skip].sort());
    await failureOf(ArgumentInvalidError, () => redeem(client, { vault, shares: ONE_SHARE, skip: [vault] }));
  });

  it("asks for a second approval only where a token refuses to change one", async () => {
    const { client, vault, holder, owner, addressOf } = await networkHelpers.loadFixture(deployed);
    const tether = await new TetherLikeToken__factory(owner).deploy();
    await networkHelpers.setCode(addressOf("ETHX"), (await tether.getDeployedCode())!);
    const signer = await ethers.getSigner(holder);
    await TokenMock__factory.connect(addressOf("USDC"), signer).approve(vault, 1n);
    const action = await mint(client, { vault, shares: ONE_SHARE });
    const approvals = async () =>
      (await action.getRequirements()).map((r) => (r.kind === "approval" ? `${r.token} ${r.amount > 0n}` : r.kind));
    const fresh = await approvals();
    expect(fresh).to.have.length(4);

    await TetherLikeToken__factory.connect(addressOf("ETHX"), signer).approve(vault, 1n);
    expect((await approvals()).filter((item) => item.startsWith(addressOf("ETHX")))).to.deep.equal([
      `${addressOf("ETHX")} false`,
      `${addressOf("ETHX")} true`,
    ]);
    expect(await approvals()).to.have.length(5);
  });

  it("raises units by a donation slowly through sync, and never for nothing", async () => {
    const { client, vault, owner, addressOf } = await networkHelpers.loadFixture(deployed);
    const { tokens } = await getBasket(client, { vault });
    const index = tokens.findIndex(({ token }) => token === addressOf("ETHX"));
    await TokenMock__factory.connect(addressOf("ETHX"), owner).mint(vault, ONE_SHARE);
    await networkHelpers.time.increase(3_600);
    await send(client, { tx: sync(client, { vault, index }).buildTx() });
    const { tokens: after } = await getBasket(client, { vault });
    expect(after[index]!.units > tokens[index]!.units).to.equal(true);
    expect((after[index]!.units - tokens[index]!.units) * 1_000n < tokens[index]!.units).to.equal(true);
  });

  it("refuses bad arguments before anything is sent", async () => {
    const { client, vault } = await networkHelpers.loadFixture(deployed);
    const noAccount = { ...client, account: undefined };
    await failureOf(ArgumentInvalidError, () => mint(client, { vault, shares: 0n }));
    await failureOf(ArgumentInvalidError, () => redeem(client, { vault, shares: ONE_SHARE, slippageBps: 10_001 }));
    await failureOf(ClientInvalidError, () => mint(noAccount, { vault, shares: ONE_SHARE }));
  });

  it("says in words why a transaction would fail, and sends nothing", async () => {
    const { client, vault, holder } = await networkHelpers.loadFixture(deployed);
    await fulfil(client, await mint(client, { vault, shares: ONE_SHARE }));
    const action = await redeem(client, { vault, shares: 2n * ONE_SHARE });
    const nonce = await ethers.provider.getTransactionCount(holder);
    const { shortMessage } = await failureOf(ContractError, () => send(client, { tx: action.buildTx() }));
    expect(shortMessage).to.equal("The balance of shares is too small for this.");
    expect(await ethers.provider.getTransactionCount(holder)).to.equal(nonce);
  });

  it("explains a transaction that passed its simulation and failed in its block", async () => {
    const { client, vault, index, owner, protocol } = await networkHelpers.loadFixture(deployed);
    const action = await mint(client, { vault, shares: ONE_SHARE });
    await fulfilApprovals(client, action);
    await protocol.keeperRegistry.connect(owner).setGuardian(owner, (await networkHelpers.time.latest()) + 86_400);
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const refused = failureOf(ContractError, () => send(client, { tx: action.buildTx() }));
      const pending = async () => (await ethers.provider.send("eth_pendingTransactions", [])).length > 0;
      for (let tries = 0; tries < 400 && !(await pending()); tries++) await setTimeout(5);
      await index
        .connect(owner)
        .pause(1, { gasLimit: 500_000, maxPriorityFeePerGas: 10n ** 11n, maxFeePerGas: 10n ** 12n });
      await provider.request({ method: "evm_mine", params: [] });
      expect((await refused).errorName).to.equal("IndexVault_Paused");
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });

  it("accepts the mint fee in force and none above it", async () => {
    const { client, vault, index, creator, owner } = await networkHelpers.loadFixture(deployed);
    const dust = await mint(client, { vault, shares: 7n });
    const action = await mint(client, { vault, shares: ONE_SHARE });
    const fees = { streamingRate: 0n, mintFeeBps: 21, recipient: owner.address };
    await index.connect(creator).setFees(fees);
    await networkHelpers.time.increase(7 * 86_400);
    await index.applyFees(fees);
    for (const early of [dust, action]) {
      const { errorName, args } = await failureOf(ContractError, () => early.simulate());
      expect([errorName, ...args]).to.deep.equal(["IndexVault_FeeTooHigh", 21n, 20n]);
    }
    await fulfil(client, await mint(client, { vault, shares: ONE_SHARE }));
  });

  it("works with a key of its own as with an account of the node", async () => {
    const { vault, holder } = await networkHelpers.loadFixture(deployed);
    const signer = DECISION_SIGNERS[0]!;
    const own = viemClient(provider, signer);
    await networkHelpers.setBalance(signer.address, 10n * ONE_SHARE);
    const holderClient = viemClient(provider, holder);
    await fulfil(holderClient, await mint(holderClient, { vault, shares: ONE_SHARE, receiver: signer.address }));
    await send(own, { tx: (await redeem(own, { vault, shares: ONE_SHARE, receiver: holder })).buildTx() });
    expect(await tokenBalance(own, vault, signer.address)).to.equal(0n);
  });
});

describe("sdk: creation", () => {
  async function parameters() {
    const { factory, addressOf } = await networkHelpers.loadFixture(deployed);
    return {
      factory,
      name: "Two",
      symbol: "TWO",
      // Descending on purpose: the action sorts.
      seed: [
        { token: addressOf("ETHX"), amount: ONE_SHARE },
        { token: addressOf("USDC"), amount: 2_000_000_000n },
      ].sort((a, b) => (BigInt(a.token) < BigInt(b.token) ? 1 : -1)),
      shares: 40n * ONE_SHARE,
      limits: LIMITS,
      destinations: [{ token: addressOf("USDC"), splitBps: 10_000 }],
      signers: DECISION_SIGNERS.map(({ address }) => address).reverse(),
      threshold: 2,
    };
  }

  it("creates an index at the address that the simulation says, and lists it", async () => {
    const { client, factory, holder } = await networkHelpers.loadFixture(deployed);
    const action = createIndex(client, await parameters());
    await fulfilApprovals(client, action);
    const { vault } = await action.simulate();
    await send(client, { tx: action.buildTx() });

    expect((await getIndices(client, { factory })).indices).to.include(vault);
    expect(await getVault(client, { vault })).to.deep.include({ symbol: "TWO", curator: zeroAddress });
    const { aggregate, multiplier } = await getVault(client, { vault });
    expect(aggregate).to.equal(toAggregate(40n * ONE_SHARE, multiplier));
    const dead = await tokenBalance(client, vault, "0x000000000000000000000000000000000000dEaD");
    expect(dead > 0n && dead <= ONE_SHARE / 50n, `${dead}`).to.equal(true);
    expect(await tokenBalance(client, vault, holder)).to.equal(40n * ONE_SHARE - dead);
  });

  it("refuses what cannot be right, and says what the factory refuses", async () => {
    const { client, addressOf } = await networkHelpers.loadFixture(deployed);
    const good = await parameters();
    const twice = [...good.seed, { token: addressOf("USDC"), amount: 1n }];
    expect(() => createIndex(client, { ...good, seed: twice })).to.throw(ArgumentInvalidError, "twice");
    expect(() => createIndex(client, { ...good, threshold: 4 })).to.throw(ArgumentInvalidError, "threshold");
    const halved = [{ token: addressOf("USDC"), splitBps: 5_000 }];
    expect(() => createIndex(client, { ...good, destinations: halved })).to.throw(ArgumentInvalidError, "10000");

    const tooFast = createIndex(client, { ...good, limits: { ...LIMITS, riskDelay: 1 } });
    const { shortMessage } = await failureOf(ContractError, () => tooFast.simulate());
    expect(shortMessage).to.equal("The limit riskDelay is 1, and it must be from 3600 to 1209600.");
  });

  it("never approves more than is asked for", async () => {
    const { client } = await networkHelpers.loadFixture(deployed);
    const { seed } = await parameters();
    for (const requirement of await createIndex(client, await parameters()).getRequirements()) {
      if (requirement.kind !== "approval") throw new Error(requirement.kind);
      expect(requirement.amount).to.equal(seed.find(({ token }) => token === requirement.token)!.amount);
      expect(requirement.amount < maxUint256).to.equal(true);
    }
  });

  it("turns what is no error of a contract into a failed call", () => {
    expect(decodeContractError("offline")).to.be.instanceOf(CallFailedError);
  });
});

async function fulfilApprovals<T>(client: AnyClient, action: PreparedAction<T>): Promise<void> {
  for (const requirement of await action.getRequirements()) {
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
  }
}

import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import {
  Errors__factory,
  FillerMock__factory,
  HookToken__factory,
  IndexLens__factory,
  NavFeed__factory,
} from "../../../typechain-types/index.js";
import { at, deployVaultWorld, load, open, SHARE, SPECS, token } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();

const DAY = 86_400;
const REENTERED = Errors__factory.createInterface().encodeErrorResult("IndexVault_Reentered");

/** A vault with a feed of its shares, whose WETH calls what it is told in every transfer. */
const deploy = async () => {
  const signers = await ethers.getSigners();
  const [owner] = signers;
  if (owner === undefined) throw new Error("no accounts");
  const hook = await new HookToken__factory(owner).deploy("Hook", "WETH", 18);
  const existing = await hook.getAddress();
  const specs = SPECS.map((spec) => (spec.symbol === "WETH" ? { ...spec, existing } : spec));
  const world = await deployVaultWorld(signers, { specs });
  const { factory, assetRegistry, keeperRegistry } = world.protocol;
  const feed = await new NavFeed__factory(owner).deploy(factory, assetRegistry, world.address);
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  return { ...world, hook, feed, lens, read: feed.interface.encodeFunctionData("latestRoundData") };
};
const world = () => load(networkHelpers, deploy) as ReturnType<typeof deploy>;

describe("attacks on the price of a share", () => {
  it("S67, S94: the price feed read in a fill's callback refuses to answer", async () => {
    const w = await world();
    const mock = await new FillerMock__factory(w.owner).deploy();
    await token(w, "USDC").token.mint(mock, 10n ** 12n);
    await open(networkHelpers, w);
    const target = await w.feed.getAddress();
    await mock.set(MaxUint256, target, w.read);
    await mock.fill(w.address, at(w, "WETH"), at(w, "USDC"));
    expect([await mock.callSucceeded(), await mock.callReason()]).to.deep.equal([false, REENTERED]);
    expect(await mock.received()).to.be.greaterThan(0n);
    // Before and after it answers.
    expect((await w.feed.latestRoundData()).answer).to.be.greaterThan(0n);
  });

  it("S67: the price feed read in a token's callback of a mint refuses to answer", async () => {
    const w = await world();
    await w.hook.setHook(w.feed, w.read);
    await w.vault.connect(w.holder).mint(SHARE, w.holder, [], 0, 0);
    expect([await w.hook.hookSucceeded(), await w.hook.hookReason()]).to.deep.equal([false, REENTERED]);
  });

  it("S67: the price feed read in a token's callback of a redemption refuses to answer", async () => {
    const w = await world();
    await w.hook.setHook(w.feed, w.read);
    await w.vault.connect(w.curator).redeem(SHARE, w.curator, w.curator, [], 0n, 0);
    expect([await w.hook.hookSucceeded(), await w.hook.hookReason()]).to.deep.equal([false, REENTERED]);
    // The same token outside of a call of the vault is no reason to refuse.
    await w.hook.connect(w.holder).transfer(w.stranger, 1n);
    expect(await w.hook.hookSucceeded()).to.equal(true);
  });

  it("S68: a gift to the vault does not move the price, before and after a sync within the same second", async () => {
    const w = await world();
    const before = (await w.feed.latestRoundData()).answer;
    // $100,000 of each token, as much as all shares are worth, four times.
    for (const { token: gift } of w.protocol.tokens) {
      await gift.connect(w.holder).transfer(w.address, (await gift.balanceOf(w.holder)) / 100n);
    }
    expect((await w.feed.latestRoundData()).answer).to.equal(before);
    await w.vault.sync(at(w, "USDC"));
    // What a sync lets in grows with the time since the last: hours, not a transaction.
    const { answer } = await w.feed.latestRoundData();
    expect(answer - before).to.be.lessThan(before / 2_000n);
  });

  it("S68: minting and redeeming in one transaction's time do not move the price upwards beyond rounding", async () => {
    const w = await world();
    const before = (await w.feed.latestRoundData()).answer;
    await w.vault.connect(w.holder).mint(500n * SHARE + 1n, w.holder, [], 0, 0);
    const between = (await w.feed.latestRoundData()).answer;
    await w.vault.connect(w.holder).redeem(500n * SHARE + 1n, w.holder, w.holder, [], 0n, 0);
    const after = (await w.feed.latestRoundData()).answer;
    for (const answer of [between, after]) expect(answer).to.be.closeTo(before, 1n);
  });

  it("S56: a token that reverts stops the answer with its name, and the vault goes on without the feed", async () => {
    const w = await world();
    const weth = token(w, "WETH");
    const code = await (await ethers.deployContract("RudeTokenMock", ["Rude", "WETH", 18])).getDeployedCode();
    await networkHelpers.setCode(weth.address, code ?? "0x");
    const rude = await ethers.getContractAt("RudeTokenMock", weth.address);
    await rude.setManner(1);
    await expect(w.feed.latestRoundData())
      .to.be.revertedWithCustomError(w.feed, "NavFeed_TokenUnreadable")
      .withArgs(weth.address);
    await w.vault.connect(w.curator).redeem(SHARE, w.curator, w.curator, [], 1n << BigInt(at(w, "WETH")), 0);
  });

  it("S54, S55: a stale or missing price is no answer, however small the position", async () => {
    const w = await world();
    const usdc = token(w, "USDC");
    await networkHelpers.time.increase(DAY + 1);
    await expect(w.feed.latestRoundData()).to.be.revertedWithCustomError(w.feed, "NavFeed_TokenUnpriced");
    const others = w.protocol.tokens.filter(({ symbol }) => symbol !== "USDC");
    await w.protocol.hub.publish(
      others.map(({ feed }) => feed),
      others.map(({ price }) => price),
      0,
    );
    expect((await w.lens.nav(w.address)).unpriced).to.deep.equal([usdc.address]);
    await expect(w.feed.latestRoundData())
      .to.be.revertedWithCustomError(w.feed, "NavFeed_TokenUnpriced")
      .withArgs(usdc.address);
  });
});

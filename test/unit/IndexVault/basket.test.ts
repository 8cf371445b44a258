import { expect } from "chai";
import { network } from "hardhat";
import { addTokens, setPrices } from "../../helpers/market.ts";
import { LIMITS, propose, SIGNERS } from "../../helpers/protocol.ts";
import {
  announceBasket,
  at,
  DAY,
  deployVaultWorld,
  EVEN,
  fill,
  load,
  open,
  proposeBasket,
  SHARE,
  SPECS,
  token,
  weightsOf,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;

/** RAY and LINK are listed in the basket without units. */
const deploy = async () => {
  const specs = [...SPECS, { symbol: "LINK", decimals: 18, price: "10" }];
  const signers = await ethers.getSigners();
  const snapshot = await networkHelpers.takeSnapshot();
  const first = await deployVaultWorld(signers, { specs });
  const weights = weightsOf(first, { USDC: 4_000, WETH: 3_000, BTC: 3_000 });
  await snapshot.restore();
  return deployVaultWorld(signers, { specs, weights });
};
const world = () => load(networkHelpers, deploy);
type World = Awaited<ReturnType<typeof world>>;
const address = (w: World, symbol: string) => token(w, symbol).address;
const basket = async (w: World) => (await w.vault.basket())[0].map((asset) => asset.token);

describe("IndexVault.proposeBasket", () => {
  it("reverts when expired, when the id is not the next, or not signed by the signers", async () => {
    const w = await world();
    const drop = [address(w, "RAY")];
    const validUntil = await time.latest();
    await expect(proposeBasket(w, { drop, validUntil })).to.be.revertedWithCustomError(
      w.errors,
      "IndexVault_DecisionExpired",
    );
    for (const id of [0n, 2n]) {
      await expect(proposeBasket(w, { drop, id }))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_EpochMismatch")
        .withArgs(id, 1);
    }
    await expect(proposeBasket(w, { drop, signers: [SIGNERS[1]!] })).to.be.revertedWithCustomError(
      w.errors,
      "KeeperRegistry_SignerUnknown",
    );
  });

  it("reverts when an added token is not listed or there already, a dropped one is missing or a destination", async () => {
    const w = await world();
    const unlisted = w.stranger.address;
    for (const [change, error, subject] of [
      [{ add: [unlisted] }, "IndexVault_AssetNotListed", unlisted],
      [{ add: [address(w, "WETH")] }, "IndexVault_AssetAlreadyInBasket", address(w, "WETH")],
      [{ drop: [unlisted] }, "IndexVault_AssetNotInBasket", unlisted],
      [{ drop: [address(w, "RAY"), address(w, "RAY")] }, "IndexVault_AssetNotInBasket", address(w, "RAY")],
      [{ drop: [address(w, "USDC")] }, "IndexVault_DropNotAllowed", address(w, "USDC")],
    ] as const) {
      await expect(proposeBasket(w, change)).to.be.revertedWithCustomError(w.errors, error).withArgs(subject);
    }
  });

  it("announces the change for the vault's basket delay", async () => {
    const w = await world();
    const now = (await time.latest()) + 20;
    await time.setNextBlockTimestamp(now);
    await expect(proposeBasket(w, { drop: [address(w, "RAY")] })).to.emit(w.vault, "BasketProposed");
    const { appliesAt, lastId } = await w.vault.pendingBasket();
    expect([appliesAt, lastId]).to.deep.equal([BigInt(now + LIMITS.basketDelay), 1n]);
  });
});

describe("IndexVault.applyBasket", () => {
  it("reverts before its delay, after its window, and when another change is handed in", async () => {
    const w = await world();
    const drop = [address(w, "RAY")];
    await expect(w.vault.applyBasket([], drop)).to.be.revertedWithCustomError(
      w.errors,
      "IndexVault_BasketChangeMismatch",
    );
    await proposeBasket(w, { drop });
    const eta = Number((await w.vault.pendingBasket()).appliesAt);
    await expect(w.vault.applyBasket([], [address(w, "LINK")])).to.be.revertedWithCustomError(
      w.errors,
      "IndexVault_BasketChangeMismatch",
    );
    for (const moment of [eta - 1, eta + 14 * DAY]) {
      await time.setNextBlockTimestamp(moment);
      await expect(w.vault.applyBasket([], drop))
        .to.be.revertedWithCustomError(w.errors, "IndexVault_ChangeNotReady")
        .withArgs(eta, moment);
      await time.setNextBlockTimestamp(moment + 1 > eta ? moment : eta);
      if (moment < eta) {
        const snapshot = await networkHelpers.takeSnapshot();
        await w.vault.applyBasket([], drop);
        expect(await w.vault.basketNonce()).to.equal(1n);
        await snapshot.restore();
      }
    }
  });

  it("reverts while an epoch is pending or open, and when the signers were revoked", async () => {
    const w = await world();
    const drop = [address(w, "RAY")];
    await announceBasket(networkHelpers, w, { drop });
    const snapshot = await networkHelpers.takeSnapshot();
    await propose(w.protocol, w.vault, { weights: weightsOf(w, { USDC: 4_000, WETH: 3_000, BTC: 3_000 }) });
    await expect(w.vault.applyBasket([], drop)).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochOpen");
    const closesAt = Number((await w.vault.epoch()).closesAt);
    await time.setNextBlockTimestamp(closesAt - 1);
    await expect(w.vault.applyBasket([], drop)).to.be.revertedWithCustomError(w.errors, "IndexVault_EpochOpen");
    await time.setNextBlockTimestamp(closesAt);
    await w.vault.applyBasket([], drop);
    await snapshot.restore();
    await w.protocol.keeperRegistry.connect(w.guardian).revokeSigners(w.address);
    await expect(w.vault.applyBasket([], drop)).to.be.revertedWithCustomError(w.errors, "IndexVault_SignersRevoked");
  });

  it("reverts when a dropped token still has units", async () => {
    const w = await world();
    const drop = [address(w, "WETH")];
    await announceBasket(networkHelpers, w, { drop });
    await expect(w.vault.applyBasket([], drop))
      .to.be.revertedWithCustomError(w.errors, "IndexVault_DropNotAllowed")
      .withArgs(address(w, "WETH"));
  });

  it("moves the last token with its units and record into the place of a dropped one, and appends", async () => {
    const w = await world();
    await propose(w.protocol, w.vault, { weights: weightsOf(w, { USDC: 4_000, WETH: 3_000, BTC: 2_500, LINK: 500 }) });
    await time.increase(LIMITS.riskDelay + 2 * LIMITS.curveLength);
    const before = await basket(w);
    const unitsBefore = (await w.vault.basket())[1];
    const records = await w.vault.targets();
    const [added] = await addTokens(w.protocol, [{ symbol: "NEW", decimals: 8, price: "3" }]);
    const dropped = address(w, "RAY");
    await announceBasket(networkHelpers, w, { add: [added!.address], drop: [dropped] });

    await expect(w.vault.applyBasket([added!.address], [dropped]))
      .to.emit(w.vault, "BasketApplied")
      .withArgs(1, [added!.address], [dropped], 1);

    // A naive model: the last goes where the dropped one was.
    const place = before.indexOf(dropped);
    const order = before.map((_, i) => i);
    order[place] = order.at(-1)!;
    order.pop();
    const [assets, units] = await w.vault.basket();
    const targets = await w.vault.targets();
    expect(await basket(w)).to.deep.equal([...order.map((i) => before[i]!), added!.address]);
    expect([...units]).to.deep.equal([...order.map((i) => unitsBefore[i]!), 0n]);
    expect(targets.slice(0, 4)).to.deep.equal(order.map((i) => records[i]!));
    expect([...targets[4]!]).to.deep.equal([0n, 0n, 0n, 0n]);
    expect(assets[4]!.decimals).to.equal(8n);
  });

  it("clears the record of a dropped token, so that one added later starts as a new one", async () => {
    const w = await world();
    const ray = address(w, "RAY");
    await announceBasket(networkHelpers, w, { drop: [ray] });
    await w.vault.applyBasket([], [ray]);
    await announceBasket(networkHelpers, w, { add: [ray] });
    await w.vault.applyBasket([ray], []);
    const all = await basket(w);
    expect(all.at(-1)).to.equal(ray);
    expect([...(await w.vault.targets()).at(-1)!]).to.deep.equal([0n, 0n, 0n, 0n]);
    expect(await w.vault.basketNonce()).to.equal(2n);
  });

  it("voids the nonce of every index-based call", async () => {
    const w = await world();
    const ray = address(w, "RAY");
    await announceBasket(networkHelpers, w, { drop: [ray] });
    await w.vault.applyBasket([], [ray]);
    const { vault, holder, curator, filler, errors } = w;
    for (const call of [
      () => vault.connect(holder).mint(SHARE, holder, [], 0, 0),
      () => vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0),
      () => vault.connect(filler).fill(0, 1, 1, 0, 1, 0, "0x"),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(errors, "IndexVault_BasketNonceMismatch").withArgs(0, 1);
    }
    await vault.connect(holder).mint(SHARE, holder, [], 0, 1);
    expect(await vault.balanceOf(holder)).to.equal(SHARE);
  });

  it("reverts when the last tokens would be dropped: the destination stays", async () => {
    const w = await world();
    const all = SPECS.map(({ symbol }) => address(w, symbol!));
    await expect(proposeBasket(w, { drop: all })).to.be.revertedWithCustomError(w.errors, "IndexVault_DropNotAllowed");
    await setPrices(w.protocol);
    await open(networkHelpers, w, { ...EVEN, RAY: 0, USDC: 5_000 });
    // Nothing is held of it and no weight was ever given to it: it has no snapshot that a price could be compared with.
    await expect(fill(w, "RAY", "USDC")).to.be.revertedWithCustomError(w.errors, "IndexVault_AssetFrozen");
    expect(at(w, "RAY")).to.be.within(0, 4);
  });
});

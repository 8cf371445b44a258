import { expect } from "chai";
import { network } from "hardhat";
import { FillerMock__factory, HookToken__factory, HostileToken__factory } from "../../../typechain-types/index.js";
import { indexParams, LIMITS } from "../../helpers/protocol.ts";

import {
  ANY_NONCE,
  at,
  deployVaultWorld,
  fill,
  goTo,
  load,
  MIDDLE,
  open,
  SHARE,
  SPECS,
  token,
} from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const Mode = { HONEST: 0, PAUSED: 1, BLOCKLIST: 2, FALSE_RETURN: 3, REENTRANT: 9 } as const;
const WEI = 10n ** 18n;

/** The four tokens, of which WETH is one that misbehaves. */
const hostile = async () => {
  const signers = await ethers.getSigners();
  const bad = await new HostileToken__factory(signers[0]!).deploy(18);
  const badAddress = await bad.getAddress();
  const specs = SPECS.map((spec) => (spec.symbol === "WETH" ? { ...spec, existing: badAddress } : spec));
  return { ...(await deployVaultWorld(signers, { specs })), bad };
};
/** The same with hooks. */
const hooked = async () => {
  const signers = await ethers.getSigners();
  const hook = await new HookToken__factory(signers[0]!).deploy("Hook", "WETH", 18);
  const hookAddress = await hook.getAddress();
  const specs = SPECS.map((spec) => (spec.symbol === "WETH" ? { ...spec, existing: hookAddress } : spec));
  return { ...(await deployVaultWorld(signers, { specs })), hook };
};
const hostileWorld = () => load(networkHelpers, hostile) as ReturnType<typeof hostile>;
const hookedWorld = () => load(networkHelpers, hooked) as ReturnType<typeof hooked>;

describe("attacks by tokens", () => {
  it("S65: a token that loses a wei now and then blocks nothing", async () => {
    const w = await hostileWorld();
    const { vault, address, curator, holder, bad } = w;
    const index = at(w, "WETH");
    await bad.take(address, 2n);

    await vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0);
    await vault.sync(index);
    const [, all] = await vault.basket();
    const units = all[index]!;
    expect(units < 125n * 10n ** 23n && units > 124_999n * 10n ** 20n, `${units}`).to.equal(true);
    await vault.connect(holder).mint(SHARE, holder, [], 0, 0);
    await open(networkHelpers, w);
    await fill(w, "WETH", "USDC");
    expect((await vault.queryFilter(vault.filters.Filled())).length).to.equal(1);
    expect(await bad.books(address)).to.be.lessThan(10n * WEI);
  });

  it("S66: a token with hooks cannot re-enter mint, redeem, claim, sync or fill", async () => {
    const w = await hookedWorld();
    const { vault, address, curator, holder, hook, errors } = w;
    const i = vault.interface;
    const calls = [
      i.encodeFunctionData("mint", [SHARE, holder.address, [], 0, 0]),
      i.encodeFunctionData("redeem", [1n, holder.address, holder.address, [], 0, 0]),
      i.encodeFunctionData("claim", [await hook.getAddress(), holder.address]),
      i.encodeFunctionData("sync", [0]),
      i.encodeFunctionData("fill", [0, 1, 1, 0, 1, 0, "0x"]),
    ];
    const reentered = errors.interface.encodeErrorResult("IndexVault_Reentered");
    for (const call of calls) {
      await hook.setHook(address, call);
      await vault.connect(holder).mint(SHARE, holder, [], 0, 0);
      expect(await hook.hookReason()).to.equal(reentered);
      await hook.setHook(address, call);
      await vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0);
      expect([await hook.hookSucceeded(), await hook.hookReason()]).to.deep.equal([false, reentered]);
    }
    expect(await vault.balanceOf(holder)).to.equal(5n * SHARE);
  });

  it("S67: views that price the vault are refused while one of its calls is running", async () => {
    const w = await hostileWorld();
    const { vault, address, owner, errors } = w;
    const mock = await new FillerMock__factory(owner).deploy();
    await token(w, "USDC").token.mint(mock, 10n ** 12n);
    await open(networkHelpers, w);
    const i = vault.interface;
    const reentered = errors.interface.encodeErrorResult("IndexVault_Reentered");
    const guarded = [
      i.encodeFunctionData("basket"),
      i.encodeFunctionData("previewMint", [SHARE]),
      i.encodeFunctionData("previewRedeem", [SHARE]),
      i.encodeFunctionData("targetUnits"),
    ];
    for (const call of guarded) {
      const snapshot = await networkHelpers.takeSnapshot();
      await mock.set(2n ** 256n - 1n, address, call);
      await mock.fill(address, at(w, "WETH"), at(w, "USDC"));
      expect([await mock.callSucceeded(), await mock.callReason()]).to.deep.equal([false, reentered]);
      await snapshot.restore();
    }
  });

  it("S69: a token that is paused, blocks the receiver or answers false delays its own leg only", async () => {
    for (const mode of [Mode.PAUSED, Mode.BLOCKLIST, Mode.FALSE_RETURN]) {
      const w = await hostileWorld();
      const { vault, curator, holder, bad, protocol } = w;
      const index = at(w, "WETH");
      await bad.setBlocked(curator);
      await bad.setMode(mode);
      const legs = protocol.tokens.filter(({ symbol }) => symbol !== "WETH");
      const before = await Promise.all(legs.map((leg) => leg.token.balanceOf(curator)));

      await expect(vault.connect(curator).redeem(4n * SHARE, curator, holder, [], 0n, ANY_NONCE))
        .to.emit(vault, "Redeemed")
        .withArgs(curator.address, curator.address, holder.address, 4n * SHARE, 1n << BigInt(index));

      const gained = { USDC: 100_000_000n, BTC: 200_000n, RAY: 400n * 10n ** 27n } as Record<string, bigint>;
      for (const [k, leg] of legs.entries()) {
        expect((await leg.token.balanceOf(curator)) - before[k]!).to.equal(gained[leg.symbol]);
      }
      expect(await vault.owed(bad, holder)).to.equal(WEI / 20n);
      await bad.setMode(Mode.HONEST);
      const held = await bad.books(holder);
      await vault.connect(holder).claim(bad, holder);
      expect((await bad.books(holder)) - held).to.equal(WEI / 20n);
    }
  });

  it("S72: a token with hooks cannot create a second index in the middle of a creation", async () => {
    const w = await hookedWorld();
    const { protocol, curator, hook } = w;
    const { factory } = protocol;
    for (const listed of protocol.tokens) {
      await listed.token.mint(curator, 10n ** 36n);
      await listed.token.connect(curator).approve(factory, 2n ** 255n);
    }
    const params = indexParams(protocol, { creator: curator, salt: `0x${"01".repeat(32)}` });
    await hook.setHook(factory, factory.interface.encodeFunctionData("createIndex", [params]));

    await factory.connect(curator).createIndex(params);

    expect(await factory.indexCount()).to.equal(2n);
    expect(await hook.hookSucceeded()).to.equal(false);
    expect(await hook.hookReason()).to.equal("0x3ee5aeb5"); // ReentrancyGuardReentrantCall()
  });

  it("S62: a fee on transfer that begins later stops mints and fills into the token, not exits", async () => {
    const w = await hostileWorld();
    const { vault, curator, holder, bad, errors } = w;
    const FEE = 10;
    await open(networkHelpers, w, { USDC: 1_500, WETH: 3_500, BTC: 2_500, RAY: 2_500 });
    await bad.setMode(FEE);
    await goTo(networkHelpers, w, LIMITS.curveLength + MIDDLE);

    await expect(vault.connect(holder).mint(SHARE, holder, [], 0, 0)).to.be.revertedWithCustomError(
      errors,
      "IndexVault_Insolvent",
    );
    await expect(fill(w, "USDC", "WETH")).to.be.revertedWithCustomError(errors, "IndexVault_Insolvent");
    const before = await bad.books(curator);
    await vault.connect(curator).redeem(SHARE, curator, curator, [], 0n, 0);
    expect((await bad.books(curator)) - before).to.equal(12_375n * 10n ** 12n); // 0.0125 less 1%
  });
});

import { expect } from "chai";
import { network } from "hardhat";
import { type Address, erc20Abi, getAddress, type Hex, maxUint256, parseSignature, serializeSignature } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getBalance, readContract } from "viem/actions";
import {
  type AnyClient,
  ArgumentInvalidError,
  ContractError,
  encodePath,
  findRoute,
  NATIVE,
  type PreparedAction,
  redeem,
  send,
  simulateCalls,
  splitSignature,
  type Venue,
  type ZapPermit,
  zapIn,
  zapOut,
} from "../../sdk/src/index.ts";
import { deployPeriphery, erc20 } from "../helpers/periphery.ts";
import { failureOf, ONE_SHARE, viemClient } from "../helpers/sdk.ts";
import { createPool } from "../helpers/uniswap.ts";

const { ethers, networkHelpers, provider } = await network.create();

/** Holds what it is given and signs by itself, as a wallet does. */
const WALLET = privateKeyToAccount(`0x${"42".repeat(32)}`);
const SHARES = 10n * ONE_SHARE;

async function deployed() {
  const periphery = await deployPeriphery(ethers);
  const { stack, at, vault, zap, usd, btc, user } = periphery;
  const venue: Venue = {
    uniswapV3Factory: String(stack.factory.target) as Address,
    quoterV2: String(stack.quoter.target) as Address,
    weth: String(stack.weth.target) as Address,
    via: [String(stack.weth.target) as Address, at.USDT as Address],
  };
  await networkHelpers.setBalance(WALLET.address, 1_000n * ONE_SHARE);
  await usd.mint(WALLET.address, 10_000n * 10n ** 6n);
  await btc.mint(WALLET.address, 10n ** 8n);
  await vault.connect(user).transfer(WALLET.address, 100n * ONE_SHARE);
  return {
    ...periphery,
    client: viemClient(provider, WALLET),
    token: (symbol: keyof typeof at): Address => getAddress(at[symbol]),
    base: { venue, zap: getAddress(String(zap.target)), vault: getAddress(String(vault.target)) },
  };
}

function balanceOf(client: AnyClient, token: Address): Promise<bigint> {
  return readContract(client, { address: token, abi: erc20Abi, functionName: "balanceOf", args: [WALLET.address] });
}

/** Does what the action requires, in order; returns the kinds and the permit, if one was signed. */
async function fulfil<T>(client: AnyClient, action: PreparedAction<T, ZapPermit>) {
  const kinds: string[] = [];
  let permit: ZapPermit | undefined;
  for (const requirement of await action.getRequirements()) {
    kinds.push(requirement.kind);
    if (requirement.kind === "approval") await send(client, { tx: requirement.tx });
    if (requirement.kind === "permit") permit = requirement.toPermit(await WALLET.signTypedData(requirement.typedData));
    if (requirement.kind === "permit2")
      permit = requirement.toPermit(await WALLET.signTypedData(requirement.typedData));
  }
  return { kinds, permit };
}

describe("sdk: zaps", () => {
  it("buys the basket with a dollar token, and gets back what the quotes did not need", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const before = await balanceOf(client, token("USDT"));
    const held = await balanceOf(client, base.vault);
    const action = await zapIn(client, { ...base, tokenIn: token("USDT"), shares: SHARES });
    const { kinds } = await fulfil(client, action);
    const { refunded } = await action.simulate();
    await send(client, { tx: action.buildTx() });

    expect(kinds).to.deep.equal(["approval"]);
    expect((await balanceOf(client, base.vault)) - held).to.equal(SHARES);
    const spent = before - (await balanceOf(client, token("USDT")));
    expect(spent).to.equal(action.amountIn - refunded);
    // $100 a share, pool fees of 0.3% and some price impact.
    expect(spent > 1_000_000_000n && spent < 1_010_000_000n, `${spent}`).to.equal(true);
  });

  it("buys with Ether, sent along, and returns the rest as Ether", async () => {
    const { client, base } = await networkHelpers.loadFixture(deployed);
    const held = await balanceOf(client, base.vault);
    const action = await zapIn(client, { ...base, tokenIn: NATIVE, shares: SHARES });
    expect(await action.getRequirements()).to.deep.equal([]);
    const before = await getBalance(client, { address: WALLET.address });
    const { receipt } = await send(client, { tx: action.buildTx() });
    const paid = before - (await getBalance(client, { address: WALLET.address }));

    expect((await balanceOf(client, base.vault)) - held).to.equal(SHARES);
    const spent = paid - receipt.gasUsed * receipt.effectiveGasPrice;
    expect(spent < action.amountIn && spent >= action.quotedIn, `${spent}`).to.equal(true);
  });

  it("takes an ERC-2612 permit instead of an approval, over three hops where two do not do", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const held = await balanceOf(client, base.vault);
    const parameters = { ...base, tokenIn: token("BTC"), shares: SHARES, authorization: "erc2612" } as const;
    const action = await zapIn(client, parameters);
    const refused = await failureOf(ContractError, () => action.simulate());
    expect(refused.errorName).to.equal("Zap_AllowanceTooSmall");
    const { kinds, permit } = await fulfil(client, action);
    await send(client, { tx: action.buildTx(permit) });

    expect(kinds).to.deep.equal(["permit"]);
    expect((await balanceOf(client, base.vault)) - held).to.equal(SHARES);
  });

  it("refuses a token whose permits it cannot sign, before anything is signed", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const parameters = { ...base, tokenIn: token("USDT"), shares: SHARES, authorization: "erc2612" } as const;
    const action = await zapIn(client, parameters);
    await failureOf(ContractError, () => action.getRequirements());
  });

  it("takes Permit2 signatures, each with a nonce of its own", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const parameters = { ...base, tokenIn: token("USDT"), shares: SHARES, authorization: "permit2" } as const;
    const first = await zapIn(client, parameters);
    const one = await fulfil(client, first);
    expect(one.kinds).to.deep.equal(["approval", "permit2"]);
    await send(client, { tx: first.buildTx(one.permit) });
    await failureOf(ContractError, () => first.simulate({}, one.permit));

    const second = await zapIn(client, parameters);
    const two = await fulfil(client, second);
    expect([one.permit?.nonce, two.permit?.nonce]).to.deep.equal([0n, 1n]);
    await send(client, { tx: second.buildTx(two.permit) });
    expect(await balanceOf(client, base.vault)).to.equal(100n * ONE_SHARE + 2n * SHARES);
  });

  it("sells shares for Ether with a permit of the shares themselves", async () => {
    const { client, base } = await networkHelpers.loadFixture(deployed);
    const parameters = { ...base, tokenOut: NATIVE, shares: SHARES, authorization: "erc2612" } as const;
    const action = await zapOut(client, parameters);
    const { kinds, permit } = await fulfil(client, action);
    expect(kinds).to.deep.equal(["permit"]);
    const simulated = await action.simulate({}, permit);
    const before = await getBalance(client, { address: WALLET.address });
    const { receipt } = await send(client, { tx: action.buildTx(permit) });
    const gained = (await getBalance(client, { address: WALLET.address })) - before;

    expect(gained + receipt.gasUsed * receipt.effectiveGasPrice).to.equal(simulated.amountOut);
    expect([simulated.deferred, simulated.inKind]).to.deep.equal([[], []]);
    expect(simulated.amountOut >= action.minOut).to.equal(true);
    // $1,000 less pool fees, at $2,000 an Ether.
    expect(simulated.amountOut).to.be.closeTo((497n * ONE_SHARE) / 1_000n, ONE_SHARE / 500n);
  });

  it("pays in kind what no pool buys, defers what is skipped, and says so", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const venue = { ...base.venue, via: [] };
    const parameters = { ...base, venue, tokenOut: token("USDT"), shares: SHARES, skip: [token("BTC")] };
    const action = await zapOut(client, parameters);
    await fulfil(client, action);
    const { inKind, deferred } = await action.simulate();
    // Without a token between, DUST has a pool with Ether only.
    expect([inKind, deferred]).to.deep.equal([[token("DUST")], [token("BTC")]]);
    const before = await balanceOf(client, token("DUST"));
    await send(client, { tx: action.buildTx() });
    expect((await balanceOf(client, token("DUST"))) > before).to.equal(true);
  });

  it("takes the best of several pools, buying and selling", async () => {
    const { client, base, token, stack, at, usd, btc, owner } = await networkHelpers.loadFixture(deployed);
    const [hub, leg] = [token("USDT"), { token: token("BTC"), amount: 10n ** 6n }];
    const { venue } = base;
    const [dear, cheap] = [
      await findRoute(client, { venue, hub, side: "buy", leg }),
      await findRoute(client, { venue, hub, side: "sell", leg }),
    ];
    expect([dear!.path, cheap!.path]).to.deep.equal(Array(2).fill(encodePath(leg.token, [{ fee: 3_000, token: hub }])));

    for (const minted of [usd, btc]) await minted.mint(owner, 10n ** 30n);
    for (const fee of [500, 10_000]) {
      await createPool(stack, { tokenA: at.USDT, tokenB: at.BTC, fee, amountA: 10n ** 13n, amountB: 10n ** 10n });
    }
    for (const [side, worse] of [
      ["buy", dear],
      ["sell", cheap],
    ] as const) {
      const best = await findRoute(client, { venue, hub, side, leg });
      expect(best!.path).to.equal(encodePath(leg.token, [{ fee: 500, token: hub }]));
      expect(side === "buy" ? best!.hubAmount < worse!.hubAmount : best!.hubAmount > worse!.hubAmount).to.equal(true);
    }
  });

  it("says which token cannot be bought", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const venue = { ...base.venue, via: [] };
    const parameters = { ...base, venue, tokenIn: token("USDT"), shares: SHARES };
    const { shortMessage } = await failureOf(ArgumentInvalidError, () => zapIn(client, parameters));
    expect(shortMessage).to.equal(`tokenIn finds no pool that sells ${token("DUST")}.`);
  });

  it("lets no price that moved too far through, and keeps the deadline", async () => {
    const { client, base, token, owner, stack, at, usd } = await networkHelpers.loadFixture(deployed);
    const action = await zapIn(client, { ...base, tokenIn: token("USDT"), shares: SHARES });
    await fulfil(client, action);
    await usd.connect(owner).approve(stack.router.target, maxUint256);
    const swap = [at.USDT, at.BTC, 3_000, owner.address, 2_000_000n * 10n ** 6n, 0n, 0n];
    await stack.router.getFunction("exactInputSingle").send(swap);
    const { errorName } = await failureOf(ContractError, () => action.simulate());
    expect(errorName).to.equal("UniswapV3Swapper_InputAboveMaximum");

    const fresh = await zapIn(client, { ...base, tokenIn: token("USDT"), shares: ONE_SHARE });
    await networkHelpers.time.increase(1_201);
    const late = await failureOf(ContractError, () => fresh.simulate());
    expect(late.errorName).to.equal("Zap_DeadlinePassed");
  });

  it("spends at most what was agreed to, whatever the quotes say by now", async () => {
    const { client, base, token, owner, stack, at, usd } = await networkHelpers.loadFixture(deployed);
    const order = { ...base, tokenIn: token("USDT"), shares: SHARES };
    const { quotedIn } = await zapIn(client, { ...order, slippageBps: 0 });
    const agreed = quotedIn + 1_234_567n;
    // The slippage has no say beside a limit, and the approval is for the limit alone.
    const action = await zapIn(client, { ...order, maxIn: agreed, slippageBps: 5_000 });
    expect(action.amountIn).to.equal(agreed);
    const [approval] = await action.getRequirements();
    expect(approval).to.include({ kind: "approval", amount: agreed });
    const before = await balanceOf(client, token("USDT"));
    await fulfil(client, action);
    const { refunded } = await action.simulate();
    await send(client, { tx: action.buildTx() });
    expect(before - (await balanceOf(client, token("USDT")))).to.equal(agreed - refunded);

    // Everything gets dearer: routes are those of now, the limit is the old one.
    await usd.connect(owner).approve(stack.router.target, maxUint256);
    const swap = [at.USDT, at.BTC, 3_000, owner.address, 2_000_000n * 10n ** 6n, 0n, 0n];
    await stack.router.getFunction("exactInputSingle").send(swap);
    const late = await zapIn(client, { ...order, maxIn: agreed });
    expect([late.amountIn, late.quotedIn > agreed]).to.deep.equal([agreed, true]);
    await fulfil(client, late);
    const { errorName } = await failureOf(ContractError, () => late.simulate());
    expect(errorName).to.equal("UniswapV3Swapper_InputAboveMaximum");
  });

  it("sends no more Ether along than was agreed to", async () => {
    const { client, base } = await networkHelpers.loadFixture(deployed);
    const order = { ...base, tokenIn: NATIVE, shares: SHARES };
    const { quotedIn } = await zapIn(client, order);
    expect((await zapIn(client, { ...order, maxIn: quotedIn })).buildTx().value).to.equal(quotedIn);
    const less = await zapIn(client, { ...order, maxIn: quotedIn - 1n });
    const { errorName } = await failureOf(ContractError, () => less.simulate());
    expect(errorName).to.equal("UniswapV3Swapper_InputAboveMaximum");
  });

  it("brings at least what was agreed to, or nothing is sold", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const order = { ...base, tokenOut: token("USDT"), shares: SHARES };
    const free = await zapOut(client, { ...order, minOut: 1n });
    await fulfil(client, free);
    // Less than the quotes add up to: two legs go through the same pool.
    const { amountOut } = await free.simulate();
    const exact = await zapOut(client, { ...order, minOut: amountOut, slippageBps: 0 });
    expect(exact.minOut).to.equal(amountOut);
    expect((await exact.simulate()).amountOut).to.equal(amountOut);
    const greedy = await zapOut(client, { ...order, minOut: amountOut + 1n, slippageBps: 10_000 });
    const refused = await failureOf(ContractError, () => greedy.simulate());
    expect(refused.errorName).to.equal("Zap_OutputTooSmall");

    const held = await balanceOf(client, base.vault);
    const before = await balanceOf(client, token("USDT"));
    await send(client, { tx: exact.buildTx() });
    expect(held - (await balanceOf(client, base.vault))).to.equal(SHARES);
    expect((await balanceOf(client, token("USDT"))) - before).to.equal(amountOut);
    // The pools have moved: the same limit is refused, and nothing else about the order has changed.
    const late = await zapOut(client, { ...order, minOut: amountOut });
    await fulfil(client, late);
    expect((await failureOf(ContractError, () => late.simulate())).errorName).to.equal("Zap_OutputTooSmall");
  });

  it("is tried out together with the approval that it needs, and nothing is sent", async () => {
    const { client, base, token } = await networkHelpers.loadFixture(deployed);
    const action = await zapIn(client, { ...base, tokenIn: token("USDT"), shares: SHARES });
    const approvals = (await action.getRequirements()).flatMap((each) => (each.kind === "approval" ? [each.tx] : []));
    expect(approvals).to.have.length(1);
    await simulateCalls(client, { calls: [...approvals, action.buildTx()] });
    const alone = await failureOf(ContractError, () => simulateCalls(client, { calls: [action.buildTx()] }));
    expect(alone.errorName).to.equal("Zap_AllowanceTooSmall");
    const turned = { calls: [action.buildTx(), ...approvals] };
    expect((await failureOf(ContractError, () => simulateCalls(client, turned))).errorName).to.equal(alone.errorName);
    const allowance = await readContract(client, {
      ...{ address: token("USDT"), abi: erc20Abi, functionName: "allowance", args: [WALLET.address, base.zap] },
    });
    expect(allowance).to.equal(0n);
  });

  it("is tried out with Ether on both ways", async () => {
    const { client, base } = await networkHelpers.loadFixture(deployed);
    const buy = await zapIn(client, { ...base, tokenIn: NATIVE, shares: SHARES });
    const sell = await zapOut(client, { ...base, tokenOut: NATIVE, shares: SHARES });
    const approvals = (await sell.getRequirements()).flatMap((each) => (each.kind === "approval" ? [each.tx] : []));
    const held = await getBalance(client, { address: WALLET.address });
    await simulateCalls(client, { calls: [buy.buildTx(), ...approvals, sell.buildTx()] });
    expect(await getBalance(client, { address: WALLET.address })).to.equal(held);
    const greedy = await zapOut(client, { ...base, tokenOut: NATIVE, shares: SHARES, minOut: 10n ** 24n });
    const { errorName } = await failureOf(ContractError, () =>
      simulateCalls(client, { calls: [...approvals, greedy.buildTx()] }),
    );
    expect(errorName).to.equal("Zap_OutputTooSmall");
  });

  it("leaves the way out in kind open beside the zap", async () => {
    const { client, base, user } = await networkHelpers.loadFixture(deployed);
    await send(client, { tx: (await redeem(client, { vault: base.vault, shares: ONE_SHARE })).buildTx() });
    expect(await erc20(base.vault, user).balanceOf(WALLET.address)).to.equal(99n * ONE_SHARE);
  });

  it("splits a signature into what permit takes", async () => {
    const signature: Hex = await WALLET.signMessage({ message: "gimbal" });
    const { v, r, s } = splitSignature(signature);
    expect(serializeSignature({ r, s, v: BigInt(v) })).to.equal(signature);
    expect(parseSignature(signature).yParity).to.equal(v - 27);
  });
});

import { expect } from "chai";
import { MaxUint256 } from "ethers";
import { network } from "hardhat";
import { Zap__factory } from "../../typechain-types/index.js";
import { plainTokens } from "../helpers/market.ts";
import { createIndex, deployProtocol } from "../helpers/protocol.ts";
import { createPool, deployUniswap, encodePath } from "../helpers/uniswap.ts";
import { NATIVE, NO_PERMIT, NONCE, SHARE } from "../helpers/zap.ts";

const { ethers, networkHelpers } = await network.create();

/** {gas} most that one transaction may use (EIP-7825). */
const TRANSACTION_GAS_CAP = 16_777_216n;
const FEE = 3_000;

describe("Zap of a 100-token basket", () => {
  async function deploy() {
    const [owner, user] = await ethers.getSigners();
    if (!owner || !user) throw new Error("no signers");
    const stack = await deployUniswap(owner);
    const protocol = await deployProtocol({ owner, guardian: owner, tokens: plainTokens(100) });
    const vault = await createIndex(protocol, { creator: owner });
    const [hub, ...others] = [...protocol.tokens].sort((a, b) => Number(b.stable) - Number(a.stable));
    if (!hub) throw new Error("no hub");

    const amount = 10_000_000n * SHARE;
    for (const { token } of protocol.tokens) await token.mint(owner, 200n * amount);
    for (const { address } of others) {
      const seed = { tokenA: hub.address, tokenB: address, fee: FEE, amountA: amount, amountB: amount };
      await createPool(stack, seed);
    }
    await stack.weth.getFunction("deposit").send({ value: 1_000n * SHARE });
    const weth = String(stack.weth.target);
    await createPool(stack, {
      tokenA: hub.address,
      tokenB: weth,
      fee: 500,
      amountA: 2_000_000n * SHARE,
      amountB: 1_000n * SHARE,
    });

    const zap = await new Zap__factory(user).deploy(protocol.factory, stack.factory, stack.weth, stack.permit2);
    const routes = protocol.tokens.map(({ address }) =>
      address === hub.address ? "0x" : encodePath([address, hub.address], [FEE]),
    );
    return { user, vault, hub, zap, weth, routes, protocol };
  }

  it("goes in from Ether and out to Ether, each in one transaction within the protocol's gas cap", async () => {
    const { user, vault, hub, zap, weth, routes, protocol } = await networkHelpers.loadFixture(deploy);
    const shares = 10n * SHARE; // $1,000
    const both = { vault, shares, receiver: user.address, deadline: MaxUint256, basketNonce: NONCE, routes };
    const entry = encodePath([weth, hub.address], [500]);
    const exit = encodePath([hub.address, weth], [500]);

    const into = { ...both, tokenIn: NATIVE, amountIn: SHARE, maxFeeBps: 0n, entry };
    await zap.zapIn(into, NO_PERMIT, { value: SHARE, gasLimit: TRANSACTION_GAS_CAP });
    expect(await vault.balanceOf(user)).to.equal(shares);
    await vault.connect(user).approve(zap, shares);
    const out = { ...both, tokenOut: NATIVE, minOut: (49n * SHARE) / 100n, skipBitmap: 0n, exit };
    await zap.zapOut(out, NO_PERMIT, { gasLimit: TRANSACTION_GAS_CAP });

    expect(await vault.balanceOf(user)).to.equal(0n);
    const executor = await zap.executor();
    for (const { token } of protocol.tokens) expect(await token.balanceOf(executor)).to.equal(0n);
  });
});

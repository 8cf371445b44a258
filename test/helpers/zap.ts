import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { Signer } from "ethers";
import { MaxUint256 } from "ethers";
import type { PermitStruct, ZapInStruct, ZapOutStruct } from "../../typechain-types/contracts/interfaces/IZap.js";
import { deployPeriphery, erc20, FEE, type Periphery } from "./periphery.ts";
import { encodePath, PERMIT2_ADDRESS } from "./uniswap.ts";

/** Stands for Ether where a token is asked for. */
export const NATIVE = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE";
export const SHARE = 10n ** 18n;
export const USD = 10n ** 6n;
/** Of a new vault. */
export const NONCE = 0n;
export const NO_PERMIT: PermitStruct = { kind: 0n, amount: 0n, nonce: 0n, deadline: 0n, signature: "0x" };

/** The user holds 10,000 dollars and 1,000 shares, and has approved the zap for the dollars and 100 shares. */
export async function deployFunded(ethers: HardhatEthers) {
  const periphery = await deployPeriphery(ethers);
  const { usd, user, zap, at, vault } = periphery;
  await usd.mint(user, 10_000n * USD);
  await erc20(at.USDT, user).approve(zap, 10_000n * USD);
  await vault.connect(user).approve(zap, 100n * SHARE);
  return { ...periphery, zap: zap.connect(user) };
}

/** Paths between the basket tokens and the hub, for pools that meet in the dollar token; dust has a pool with Ether. */
export function pathTo(periphery: Periphery, token: string, hub: string): string {
  const { at } = periphery;
  const toUsd = token === at.USDT ? [at.USDT] : token === at.DUST ? [at.DUST, at.WETH, at.USDT] : [token, at.USDT];
  const fromUsd = hub === at.USDT ? [] : [hub];
  const tokens = hub === at.WETH && token === at.DUST ? [at.DUST, at.WETH] : [...toUsd, ...fromUsd];
  return tokens.length < 2 || token === hub
    ? "0x"
    : encodePath(
        tokens,
        tokens.slice(1).map(() => FEE),
      );
}

export function routesTo(periphery: Periphery, hub: string): string[] {
  return periphery.tokens.map((token) => pathTo(periphery, token, hub));
}

export function zapIn(periphery: Periphery, change: Partial<ZapInStruct> = {}): ZapInStruct {
  const { vault, at, user } = periphery;
  return {
    vault: vault.target,
    tokenIn: at.USDT,
    amountIn: 1100n * USD,
    shares: 10n * SHARE,
    receiver: user.address,
    deadline: MaxUint256,
    basketNonce: NONCE,
    maxFeeBps: 100n,
    entry: "0x",
    routes: routesTo(periphery, at.USDT),
    ...change,
  };
}

export function zapOut(periphery: Periphery, change: Partial<ZapOutStruct> = {}): ZapOutStruct {
  const { vault, at, user } = periphery;
  return {
    vault: vault.target,
    shares: 10n * SHARE,
    tokenOut: at.USDT,
    minOut: 0n,
    receiver: user.address,
    deadline: MaxUint256,
    basketNonce: NONCE,
    skipBitmap: 0n,
    routes: routesTo(periphery, at.USDT),
    exit: "0x",
    ...change,
  };
}

/** Every basket token, the cash token and Ether are at zero in the zap and its executor, and so are all approvals. */
export async function expectEmpty({ zap, executor, tokens, at, vault, user }: Periphery): Promise<void> {
  for (const token of [...tokens, at.CASH, await vault.getAddress()]) {
    for (const holder of [zap, executor]) {
      expect(await erc20(token, user).balanceOf(holder), `${token} in the zap`).to.equal(0n);
    }
    expect(await erc20(token, user).allowance(executor, vault), `${token} approved`).to.equal(0n);
  }
  for (const holder of [zap, executor]) expect(await user.provider?.getBalance(holder)).to.equal(0n);
}

export async function signErc2612(
  token: string,
  name: string,
  owner: Signer,
  spender: string,
  value: bigint,
  nonce = 0n,
) {
  const chainId = await chainOf(owner);
  const types = {
    Permit: [
      { name: "owner", type: "address" },
      { name: "spender", type: "address" },
      { name: "value", type: "uint256" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
  };
  const domain = { name, version: "1", chainId, verifyingContract: token };
  const message = { owner: await owner.getAddress(), spender, value, nonce, deadline: MaxUint256 };
  return owner.signTypedData(domain, types, message);
}

export async function signPermit2(owner: Signer, token: string, amount: bigint, spender: string): Promise<string> {
  const chainId = await chainOf(owner);
  const types = {
    PermitTransferFrom: [
      { name: "permitted", type: "TokenPermissions" },
      { name: "spender", type: "address" },
      { name: "nonce", type: "uint256" },
      { name: "deadline", type: "uint256" },
    ],
    TokenPermissions: [
      { name: "token", type: "address" },
      { name: "amount", type: "uint256" },
    ],
  };
  const domain = { name: "Permit2", chainId, verifyingContract: PERMIT2_ADDRESS };
  const message = { permitted: { token, amount }, spender, nonce: 7n, deadline: MaxUint256 };
  return owner.signTypedData(domain, types, message);
}

async function chainOf(signer: Signer): Promise<bigint> {
  if (!signer.provider) throw new Error("the signer has no provider");
  return (await signer.provider.getNetwork()).chainId;
}

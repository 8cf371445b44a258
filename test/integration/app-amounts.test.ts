import { expect } from "chai";
import { network } from "hardhat";
import { type Address, formatUnits, getAddress, maxUint256, type PublicClient, parseUnits } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { getBlockNumber, readContract } from "viem/actions";
import { atLeast, atMost, formatAmount, parseAmount, shareValue, usdValue } from "../../app/src/amounts.ts";
import type { PayToken } from "../../app/src/data/payToken.ts";
import { type QuotePlace, quoteBuy, quoteKind, quoteSell, tokenTrade } from "../../app/src/data/quotes.ts";
import { type Shown, usd18 } from "../../app/src/format.ts";
import { curveEnd, powerCurve } from "../../app/src/pages/stake/curve.ts";
import { planLock, type Term } from "../../app/src/pages/stake/lockForm.ts";
import {
  assetRegistryAbi,
  getLock,
  getNav,
  indexLensAbi,
  lock,
  lockScore,
  NATIVE,
  send,
  votingEscrowAbi,
} from "../../sdk/src/index.ts";
import { IndexLens__factory } from "../../typechain-types/index.js";
import { Random } from "../helpers/escrowOperations.ts";
import { deployPeriphery, erc20 } from "../helpers/periphery.ts";
import { fulfil, ONE_SHARE, tokenBalance, viemClient } from "../helpers/sdk.ts";
import { deployStaking, STAKE } from "../helpers/sdkGovernance.ts";

const { ethers, networkHelpers, provider } = await network.create();

/** Of 1,000 cases in all: baskets to mint, baskets to redeem, values in dollars, and powers of a lock. */
const CASES = 250;
const LOCKS = 50;
const ZAPS = 8;
const DAY = 86_400;
const WALLET = privateKeyToAccount(`0x${"43".repeat(32)}`);

/** An amount as a person types it: with spaces, without a zero in front, with a point or zeros at the end. */
function typed(random: Random, raw: bigint, decimals: number): string {
  const text = formatAmount(raw, decimals);
  const [, fraction] = text.split(".");
  const forms = [
    text,
    ` ${text} `,
    text.startsWith("0.") ? text.slice(1) : text,
    fraction === undefined ? `${text}.` : text.padEnd(text.length + decimals - fraction.length, "0"),
  ];
  return forms[random.index(forms.length)] ?? text;
}

/** Of any size up to `most`: as many small ones as large ones. */
function sized(random: Random, most: bigint): bigint {
  const digits = 1 + random.index(most.toString().length);
  return (random.below(10n ** BigInt(digits)) % most) + 1n;
}

/** {raw} that a label says. */
function said(words: string, decimals: number): bigint {
  return parseUnits((words.split(" ")[0] ?? "").replaceAll(",", ""), decimals);
}

/** A label that promises a bound may be short, but never in favour of the app. */
function expectBound(bound: "most" | "least", raw: bigint, decimals: number): void {
  const shown: Shown = (bound === "most" ? atMost : atLeast)(raw, decimals, "TOK");
  expect(said(shown.exact, decimals)).to.equal(raw);
  const short = said(shown.short, decimals);
  expect(bound === "most" ? short >= raw : short <= raw, `${shown.short} for ${raw}`).to.equal(true);
  // Near enough to be of use: four digits behind the point, six where it is less than one.
  const step = raw >= 10n ** BigInt(decimals) ? parseUnits("0.0001", decimals) : raw / 10n ** 5n;
  const gap = short > raw ? short - raw : raw - short;
  expect(gap <= (step > 1n ? step : 1n), `${shown.short} for ${raw}`).to.equal(true);
}

describe("the app's figures and the contracts'", () => {
  it("agree about 250 baskets to mint, 250 to redeem and 250 values, with fees and slippage", async () => {
    const { client, vault, lens, holder, protocol } = await networkHelpers.loadFixture(staked);
    const registry = getAddress(await protocol.assetRegistry.getAddress());
    const deployment = { contracts: { IndexLens: lens } };
    const place = { client, deployment, vault, account: holder } as unknown as QuotePlace;
    const random = new Random(9n);
    const decimals = new Map<string, number>();
    let minted = 0;
    for (let i = 0; i < CASES; i++) {
      if (i % 10 === 0) await networkHelpers.time.increase(1 + random.index(20 * DAY));
      const raw = sized(random, 10n ** 22n);
      const slippageBps = random.index(501);
      const { raw: shares = 0n } = parseAmount(typed(random, raw, 18), 18);
      expect(shares).to.equal(raw);

      const blockNumber = await getBlockNumber(client, { cacheTime: 0 });
      const at = { address: lens, abi: indexLensAbi, blockNumber } as const;
      const [buy, sell, mint, redeem, nav] = await Promise.all([
        quoteKind(place, { side: "buy", shares, slippageBps, skip: [] }),
        quoteKind(place, { side: "sell", shares, slippageBps, skip: [] }),
        readContract(client, { ...at, functionName: "previewMint", args: [vault, shares] }),
        readContract(client, { ...at, functionName: "previewRedeem", args: [vault, shares] }),
        getNav(client, { lens, vault, blockNumber }),
      ]);
      expect(buy.amounts.map(({ amount }) => amount)).to.deep.equal(mint[0]);
      expect(sell.amounts.map(({ amount }) => amount)).to.deep.equal(redeem[0]);
      expect(buy.feeShares).to.equal(mint[1]);
      expectBound("most", mint[1], 18);
      let worth = 0n;
      let dust = shares / ONE_SHARE + 1n;
      for (const [leg, { token, amount }] of buy.amounts.entries()) {
        const digits = decimals.get(token) ?? (await decimalsOf(token, client));
        decimals.set(token, digits);
        const [most, least] = [buy.limits[leg]?.amount ?? 0n, sell.limits[leg]?.amount ?? 0n];
        const paid = redeem[0][leg] ?? 0n;
        // To the last raw unit: not one more is allowed than the slippage, and not one less.
        expect(most * 10_000n >= amount * BigInt(10_000 + slippageBps)).to.equal(true);
        expect((most - 1n) * 10_000n < amount * BigInt(10_000 + slippageBps) || most === 0n).to.equal(true);
        expect(least * 10_000n <= paid * BigInt(10_000 - slippageBps)).to.equal(true);
        expect((least + 1n) * 10_000n > paid * BigInt(10_000 - slippageBps)).to.equal(true);
        expectBound("most", most, digits);
        expectBound("least", least, digits);
        const price = await readContract(client, {
          ...{ address: registry, abi: assetRegistryAbi, functionName: "price", args: [token], blockNumber },
        });
        worth += usdValue(amount, price, digits);
        dust += usdValue(1n, price, digits) + 1n;
      }
      expect(worth).to.equal(mint[2]);
      const value = shareValue(shares, nav.perShare);
      // The basket is paid in whole raw units, the value is not: less than one unit of each token lies between.
      expect(value >= redeem[1] && value - redeem[1] <= dust, `${value} for ${redeem[1]}`).to.equal(true);
      const shown = Number(usd18(value).exact.slice(1).replaceAll(",", ""));
      expect(Math.abs(shown - Number(formatUnits(value, 18)))).to.be.most(Math.max(1e-8, shown * 1e-12));

      if (i % 25 !== 0 || shares > 1_000n * ONE_SHARE) continue;
      minted++;
      const before = await Promise.all(buy.amounts.map(({ token }) => tokenBalance(client, token, holder)));
      const held = await tokenBalance(client, vault, holder);
      await fulfil(client, buy.action as Parameters<typeof fulfil>[1]);
      expect((await tokenBalance(client, vault, holder)) - held).to.equal(shares);
      for (const [leg, { token, amount }] of buy.limits.entries()) {
        const pulled = (before[leg] ?? 0n) - (await tokenBalance(client, token, holder));
        expect(pulled <= amount && pulled > 0n, `${pulled} of ${amount}`).to.equal(true);
      }
    }
    expect(minted).to.be.greaterThan(5);
  });

  it("agree about 250 powers and scores of locks, before the lock is made", async () => {
    const { client, escrow, scores, holder, contracts } = await networkHelpers.loadFixture(staked);
    const signer = await ethers.getSigner(holder);
    await contracts.gim.connect(signer).approve(escrow, maxUint256);
    const random = new Random(10n);
    let made = 0;
    while (made < LOCKS) {
      const restore = await networkHelpers.takeSnapshot();
      await networkHelpers.time.increase(1 + random.index(90 * DAY));
      for (const isFirst of [true, false]) {
        const held = await getLock(client, { escrow, scores, account: holder });
        const raw = sized(random, STAKE / 4n);
        const months = { kind: "months", months: 1 + random.index(12) } as const;
        const terms: readonly Term[] = isFirst ? [months, { kind: "longest" }] : [months, { kind: "keep" }];
        const term = terms[random.index(terms.length)] ?? months;
        const plan = planLock({ amountText: typed(random, raw, 18), term, lock: held, balance: STAKE });
        if (plan.next === undefined || plan.fault !== undefined) continue;
        expect(plan.amount).to.equal(raw);
        await networkHelpers.time.setNextBlockTimestamp(held.timestamp + 1n);
        const { amount, newEnd, next } = plan;
        const action = await lock(client, { escrow, amount, newEnd, account: holder });
        await send(client, { tx: action.buildTx() });
        const after = await getLock(client, { escrow, scores, account: holder });
        expect([after.amount, after.end]).to.deep.equal([next.amount, next.end]);
        made++;
        const curve = powerCurve(next, after.timestamp, curveEnd([next], after.timestamp));
        for (let point = 0; point < CASES / LOCKS; point++) {
          const { at, power } = curve[random.index(curve.length)] ?? { at: 0n, power: -1n };
          const asked = { address: escrow, abi: votingEscrowAbi, args: [holder, at] } as const;
          expect(await readContract(client, { ...asked, functionName: "balanceOfAt" })).to.equal(power);
          expect(await readContract(client, { ...asked, functionName: "scoreAt" })).to.equal(lockScore(next, at));
          expectBound("least", power, 18);
        }
        await networkHelpers.time.increase(1 + random.index(14 * DAY));
      }
      await restore.restore();
    }
  });

  it("keep every promise of a zap: shares, maximum paid, minimum received", async () => {
    const { place, tokens } = await networkHelpers.loadFixture(traded);
    const { client, vault } = place;
    const random = new Random(11n);
    for (let i = 0; i < ZAPS; i++) {
      const token = tokens[i % tokens.length] as PayToken;
      const slippageBps = 30 + random.index(300);
      // $20 to $5,000 of it.
      const budget = parseAmount(
        typed(random, worthOf(token, 20 + random.index(4_980)), token.decimals),
        token.decimals,
      );
      const order = { token, budget: budget.raw ?? 0n, slippageBps };
      const quote = await quoteBuy(place, order);
      expect(quote.limit <= order.budget, "never more than was typed").to.equal(true);
      expect(quote.limit * 100n >= order.budget * 97n, `${quote.limit} of ${order.budget}`).to.equal(true);
      expectBound("most", quote.limit, token.decimals);
      const [, feeShares] = await readContract(client, {
        ...{ address: place.deployment.contracts.IndexLens, abi: indexLensAbi, functionName: "previewMint" as const },
        args: [vault, quote.shares],
      });
      expect(quote.feeShares).to.equal(feeShares);
      const held = await tokenBalance(client, vault, WALLET.address);
      const at = { ...place, account: WALLET.address, authorization: "approval" } as const;
      const buy = await tokenTrade(at, "buy", token, quote);
      const { refunded } = (await buy.simulate({ account: WALLET })) as { refunded: bigint };
      await send(client, { tx: buy.buildTx(), account: WALLET });
      expect((await tokenBalance(client, vault, WALLET.address)) - held).to.equal(quote.shares);
      const paid = quote.limit - refunded;
      expect(paid > 0n && paid * 1_000n <= quote.quoted * 1_010n, `${paid} for ${quote.quoted}`).to.equal(true);

      const { raw: sold = 0n } = parseAmount(typed(random, sized(random, quote.shares), 18), 18);
      const shares = sold < 10n ** 14n ? sold + 10n ** 14n : sold;
      const offer = await quoteSell(place, { token, shares, slippageBps });
      expectBound("least", offer.limit, token.decimals);
      const sell = await tokenTrade(at, "sell", token, offer);
      const { amountOut } = (await sell.simulate({ account: WALLET })) as { amountOut: bigint };
      expect(amountOut >= offer.limit, `${amountOut} for ${offer.limit}`).to.equal(true);
      expect(offer.limit * 10_000n <= offer.quoted * BigInt(10_000 - slippageBps)).to.equal(true);
    }
  });
});

const staked = () => deployStaking(ethers, provider);

function decimalsOf(token: Address, client: Parameters<typeof readContract>[0]): Promise<number> {
  const abi = [
    { type: "function", name: "decimals", inputs: [], outputs: [{ type: "uint8" }], stateMutability: "view" },
  ] as const;
  return readContract(client, { address: token, abi, functionName: "decimals" });
}

/** {raw tokens} worth that many dollars at the prices of the world's feeds. */
function worthOf({ symbol, decimals }: PayToken, dollars: number): bigint {
  const price = { USDT: 1n, CASH: 1n, ETH: 2_000n, WETH: 2_000n, BTC: 100_000n }[symbol] ?? 1n;
  return (BigInt(dollars) * 10n ** BigInt(decimals)) / price + 1n;
}

/** Pools, zap and lens, and a wallet with one token of each kind. */
async function traded() {
  const { stack, at, vault, zap, usd, btc, protocol, owner, user } = await deployPeriphery(ethers);
  const { factory, assetRegistry, keeperRegistry } = protocol;
  const lens = await new IndexLens__factory(owner).deploy(factory, assetRegistry, keeperRegistry);
  const signer = await ethers.getImpersonatedSigner(WALLET.address);
  await networkHelpers.setBalance(WALLET.address, 10_000n * ONE_SHARE);
  await usd.mint(WALLET.address, 10n ** 12n);
  await btc.mint(WALLET.address, 10n ** 10n);
  await stack.weth
    .connect(signer)
    .getFunction("deposit")
    .send({ value: 1_000n * ONE_SHARE });
  for (const token of [at.USDT, at.BTC, at.WETH, String(vault.target)]) {
    await erc20(token, signer).approve(zap, maxUint256);
  }
  await vault.connect(user).transfer(WALLET.address, ONE_SHARE);
  const token = (symbol: "USDT" | "BTC" | "WETH", decimals: number): PayToken => ({
    ...{ address: getAddress(at[symbol]), symbol, decimals },
  });
  const address = async (contract: { getAddress(): Promise<string> }) => getAddress(await contract.getAddress());
  const usdt = token("USDT", 6);
  const place = {
    client: viemClient(provider, WALLET) as PublicClient,
    vault: getAddress(String(vault.target)),
    account: WALLET.address,
    deployment: {
      contracts: {
        IndexLens: await address(lens),
        AssetRegistry: await address(assetRegistry),
        Zap: await address(zap),
      },
      external: {
        uniswapV3Factory: String(stack.factory.target),
        quoterV2: String(stack.quoter.target),
        weth: getAddress(String(stack.weth.target)),
      },
      tokens: { USDC: { address: usdt.address, decimals: 6 } },
    },
  } as unknown as QuotePlace;
  const ether: PayToken = { address: NATIVE, symbol: "ETH", decimals: 18 };
  return { place, tokens: [usdt, token("BTC", 8), token("WETH", 18), ether] };
}

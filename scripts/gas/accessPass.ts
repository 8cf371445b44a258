// What those who use the services pay, and what it costs to settle what they used.
import { MaxUint256, ZeroAddress } from "ethers";
import { network } from "hardhat";
import { type Address, numberToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import {
  getUsageReceiptTypedData,
  type SignedUsage,
  toSignedUsage,
  type UsageReceipt,
} from "../../sdk/src/services/usageReceipt.ts";
import { deployMarketplace, type Marketplace, SIGNALS, USD } from "../../test/helpers/strategyMarket.ts";
import type { Measurements } from "../snapshot.ts";
import { txGas } from "./measure.ts";
import { DAY } from "./world.ts";

const RECEIPTS = 500;
const UNITS = 10n; // {credits} of a payer and receipt
const FIRST_SECRET = 0x9000n;
const VALID_UNTIL = 2_000_000_000; // {s}
const KEY_UNTIL = 1_772_000_000; // {s} February 2026
/** With 200 it is just within the promise. */
const PAYERS = [25, 100, 200, 500];

/**
 * Each call as somebody makes it who has used the contract before, unless it says otherwise. On a chain of its own, where the
 * contract always has the same address: signatures depend on it, and the zeros in them cost less.
 */
export async function measurePass(into: Measurements): Promise<void> {
  const initialDate = "2026-01-05T00:00:00Z";
  const chain = await network.create({ network: "default", override: { initialDate } });
  const world = { ...(await deployMarketplace(await chain.ethers.getSigners(), chain.networkHelpers)), chain };
  await measurePurchases(world, into);
  await measureMeters(world, into);
  for (const payers of PAYERS) await measureSettling(world, payers, into);
  await measureClaim(world, into);
}

type World = Marketplace & { chain: Awaited<ReturnType<typeof network.create>> };

async function measurePurchases({ pass, usdc, gim, owner, buyer }: World, into: Measurements): Promise<void> {
  await usdc.connect(buyer).approve(pass, MaxUint256);
  await gim.connect(buyer).approve(pass, MaxUint256);
  const own = pass.connect(buyer);
  const buy = () => own.buyCredits(SIGNALS, 100n, usdc, USD, buyer);
  into["buy credits, first time, tx"] = await txGas(buy());
  into["buy credits again, tx"] = await txGas(buy());

  await pass.connect(owner).addPlan({ usdcPrice: USD, gimPrice: 0n, services: 0b10n, creditsPerDay: 100n });
  const subscribe = () => own.buyPlan(0n, 1n, usdc, USD, buyer);
  into["buy a plan, tx"] = await txGas(subscribe());
  into["prolong a plan, tx"] = await txGas(subscribe());

  await pass.connect(owner).setTrialCredits(50n);
  into["start a trial, tx"] = await txGas(own.startTrial());
}

async function measureMeters({ pass, buyer, other, chain }: World, into: Measurements): Promise<void> {
  const own = pass.connect(buyer);
  into["load a meter, first time, tx"] = await txGas(own.load(SIGNALS, 50n));
  into["load a meter again, tx"] = await txGas(own.load(SIGNALS, 50n));
  into["give notice to unload, tx"] = await txGas(own.requestUnload(SIGNALS, 50n));
  await chain.networkHelpers.time.increase(DAY);
  into["unload a meter, tx"] = await txGas(own.unload(SIGNALS));

  into["name a key, tx"] = await txGas(own.setKey(other, KEY_UNTIL));
  into["name no key, tx"] = await txGas(own.setKey(ZeroAddress, 0n));
}

/** Receipts for asset 1, as evenly of all payers as can be; each has settled one before. */
async function measureSettling(world: World, payers: number, into: Measurements): Promise<void> {
  const { pass, usdc, owner } = world;
  const accounts = Array.from({ length: payers }, (_, i) =>
    privateKeyToAccount(numberToHex(FIRST_SECRET + BigInt(1_000 * payers + i), { size: 32 })),
  );
  const units = UNITS * BigInt(Math.ceil(RECEIPTS / payers) + 1);
  await usdc.mint(owner, BigInt(payers) * units * USD);
  await usdc.approve(pass, MaxUint256);
  await pass.buyCredits(SIGNALS, BigInt(payers) * units, usdc, MaxUint256, owner);
  for (const { address } of accounts) await fill(world, address, units);

  await settle(world, accounts, 0, payers);
  const { used } = await pass.supplyOf(SIGNALS);
  const name = `settle ${RECEIPTS} receipts of ${payers} accounts, tx`;
  into[name] = await txGas(settle(world, accounts, 1, RECEIPTS));
  const counted = (await pass.supplyOf(SIGNALS)).used - used;
  if (counted !== BigInt(RECEIPTS) * UNITS) throw new Error(`${counted} units counted: some receipts did not`);
}

/** Gives credits to an account, which loads them. */
async function fill({ pass, owner, chain: { ethers, networkHelpers } }: World, account: Address, units: bigint) {
  await pass.safeTransferFrom(owner, account, SIGNALS, units, "0x");
  await networkHelpers.setBalance(account, 10n ** 18n);
  await networkHelpers.impersonateAccount(account);
  await pass.connect(await ethers.getSigner(account)).load(SIGNALS, units);
  await networkHelpers.stopImpersonatingAccount(account);
}

/** Settles `total` receipts of the accounts, of each from a nonce on, as the SDK signs and packs them. */
async function settle({ pass, chain }: World, accounts: readonly PrivateKeyAccount[], first: number, total: number) {
  const accessPass = (await pass.getAddress()) as Address;
  const { chainId } = await chain.ethers.provider.getNetwork();
  const domain = { chainId: Number(chainId), accessPass };
  const sign = async (account: PrivateKeyAccount, nonce: number): Promise<SignedUsage> => {
    const about = { account: account.address, id: SIGNALS, asset: 1n, nonce: BigInt(nonce) };
    const receipt: UsageReceipt = { ...about, units: Number(UNITS), validUntil: VALID_UNTIL };
    return toSignedUsage(receipt, await account.signTypedData(getUsageReceiptTypedData(domain, receipt)));
  };
  const groups = await Promise.all(
    accounts.map(async (account, place) => {
      const until = (i: number) => Math.floor((total * i) / accounts.length);
      const nonces = Array.from({ length: until(place + 1) - until(place) }, (_, i) => first + i);
      const receipts = await Promise.all(nonces.map((nonce) => sign(account, nonce)));
      return { account: account.address, id: SIGNALS, asset: 1n, receipts };
    }),
  );
  return pass.settle(groups);
}

async function measureClaim({ pass, usdc, seller }: World, into: Measurements): Promise<void> {
  await usdc.mint(seller, 1n);
  into["claim what an asset earned, tx"] = await txGas(pass.claimEarned(1n, usdc));
}

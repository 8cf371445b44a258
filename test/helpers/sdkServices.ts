import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, getAddress, keccak256, toHex } from "viem";
import { type AnyClient, type PreparedAction, registerStrategy, send } from "../../sdk/src/index.ts";
import {
  AccessPass__factory,
  GradeBook__factory,
  StrategyMarket__factory,
  StrategyRegistry__factory,
  StrategySharesFactory__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { failureOf, viemClient } from "./sdk.ts";
import { deployStaking } from "./sdkGovernance.ts";

/** One US dollar {raw USDC}. */
export const USD = 10n ** 6n;
export const FIRST_HASH = keccak256(toHex("first version"));
export const SECOND_HASH = keccak256(toHex("second version"));
/** {bps} of the creator's part of a vault's fees. */
export const ROYALTY_BPS = 2_000;
/** {bps} of a sale's price. */
export const RESALE_BPS = 500;
/** {bps} of a sale's price. */
export const MARKET_FEE_BPS = 250;
/** {raw USDC} of a credit for signals; {GIM wei} of the same. */
export const SIGNAL_PRICE = { usdc: 10_000n, gim: 10n ** 18n } as const;
/** {raw USDC} for 30 days of plan 0, which brings signals and decisions. */
export const PLAN_PRICE = 29n * USD;
export const TRIAL_CREDITS = 50;

const WITH_SIGNALS_AND_DECISIONS = (1 << 1) | (1 << 2);

/**
 * The index of the SDK's tests with all services on top: signals for USDC and GIM, decisions for USDC, one plan, trials.
 * The holder and the second account have dollars; the signer has too, and a key of its own.
 */
export async function deployServicesWorld(ethers: HardhatEthers, provider: EthereumProvider) {
  const stage = await deployStaking(ethers, provider);
  const { owner, creator, protocol, contracts, addressOf, holder, second, signer } = stage;
  const [gim, usdc] = [stage.gim, addressOf("USDC")];
  const registry = await new StrategyRegistry__factory(owner).deploy();
  const pass = await new AccessPass__factory(owner).deploy(
    usdc,
    gim,
    registry,
    contracts.scores,
    contracts.splitter,
    owner,
    "ipfs://{id}",
  );
  const sharesFactory = await new StrategySharesFactory__factory(owner).deploy(registry, usdc, gim, pass);
  const market = await new StrategyMarket__factory(owner).deploy(
    registry,
    pass,
    usdc,
    gim,
    contracts.splitter,
    MARKET_FEE_BPS,
    owner,
  );
  const gradeBook = await new GradeBook__factory(owner).deploy(protocol.factory);
  await pass.setCreditPrice(1, SIGNAL_PRICE.usdc, SIGNAL_PRICE.gim);
  await pass.setCreditPrice(2, SIGNAL_PRICE.usdc, 0);
  await pass.addPlan({
    usdcPrice: PLAN_PRICE,
    gimPrice: 0,
    services: WITH_SIGNALS_AND_DECISIONS,
    creditsPerDay: 5_000,
  });
  await pass.setTrialCredits(TRIAL_CREDITS);
  const dollars = TokenMock__factory.connect(usdc, owner);
  for (const account of [holder, second.address, signer.account.address]) await dollars.mint(account, 100_000n * USD);
  const at = async (contract: { getAddress(): Promise<string> }): Promise<Address> =>
    getAddress(await contract.getAddress());
  const services = {
    registry: await at(registry),
    pass: await at(pass),
    sharesFactory: await at(sharesFactory),
    market: await at(market),
    gradeBook: await at(gradeBook),
  };
  const curator = getAddress(creator.address);
  return {
    ...{ ...stage, ...services, usdc, dollars, passContract: pass },
    curator: { client: viemClient(provider, curator), address: curator },
  };
}

export type ServicesWorld = Awaited<ReturnType<typeof deployServicesWorld>>;

/** Registers a strategy of the client's account with a royalty of 20% and a resale royalty of 5%. Returns its id. */
export async function register({ registry }: ServicesWorld, client: AnyClient): Promise<bigint> {
  const terms = { uri: "ipfs://first", hash: FIRST_HASH, royaltyBps: ROYALTY_BPS, resaleBps: RESALE_BPS };
  const { id } = await sendOnly(client, registerStrategy(client, { registry, ...terms }));
  return id;
}

/** Sends an action that needs no approval; returns what its simulation said that it returns. */
export async function sendOnly<T>(client: AnyClient, action: PreparedAction<T>): Promise<T> {
  const result = await action.simulate();
  await send(client, { tx: action.buildTx() });
  return result;
}

/** The sentence of an action that must be refused, of the class that it should be. */
export async function sentenceOf<T extends Error>(
  type: abstract new (...args: never[]) => T,
  run: () => Promise<unknown> | { simulate: () => Promise<unknown> },
): Promise<string> {
  const error = await failureOf(type, async () => {
    const found = await run();
    if (typeof found === "object" && found !== null && "simulate" in found) {
      await (found as { simulate: () => Promise<unknown> }).simulate();
    }
  });
  return error.message.split("\n")[0] ?? "";
}

import { parseEther, parseUnits } from "viem";
import type { ServicesConfig } from "./types.ts";

const usd = (amount: string): bigint => parseUnits(amount, 6);
const NOT_SOLD = 0n;

/** Bits of a plan's services: bit n is what credits n pay for. */
const [SIGNALS, DECISIONS, COMPUTE, DATASETS] = [1 << 1, 1 << 2, 1 << 3, 1 << 4];

/**
 * What every network starts with. Nothing is sold for GIM before the DAO sets its prices: until GIM trades somewhere, any
 * such price would be a guess.
 */
export const SERVICES: ServicesConfig = {
  uri: 'data:application/json,{"name":"Gimbal access {id}","decimals":0}', // no server that could fall silent
  credits: {
    1: { usdc: usd("0.01"), gim: NOT_SOLD },
    2: { usdc: usd("0.01"), gim: NOT_SOLD },
    3: { usdc: usd("0.25"), gim: NOT_SOLD },
    4: { usdc: usd("0.05"), gim: NOT_SOLD },
  },
  plans: [
    { usdc: usd("29"), gim: NOT_SOLD, services: SIGNALS | DECISIONS, creditsPerDay: 5_000 },
    { usdc: usd("99"), gim: NOT_SOLD, services: SIGNALS | DECISIONS | COMPUTE | DATASETS, creditsPerDay: 50_000 },
  ],
  trialCredits: 50,
  marketFeeBps: 250,
};

/** {GIM wei per raw USDC} of a local chain, whose GIM is said to be worth 5 cents. */
const LOCAL_GIM_PER_USDC = parseEther("20") / 10n ** 6n;
const inGim = <T extends { usdc: bigint; gim: bigint }>(price: T): T => ({
  ...price,
  gim: price.usdc * LOCAL_GIM_PER_USDC,
});

/** The same for both currencies, on a chain that is nobody's money. */
export const LOCAL_SERVICES: ServicesConfig = {
  ...SERVICES,
  credits: {
    1: inGim(SERVICES.credits[1]),
    2: inGim(SERVICES.credits[2]),
    3: inGim(SERVICES.credits[3]),
    4: inGim(SERVICES.credits[4]),
  },
  plans: SERVICES.plans.map(inGim),
};

import { type Address, isAddressEqual, zeroAddress } from "viem";
import { getBlock, readContract } from "viem/actions";
import { accessPassAbi } from "../../../abis/accessPass.ts";
import { SERVICE_NAMES, type ServiceName, servicesIn } from "../../../services/credits.ts";
import { PASS_IDS } from "../../../services/usageReceipt.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../../client.ts";

export type GetCreditsParameters = AtBlock & {
  /** AccessPass. */
  pass: Address;
  account: Address;
};

/** Credits of one service. */
export type CreditBalance = {
  service: ServiceName;
  id: bigint;
  /** In the wallet: can be sold or loaded. */
  wallet: bigint;
  /** In the meter: pays for receipts. What the API holds unsettled is still in it. */
  meter: bigint;
  /** Of the meter, what is to leave it. */
  noticeUnits: bigint;
  /** {s} when that may leave; undefined without notice */
  noticeEndsAt: bigint | undefined;
  /** {raw USDC} of a credit, before discounts; 0: not sold for it */
  usdcPrice: bigint;
  /** {GIM wei} of a credit, before discounts; 0: not sold for it */
  gimPrice: bigint;
};

/** A plan, and what the account has of it. */
export type PlanBalance = {
  /** Number, from 0. */
  plan: number;
  services: readonly ServiceName[];
  creditsPerDay: number;
  /** {raw USDC} for 30 days; 0: not sold for it */
  usdcPrice: bigint;
  /** {GIM wei} for 30 days; 0: not sold for it */
  gimPrice: bigint;
  /** {s} when the account's ends or ended; undefined if it never had it */
  endsAt: bigint | undefined;
  isRunning: boolean;
};

export type TrialBalance = {
  /** "closed": none are given now. */
  state: "available" | "closed" | "running" | "over";
  /** Credits left of one that runs; of one that could begin, what it would have. */
  units: bigint;
  /** {s} undefined before it began */
  endsAt: bigint | undefined;
};

export type GetCreditsReturnType = {
  blockNumber: bigint;
  /** {s} of the block */
  timestamp: bigint;
  credits: readonly CreditBalance[];
  plans: readonly PlanBalance[];
  trial: TrialBalance;
  /** Who may sign receipts for the account; undefined when nobody else may, or the key has ended. */
  key: { address: Address; until: bigint } | undefined;
};

export type GetCreditsErrorType = ReadErrorType;

type At = { client: AnyClient; pass: Address; account: Address; blockNumber: bigint; timestamp: bigint };

function contractAt({ pass, blockNumber }: At) {
  return { address: pass, abi: accessPassAbi, blockNumber } as const;
}

async function creditsOf(here: At, service: ServiceName): Promise<CreditBalance> {
  const { client, account } = here;
  const at = contractAt(here);
  const id = PASS_IDS[service];
  const [wallet, [meter, noticeUnits, noticeEndsAt], { usdc, gim }] = await Promise.all([
    readContract(client, { ...at, functionName: "balanceOf", args: [account, id] }),
    readContract(client, { ...at, functionName: "meterOf", args: [account, id] }),
    readContract(client, { ...at, functionName: "priceOf", args: [id] }),
  ]);
  const notice = { noticeUnits, noticeEndsAt: noticeEndsAt === 0n ? undefined : noticeEndsAt };
  return Object.freeze({ service, id, wallet, meter, ...notice, usdcPrice: usdc, gimPrice: gim });
}

async function planOf(here: At, plan: number): Promise<PlanBalance> {
  const { client, account, timestamp } = here;
  const at = contractAt(here);
  const [{ services, creditsPerDay, usdcPrice, gimPrice }, endsAt] = await Promise.all([
    readContract(client, { ...at, functionName: "planOf", args: [BigInt(plan)] }),
    readContract(client, { ...at, functionName: "planEndsAt", args: [account, BigInt(plan)] }),
  ]);
  const term = { endsAt: endsAt === 0n ? undefined : endsAt, isRunning: endsAt > timestamp };
  return Object.freeze({ plan, services: servicesIn(services), creditsPerDay, usdcPrice, gimPrice, ...term });
}

async function trialOf(here: At): Promise<TrialBalance> {
  const { client, account, timestamp } = here;
  const at = contractAt(here);
  const [endsAt, [left], offered] = await Promise.all([
    readContract(client, { ...at, functionName: "trialEndsAt", args: [account] }),
    readContract(client, { ...at, functionName: "meterOf", args: [account, PASS_IDS.trial] }),
    readContract(client, { ...at, functionName: "trialCredits" }),
  ]);
  if (endsAt > timestamp) return { state: "running", units: left, endsAt };
  if (endsAt !== 0n) return { state: "over", units: 0n, endsAt };
  return { state: offered === 0 ? "closed" : "available", units: BigInt(offered), endsAt: undefined };
}

/**
 * What an account has of the services, at one block: credits in wallet and meter, plans with what they bring, trial, key.
 *
 * @example
 * const { credits, plans, trial } = await getCredits(client, { pass, account });
 * credits.map(({ service, meter, noticeUnits }) => `${service}: ${meter - noticeUnits}`);
 */
export async function getCredits(client: AnyClient, parameters: GetCreditsParameters): Promise<GetCreditsReturnType> {
  const { pass, account } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  return withTypedErrors(async () => {
    const { timestamp } = await getBlock(client, { blockNumber });
    const here = { client, pass, account, blockNumber, timestamp };
    const at = contractAt(here);
    const count = Number(await readContract(client, { ...at, functionName: "planCount" }));
    const [credits, plans, trial, [address, until]] = await Promise.all([
      Promise.all(SERVICE_NAMES.map((service) => creditsOf(here, service))),
      Promise.all(Array.from({ length: count }, (_, plan) => planOf(here, plan))),
      trialOf(here),
      readContract(client, { ...at, functionName: "keyOf", args: [account] }),
    ]);
    const key = isAddressEqual(address, zeroAddress) || until <= timestamp ? undefined : { address, until };
    return { blockNumber, timestamp, credits, plans, trial, key };
  });
}

import { accessPassAbi } from "@gimbal/sdk";
import { type Address, decodeFunctionData, type Hex, isAddressEqual, type PublicClient, parseEventLogs } from "viem";
import { UnavailableError } from "../http/problem.ts";
import { LogRanges } from "./logRanges.ts";
import type { PassPlace } from "./receipt.ts";
import { nameOf, type ReceiptKey, type UsedBy } from "./receiptBook.ts";
import { TRIAL } from "./services.ts";

/** What decides whether a receipt will be settled, as of one block. */
export interface Standing {
  readonly block: number;
  /** {credits} in the meter, or left of the trial */
  readonly units: bigint;
  /** {credits} of them that are to leave the meter */
  readonly noticeUnits: bigint;
  /** {s} of a trial; null: credits do not end */
  readonly endsAt: number | null;
  /** The newest key beside the account's own; null: none. `until` {s} */
  readonly key: { readonly address: Address; readonly until: number } | null;
  readonly isNonceUsed: boolean;
  /** {s} when the nonce may be cancelled; 0: no notice was given */
  readonly cancelReadyAt: number;
}

/** A plan that an account has. */
export interface RunningPlan {
  /** Its number, from 0. */
  readonly plan: bigint;
  /** Bit n: the service of credits n. */
  readonly services: bigint;
  readonly creditsPerDay: bigint;
  /** {s} */
  readonly endsAt: number;
}

/** Why a settlement left a receipt out. */
export type SkipReason = "nonce" | "expired" | "signature" | "units";

/** A receipt that a transaction left out. */
export interface Skip extends ReceiptKey {
  readonly reason: SkipReason;
}

/** What a mined transaction of ours did with the receipts in it. */
export interface Outcome {
  readonly counted: readonly ReceiptKey[];
  readonly skipped: readonly Skip[];
}

/** All that the API asks of the AccessPass contract. Small, so that a test can stand in for a chain. */
export interface PassReads {
  /** {s} of the newest block: the clock by which receipts, plans and trials end. */
  time(): Promise<number>;
  standing(key: ReceiptKey): Promise<Standing>;
  /** Plans of an account that end after `now` {s}. */
  plans(account: Address, now: number): Promise<readonly RunningPlan[]>;
  /** For each receipt whether its nonce is used, all as of one block. */
  used(keys: readonly ReceiptKey[]): Promise<{ readonly block: number; readonly used: readonly boolean[] }>;
  /** Those of the receipts whose nonce was cancelled, not settled. Every one is used. */
  cancelled(keys: readonly ReceiptKey[]): Promise<readonly ReceiptKey[]>;
  /** Of a mined transaction that called `settle`. */
  outcome(transaction: Hex): Promise<Outcome>;
  /** {credits} that were ever settled, by whomever, up to a block: for each of `by`. */
  settledUnits(by: readonly UsedBy[], block: number): Promise<readonly bigint[]>;
  /** {credits} in the meter that each receipt is settled from. */
  unitsLeft(keys: readonly ReceiptKey[]): Promise<readonly bigint[]>;
}

const REASONS: readonly SkipReason[] = ["nonce", "expired", "signature", "units"];
const NO_KEY = "0x0000000000000000000000000000000000000000";

/** Reads of one AccessPass through a node. Each throws {@link UnavailableError} when the node does not answer. */
export class ChainPassReads implements PassReads {
  readonly #client: PublicClient;
  readonly #address: Address;
  readonly #multicall: Address;
  readonly #fromBlock: bigint;
  /** Anybody can make us ask, by settling a receipt of his before we do, and many nodes refuse so many blocks at once. */
  readonly #logs = new LogRanges();

  /** `fromBlock`: the contract is not older. */
  constructor(client: PublicClient, place: PassPlace, multicall: Address, fromBlock: number) {
    this.#client = client;
    this.#address = place.contract;
    this.#multicall = multicall;
    this.#fromBlock = BigInt(fromBlock);
  }

  time(): Promise<number> {
    return asked(async () => Number((await this.#client.getBlock()).timestamp));
  }

  standing({ account, id, nonce }: ReceiptKey): Promise<Standing> {
    return asked(async () => {
      const block = await this.#client.getBlockNumber({ cacheTime: 0 });
      const call = { abi: accessPassAbi, address: this.#address } as const;
      const [meter, key, isNonceUsed, cancelReadyAt, trialEndsAt] = await this.#client.multicall({
        multicallAddress: this.#multicall,
        blockNumber: block,
        allowFailure: false,
        contracts: [
          { ...call, functionName: "meterOf", args: [account, id] },
          { ...call, functionName: "keyOf", args: [account] },
          { ...call, functionName: "isNonceUsed", args: [account, id, nonce] },
          { ...call, functionName: "cancelReadyAt", args: [account, id, nonce] },
          { ...call, functionName: "trialEndsAt", args: [account] },
        ],
      });
      const [units, noticeUnits] = meter;
      const [address, until] = key;
      return {
        ...{ block: Number(block), units, noticeUnits, isNonceUsed },
        endsAt: id === TRIAL ? Number(trialEndsAt) : null,
        key: isAddressEqual(address, NO_KEY) ? null : { address, until: Number(until) },
        cancelReadyAt: Number(cancelReadyAt),
      };
    });
  }

  plans(account: Address, now: number): Promise<readonly RunningPlan[]> {
    return asked(async () => {
      const call = { abi: accessPassAbi, address: this.#address } as const;
      const count = await this.#client.readContract({ ...call, functionName: "planCount" });
      const numbers = Array.from({ length: Number(count) }, (_, plan) => BigInt(plan));
      const ends = await this.#many(
        numbers.map((plan) => ({ ...call, functionName: "planEndsAt" as const, args: [account, plan] as const })),
      );
      const running = numbers.flatMap((plan, i) => {
        const endsAt = Number(ends[i] ?? 0n);
        return endsAt > now ? [{ plan, endsAt }] : [];
      });
      return Promise.all(
        running.map(async ({ plan, endsAt }) => {
          const terms = await this.#client.readContract({ ...call, functionName: "planOf", args: [plan] });
          const { services, creditsPerDay } = terms;
          return { plan, endsAt, services: BigInt(services), creditsPerDay: BigInt(creditsPerDay) };
        }),
      );
    });
  }

  used(keys: readonly ReceiptKey[]): Promise<{ readonly block: number; readonly used: readonly boolean[] }> {
    return asked(async () => {
      const block = await this.#client.getBlockNumber({ cacheTime: 0 });
      const call = { abi: accessPassAbi, address: this.#address } as const;
      const used = await this.#client.multicall({
        multicallAddress: this.#multicall,
        blockNumber: block,
        allowFailure: false,
        contracts: keys.map(({ account, id, nonce }) => {
          return { ...call, functionName: "isNonceUsed" as const, args: [account, id, nonce] as const };
        }),
      });
      return { block: Number(block), used };
    });
  }

  cancelled(keys: readonly ReceiptKey[]): Promise<readonly ReceiptKey[]> {
    return asked(async () => {
      if (keys.length === 0) return [];
      const account = accountsOf(keys);
      const call = { abi: accessPassAbi, address: this.#address, strict: true } as const;
      const newest = await this.#client.getBlockNumber({ cacheTime: 0 });
      const logs = await this.#logs.read(this.#fromBlock, newest, (range) =>
        this.#client.getContractEvents({ ...call, eventName: "NonceCancelled", args: { account }, ...range }),
      );
      return keys.filter((key) =>
        logs.some(({ args }) => {
          return isAddressEqual(args.account, key.account) && args.id === key.id && args.nonce === key.nonce;
        }),
      );
    });
  }

  outcome(transaction: Hex): Promise<Outcome> {
    return asked(async () => {
      const [{ logs }, { input }] = await Promise.all([
        this.#client.getTransactionReceipt({ hash: transaction }),
        this.#client.getTransaction({ hash: transaction }),
      ]);
      const own = logs.filter(({ address }) => isAddressEqual(address, this.#address));
      const found = parseEventLogs({ abi: accessPassAbi, eventName: "ReceiptSkipped", logs: own });
      const skipped = found.map(({ args: { account, id, nonce, reason } }) => {
        return { account, id, nonce, reason: REASONS[reason] ?? "nonce" };
      });
      const left = new Set(skipped.map(nameOf));
      return { skipped, counted: settledBy(input).filter((key) => !left.has(nameOf(key))) };
    });
  }

  settledUnits(by: readonly UsedBy[], block: number): Promise<readonly bigint[]> {
    return asked(async () => {
      if (by.length === 0) return [];
      const account = accountsOf(by);
      const call = { abi: accessPassAbi, address: this.#address, strict: true } as const;
      const logs = await this.#logs.read(this.#fromBlock, BigInt(block), (range) =>
        this.#client.getContractEvents({ ...call, eventName: "Settled", args: { account }, ...range }),
      );
      return by.map((used) => {
        const own = logs.filter(({ args }) => {
          return isAddressEqual(args.account, used.account) && args.id === used.id && args.asset === used.asset;
        });
        return own.reduce((sum, { args }) => sum + args.units, 0n);
      });
    });
  }

  unitsLeft(keys: readonly ReceiptKey[]): Promise<readonly bigint[]> {
    return asked(async () => {
      const call = { abi: accessPassAbi, address: this.#address, functionName: "meterOf" } as const;
      const meters = await this.#client.multicall({
        multicallAddress: this.#multicall,
        allowFailure: false,
        contracts: keys.map(({ account, id }) => ({ ...call, args: [account, id] as const })),
      });
      return meters.map(([units]) => units);
    });
  }

  #many(
    contracts: readonly {
      abi: typeof accessPassAbi;
      address: Address;
      functionName: "planEndsAt";
      args: readonly [Address, bigint];
    }[],
  ): Promise<readonly bigint[]> {
    if (contracts.length === 0) return Promise.resolve([]);
    return this.#client.multicall({
      multicallAddress: this.#multicall,
      allowFailure: false,
      contracts: [...contracts],
    });
  }
}

function accountsOf(keys: readonly { readonly account: Address }[]): Address[] {
  return [...new Set(keys.map(({ account }) => account))];
}

/** Receipts that a call of `settle` brings. */
export function settledBy(input: Hex): readonly ReceiptKey[] {
  const { functionName, args } = decodeFunctionData({ abi: accessPassAbi, data: input });
  if (functionName !== "settle") return [];
  return args[0].flatMap(({ account, id, receipts }) => receipts.map(({ nonce }) => ({ account, id, nonce })));
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const detail = "The node could not be asked about credits. Try again in a moment; nothing was taken.";
    throw new UnavailableError(["node"], detail, { cause });
  }
}

import { accessPassAbi, type UsageReceipt } from "@gimbal/sdk";
import {
  type Address,
  decodeFunctionData,
  getAddress,
  type Hex,
  hashTypedData,
  keccak256,
  parseTransaction,
  recoverAddress,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { FakeChain } from "../../../keeper/src/execute/fakeChain.fixture.ts";
import { accessContext, type HandClock } from "../access/access.fixture.ts";
import { ACCESS_LIMITS } from "../access/limits.ts";
import { FIXTURE } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { CREDIT_SETTINGS, Credits } from "./credits.ts";
import type { Outcome, PassReads, RunningPlan, Skip, Standing } from "./passReads.ts";
import { encodeReceipt, type PassPlace, type SignedReceipt, usageReceiptTypedData } from "./receipt.ts";
import { nameOf, ReceiptBook, type ReceiptKey, type UsedBy } from "./receiptBook.ts";
import { type StrategyReads, TRIAL } from "./services.ts";

export const PLACE: PassPlace = {
  chainId: FIXTURE.chainId,
  contract: getAddress("0x00000000000000000000000000000000000000ab"),
};
/** Somebody who pays, and a key of hers; they are good for nothing else. */
export const PAYER = privateKeyToAccount(`0x${"c1".repeat(32)}`);
export const SESSION_KEY = privateKeyToAccount(`0x${"c2".repeat(32)}`);
export const START = 1_795_000_000;

/** Stands in for the contract: meters, keys and nonces of accounts, as IAccessPass describes them. */
export class FakePass implements PassReads {
  now = START;
  block = 10;
  /** The block that reads tell of; undefined: the newest. */
  readBlock: number | undefined;
  meters = new Map<string, { units: bigint; notice: bigint }>();
  keys = new Map<Address, { address: Address; until: number }>();
  usedNames = new Set<string>();
  cancelledNames = new Set<string>();
  cancelReady = new Map<string, number>();
  trialEndsAt = 0;
  running: RunningPlan[] = [];
  outcomes = new Map<Hex, Outcome>();
  /** {credits} by account, id and asset */
  settledOnChain = new Map<string, bigint>();
  asked = 0;

  fill(account: Address, id: bigint, units: bigint, notice = 0n): void {
    this.meters.set(`${account}/${id}`, { units, notice });
  }
  meterOf(account: Address, id: bigint): bigint {
    return this.meters.get(`${account}/${id}`)?.units ?? 0n;
  }
  async time() {
    return this.now;
  }
  async standing(key: ReceiptKey): Promise<Standing> {
    this.asked++;
    const meter = this.meters.get(`${key.account}/${key.id}`) ?? { units: 0n, notice: 0n };
    return {
      block: this.readBlock ?? this.block,
      units: meter.units,
      noticeUnits: meter.notice,
      endsAt: key.id === TRIAL ? this.trialEndsAt : null,
      key: this.keys.get(key.account) ?? null,
      isNonceUsed: this.usedNames.has(nameOf(key)),
      cancelReadyAt: this.cancelReady.get(nameOf(key)) ?? 0,
    };
  }
  async plans(_: Address, now: number) {
    return this.running.filter(({ endsAt }) => endsAt > now);
  }
  async used(keys: readonly ReceiptKey[]) {
    return { block: this.block, used: keys.map((key) => this.usedNames.has(nameOf(key))) };
  }
  async cancelled(keys: readonly ReceiptKey[]) {
    return keys.filter((key) => this.cancelledNames.has(nameOf(key)));
  }
  async outcome(transaction: Hex) {
    return this.outcomes.get(transaction) ?? { counted: [], skipped: [] };
  }
  async settledUnits(by: readonly UsedBy[]) {
    return by.map(({ account, id, asset }) => this.settledOnChain.get(`${account}/${id}/${asset}`) ?? 0n);
  }
  async unitsLeft(keys: readonly ReceiptKey[]) {
    return keys.map(({ account, id }) => this.meterOf(account, id));
  }

  /** What the contract's `settle` does with a call. */
  async settle(hash: Hex, data: Hex): Promise<void> {
    const { args } = decodeFunctionData({ abi: accessPassAbi, data });
    const [groups] = args as readonly [
      readonly {
        account: Address;
        id: bigint;
        asset: bigint;
        receipts: readonly { nonce: bigint; units: number; validUntil: number; r: Hex; vs: Hex }[];
      }[],
    ];
    const skipped: Skip[] = [];
    const counted: ReceiptKey[] = [];
    this.block++;
    for (const { account, id, asset, receipts } of groups) {
      for (const { nonce, units, validUntil, r, vs } of receipts) {
        const key = { account, id, nonce };
        const signature = longForm(r, vs);
        const typed = usageReceiptTypedData(PLACE, { ...key, asset, units, validUntil });
        const signer = await recoverAddress({ hash: hashTypedData(typed), signature });
        const held = this.meterOf(account, id);
        const isOwn = signer === account || signer === this.keys.get(account)?.address;
        const reason = this.usedNames.has(nameOf(key))
          ? "nonce"
          : validUntil <= this.now
            ? "expired"
            : !isOwn
              ? "signature"
              : held < BigInt(units)
                ? "units"
                : null;
        if (reason === null) {
          this.usedNames.add(nameOf(key));
          this.fill(account, id, held - BigInt(units));
          counted.push(key);
          const name = `${account}/${id}/${asset}`;
          this.settledOnChain.set(name, (this.settledOnChain.get(name) ?? 0n) + BigInt(units));
        } else skipped.push({ ...key, reason });
      }
    }
    this.outcomes.set(hash, { counted, skipped });
  }
}

function longForm(r: Hex, vs: Hex): Hex {
  const value = BigInt(vs);
  const s = (value & (2n ** 255n - 1n)).toString(16).padStart(64, "0");
  return `${r}${s}${value >> 255n === 1n ? "1c" : "1b"}`;
}

/** A chain on which what is sent settles. */
export class SettlingChain extends FakeChain {
  readonly #pass: FakePass;

  constructor(pass: FakePass) {
    super();
    this.#pass = pass;
    this.now = START;
  }
  override async send(raw: Hex) {
    const { nonce = 0, data = "0x" } = parseTransaction(raw);
    if (nonce >= this.nonce && this.mining === "at once") await this.#pass.settle(keccak256(raw), data);
    return super.send(raw);
  }
}

/** A receipt of {@link PAYER} for one credit of signals, unless told otherwise, signed by `signer`. */
export async function signed(over: Partial<UsageReceipt> = {}, signer = PAYER, place = PLACE): Promise<SignedReceipt> {
  const receipt = {
    account: PAYER.address,
    id: 1n,
    asset: 0n,
    nonce: 0n,
    units: 1,
    validUntil: START + 86_400,
    ...over,
  };
  return { ...place, ...receipt, signature: await signer.signTypedData(usageReceiptTypedData(place, receipt)) };
}

/** The header of {@link signed}. */
export async function header(...parts: Parameters<typeof signed>): Promise<Record<string, string>> {
  return { "gimbal-receipt": encodeReceipt(await signed(...parts)) };
}

/** A context that sells, with a quota of `free` {requests}, and what a test looks into. */
export async function sellingContext(free: number, over: Partial<ApiContext> = {}) {
  const clock: HandClock = { now: START };
  const pass = new FakePass();
  const limits = { ...ACCESS_LIMITS, free: { name: "free", quota: free, window: 86_400 } };
  const base = await accessContext(clock, over, { limits });
  const book = new ReceiptBook(base.store.database, PLACE, "run-1");
  const settings = { ...CREDIT_SETTINGS, freeCompute: { ...CREDIT_SETTINGS.freeCompute, quota: 2 } };
  /** Strategies by vault. */
  const followed = new Map<Address, bigint>();
  const strategyReads: StrategyReads = { strategyAt: async (vault) => followed.get(getAddress(vault)) ?? 0n };
  const credits = new Credits({ place: PLACE, reads: pass, strategyReads, book, settings, ...base });
  const context: ApiContext = { ...base, credits };
  return { clock, pass, book, followed, context };
}

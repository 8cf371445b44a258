import type { Deployment } from "@gimbal/sdk";
import { type Address, getAddress, type Hex, isAddress, isHex, zeroAddress } from "viem";
import { parseAmount } from "../amounts.ts";

/** How a field is typed and read. */
export type FieldKind =
  | "address"
  | "amount"
  | "percent"
  | "whole"
  | "days"
  | "moment"
  | "flag"
  | "choice"
  | "hex"
  | "lines";

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly hint?: string;
  /** Unit at the end of the line. */
  readonly unit?: string;
  readonly options?: readonly (readonly [value: string, words: string])[];
  /** Asked only while another field is one of these. */
  readonly when?: { readonly field: string; readonly is: readonly string[] };
}

/** What was typed, by field. */
export type Typed = Readonly<Record<string, string>>;

/** Reads what was typed and gathers what is wrong with it. What cannot be read comes back as nothing, for faults refuse the form. */
export class FormReader {
  readonly deployment: Deployment;
  readonly #typed: Typed;
  readonly #faults = new Map<string, string>();

  constructor(typed: Typed, deployment: Deployment) {
    this.#typed = typed;
    this.deployment = deployment;
  }

  /** What is wrong, by field. */
  get faults(): ReadonlyMap<string, string> {
    return this.#faults;
  }

  text(name: string): string {
    return (this.#typed[name] ?? "").trim();
  }

  fail(name: string, words: string): void {
    if (!this.#faults.has(name)) this.#faults.set(name, words);
  }

  /** An address, or the name of a contract or token of the deployment. */
  address(name: string, { optional = false } = {}): Address {
    const text = this.text(name);
    if (text === "" && optional) return zeroAddress;
    const address = this.#resolve(text);
    if (address === undefined) this.fail(name, "Write an address, or a name of this deployment such as USDC.");
    return address ?? zeroAddress;
  }

  #resolve(text: string): Address | undefined {
    if (isAddress(text, { strict: false })) return getAddress(text);
    const { tokens, contracts } = this.deployment;
    const wanted = text.toLowerCase();
    const token = Object.entries(tokens).find(([symbol]) => symbol.toLowerCase() === wanted)?.[1].address;
    return token ?? Object.entries(contracts).find(([name]) => name.toLowerCase() === wanted)?.[1];
  }

  /** {bps} of a percentage. Two decimals at most: no rounding of what is voted on. */
  bps(name: string, most = 10_000): number {
    const { raw, fault } = parseAmount(this.text(name), 2);
    if (raw === undefined) this.fail(name, fault ?? "Write a percentage.");
    else if (raw > BigInt(most)) this.fail(name, `At most ${most / 100}%.`);
    return Number(raw ?? 0n);
  }

  /** {raw} */
  amount(name: string, decimals: number): bigint {
    const { raw, fault } = parseAmount(this.text(name), decimals);
    if (raw === undefined) this.fail(name, fault ?? "Write an amount.");
    return raw ?? 0n;
  }

  whole(name: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const text = this.text(name);
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) this.fail(name, "Write a whole number.");
    else if (value < least || value > most) this.fail(name, `From ${least} to ${most}.`);
    return Number.isSafeInteger(value) ? value : 0;
  }

  /** {s} of days, with decimals. */
  days(name: string): number {
    const { raw, fault } = parseAmount(this.text(name), 4);
    if (raw === undefined) this.fail(name, fault ?? "Write a number of days.");
    return Number(((raw ?? 0n) * 86_400n) / 10_000n);
  }

  /** {s since 1970} of a date and time in UTC. */
  moment(name: string): number {
    const text = this.text(name);
    const at = text === "" ? Number.NaN : Date.parse(`${text}Z`);
    if (Number.isNaN(at)) this.fail(name, "Choose a day and a time.");
    return Number.isNaN(at) ? 0 : Math.floor(at / 1_000);
  }

  flag(name: string): boolean {
    if (!["yes", "no"].includes(this.text(name))) this.fail(name, "Choose.");
    return this.text(name) === "yes";
  }

  hex(name: string, bytes?: number): Hex {
    const text = this.text(name) || "0x";
    const isRight = isHex(text) && text.length % 2 === 0 && (bytes === undefined || text.length === 2 + 2 * bytes);
    if (!isRight)
      this.fail(name, bytes === undefined ? "Write bytes as 0x and digits." : `Write 0x and ${bytes} bytes.`);
    return isRight ? text : "0x";
  }

  /** Addresses, one a line. */
  addresses(name: string): readonly Address[] {
    const lines = this.text(name)
      .split(/[\s,]+/)
      .filter((line) => line !== "");
    const found = lines.map((line) => this.#resolve(line));
    const wrong = found.indexOf(undefined);
    if (lines.length === 0) this.fail(name, "Write an address a line.");
    else if (wrong !== -1) this.fail(name, `Line ${wrong + 1} is no address.`);
    const unique = new Set(found);
    if (unique.size !== found.length) this.fail(name, "An address stands there twice.");
    return found.filter((address) => address !== undefined);
  }

  /** {decimals} of a token of the deployment; GIM has 18. */
  decimalsOf(name: string, token: Address): number {
    if (token === this.deployment.contracts.GovernanceToken) return 18;
    const known = Object.values(this.deployment.tokens).find(({ address }) => address === token);
    if (known === undefined && token !== zeroAddress) {
      this.fail(name, "The decimals of this token are not known here: use a raw call.");
    }
    return known?.decimals ?? 18;
  }
}

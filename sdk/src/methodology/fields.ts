import { BaseError } from "../errors/base.ts";

/** Thrown when a methodology's document is not what the format asks for. `path` says where. */
export class MethodologyInvalidError extends BaseError {
  override readonly name = "MethodologyInvalidError";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`The methodology is not usable: ${path} ${reason}. Correct the document.`, { docsPath: "/sdk/methodology" });
    this.path = path;
  }
}

/** An object with exactly these keys. */
export function fieldsOf<Key extends string>(
  value: unknown,
  path: string,
  keys: readonly Key[],
): { readonly [K in Key]: unknown } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new MethodologyInvalidError(path, "must be an object");
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key as Key));
  if (unknown !== undefined) throw new MethodologyInvalidError(`${path}.${unknown}`, "is not a field of the format");
  const missing = keys.find((key) => !(key in value));
  if (missing !== undefined) throw new MethodologyInvalidError(`${path}.${missing}`, "is missing");
  return value as { readonly [K in Key]: unknown };
}

/** A whole number within bounds, both included. */
export function wholeOf(value: unknown, path: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) {
    throw new MethodologyInvalidError(path, `must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** A text of that many characters that a reader sees as it is: no control characters, no blanks around it. */
export function textOf(value: unknown, path: string, least: number, most: number): string {
  const isText = typeof value === "string" && value.isWellFormed() && value.trim() === value;
  if (!isText || value.length < least || value.length > most || /\p{Cc}|\p{Cf}/u.test(value)) {
    throw new MethodologyInvalidError(path, `must be a text of ${least} to ${most} characters`);
  }
  return value;
}

/** One of the values named. */
export function choiceOf<Value extends string>(value: unknown, path: string, choices: readonly Value[]): Value {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new MethodologyInvalidError(path, `must be one of: ${choices.join(", ")}`);
  return found;
}

/** A list without repetition, each item read by `read`. */
export function listOf<Item extends string>(
  value: unknown,
  path: string,
  most: number,
  read: (item: unknown, path: string) => Item,
): readonly Item[] {
  if (!Array.isArray(value) || value.length > most) {
    throw new MethodologyInvalidError(path, `must be a list of at most ${most}`);
  }
  const items = value.map((item: unknown, index) => read(item, `${path}[${index}]`));
  if (new Set(items).size !== items.length) throw new MethodologyInvalidError(path, "must not repeat itself");
  return items;
}

/** The name of a token in the market data. */
export function symbolOf(value: unknown, path: string): string {
  if (typeof value === "string" && /^[A-Z0-9_.$-]{1,16}$/.test(value)) return value;
  throw new MethodologyInvalidError(path, "must be a symbol: 1 to 16 capitals and digits");
}

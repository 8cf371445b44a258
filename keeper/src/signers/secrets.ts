/** Whatever takes lines of text, as a log's destination does. */
export interface LineStream {
  write(line: string): unknown;
}

/** What stands where a secret would have been. */
export const CENSORED = "[secret]";

/** Fields of a log line that are never shown, whatever they hold. */
export const SECRET_FIELDS: readonly string[] = [
  "privateKey",
  "password",
  "passphrase",
  "mnemonic",
  "authorization",
].flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

const LEAST_LENGTH = 6; // of a secret; anything shorter would be found in half of all words

/**
 * The secrets that this process has read. Every line that leaves it passes `redact`, so that no mistake elsewhere can show
 * one: neither a log, nor an error of a library, nor what a remote signer says back.
 */
export class Secrets {
  readonly #forms = new Set<string>();
  #pattern: RegExp | null = null;

  /** Remembers a secret. A key of 32 bytes is also found without its 0x and as a decimal number. */
  add(secret: string): void {
    const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    const key = /^0x([0-9a-f]{64})$/i.exec(secret);
    if (key?.[1] !== undefined)
      forms.push(key[1], String(BigInt(secret)), Buffer.from(key[1], "hex").toString("base64"));
    for (const form of forms.filter(({ length }) => length >= LEAST_LENGTH)) this.#forms.add(form);
    const longestFirst = [...this.#forms].sort((a, b) => b.length - a.length);
    this.#pattern = longestFirst.length === 0 ? null : new RegExp(longestFirst.map(RegExp.escape).join("|"), "gi");
  }

  /** The text without any of the secrets. */
  redact(text: string): string {
    return this.#pattern === null ? text : text.replace(this.#pattern, CENSORED);
  }

  /** A stream in front of another one that lets no secret through. */
  guard(stream: LineStream): LineStream {
    return { write: (line) => stream.write(this.redact(line)) };
  }
}

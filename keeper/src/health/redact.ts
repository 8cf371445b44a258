/** Turns a text into one without secrets. */
export type Redactor = (text: string) => string;

const HIDDEN = "[hidden]";
/** Shorter ones would be found in innocent words. */
const SHORTEST_SECRET = 6;
const ADDRESS = /https?:\/\/[^\s"'`\\<>(){}]+/gi;
/** A field of a line of JSON whose name says that its value is nobody's business. */
const FIELD =
  /("[a-z0-9_-]{0,40}?(?:private_?key|api_?key|secret|passw(?:or)?d|passphrase|mnemonic|authorization|credential|cookie|(?:access|auth|bearer|refresh|session)_?token)s?"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** Fields that are called plainly `key` or `token`; in this project these may also name contracts. */
const PLAIN_FIELD = /("(?:key|token)"\s*:\s*)"(?!0x[0-9a-f]{40}")(?:[^"\\]|\\.)*"/gi;
const HEADER = /\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi;
/** Contracts, transactions and decisions are public. */
const PUBLIC = /^0x(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const LONGEST_WORD = 15;

/**
 * Hides secrets in texts: each of `secrets` wherever it stands, user names, passwords, keys and tokens in web addresses, and
 * values of JSON fields whose names tell that they are secret. A private key looks like any hash, so that keys must be in
 * `secrets`.
 */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = secrets
    .flatMap((secret) => [secret, secret.replace(/^0x/i, "")])
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    const plain = known.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
    return plain
      .replace(ADDRESS, redactAddress)
      .replace(FIELD, `$1"${HIDDEN}"`)
      .replace(PLAIN_FIELD, `$1"${HIDDEN}"`)
      .replace(HEADER, `$1 ${HIDDEN}`);
  };
}

/** The address without what may be a key: user and password, long parts of the path, and values of its query. */
function redactAddress(address: string): string {
  const [, scheme = "", rest = ""] = /^(https?:\/\/)(.*)$/i.exec(address) ?? [];
  const [beforeFragment = ""] = rest.split("#");
  const [place = "", query] = splitOnce(beforeFragment, "?");
  const [authority = "", ...path] = place.split("/");
  const host = authority.includes("@") ? `${HIDDEN}@${authority.slice(authority.lastIndexOf("@") + 1)}` : authority;
  const parts = path.map((part) => (looksSecret(part) ? HIDDEN : part));
  const shown = [host, ...parts].join("/");
  if (query === undefined) return `${scheme}${shown}`;
  const fields = query.split("&").map((field) => {
    const [name = "", value] = splitOnce(field, "=");
    return value === undefined ? name : `${name}=${HIDDEN}`;
  });
  return `${scheme}${shown}?${fields.join("&")}`;
}

function splitOnce(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** A long part with digits, or one longer than words are. */
function looksSecret(part: string): boolean {
  if (PUBLIC.test(part)) return false;
  return part.length > 2 * LONGEST_WORD || (part.length > LONGEST_WORD && /\d/.test(part) && /[a-z]/i.test(part));
}

/** The host of an address, by which nodes and webhooks are told apart without their keys. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "unknown";
  }
}

// Texts as the channels take them.

/** Longest that parts get, however many: what is longer ends with a remark. */
const MOST_PARTS = 5;
const REMARK = "... (shortened)";

/** Splits a text into parts of at most `limit` characters {UTF-16 units}, at a line's end, else at a space, never inside a character. */
export function splitText(text: string, limit: number): readonly string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    if (parts.length === MOST_PARTS - 1) {
      const room = rest.slice(0, wholeCharacters(rest, limit - REMARK.length));
      return [...parts, `${room}${REMARK}`];
    }
    const end = breakAt(rest, limit);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? parts : [...parts, rest];
}

function breakAt(text: string, limit: number): number {
  const window = text.slice(0, limit + 1);
  const line = window.lastIndexOf("\n");
  if (line > limit / 2) return line;
  const space = window.lastIndexOf(" ");
  return space > limit / 2 ? space : wholeCharacters(text, limit);
}

/** The end of the last character that fits: half a pair of surrogates is no character. */
function wholeCharacters(text: string, limit: number): number {
  const code = text.charCodeAt(limit - 1);
  return code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit;
}

/** Discord reads these as markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\*_~`|<>#[\]()@:-]/g, (sign) => `\\${sign}`);
}

/** {characters} that X counts for every link. */
const LINK_LENGTH = 23;
const LONGEST_POST = 280;

/** What X counts: two for what stands beyond the Latin, Greek, Cyrillic, Arabic and Indic letters. */
export function postLength(text: string): number {
  let length = 0;
  for (const sign of text) length += (sign.codePointAt(0) ?? 0) <= 0x10ff ? 1 : 2;
  return length;
}

/** One post: as much of the text as has room, and the link. Nobody is called by it. */
export function postOf(text: string, link: string | null): string {
  const plain = text.replace(/[@＠]/g, "(at) ").replace(/\n+/g, "\n").trim();
  const room = LONGEST_POST - (link === null ? 0 : LINK_LENGTH + 1);
  if (postLength(plain) <= room) return link === null ? plain : `${plain} ${link}`;
  let short = "";
  let length = 3;
  for (const sign of plain) {
    length += postLength(sign);
    if (length > room) break;
    short += sign;
  }
  const end = short.lastIndexOf(" ");
  const words = `${(end > short.length / 2 ? short.slice(0, end) : short).trimEnd()}...`;
  return link === null ? words : `${words} ${link}`;
}

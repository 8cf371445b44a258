import { createHash } from "node:crypto";
import { CursorInvalidError } from "./problem.ts";
import type { z } from "./schemas.ts";

const MARK_LENGTH = 12;
const WORDS = "The cursor is damaged or belongs to another list. Start again without it.";

/** What names a list: its route and all parameters but `cursor` and `limit`. */
export function listName(route: string, parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters)
    .filter(([name, value]) => name !== "cursor" && name !== "limit" && value !== undefined)
    .map(([name, value]) => [name, String(value)])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return JSON.stringify([route, entries]);
}

/** The place where a page ends, as callers pass it back. `list`: what `listName` gives. */
export function encodeCursor(list: string, position: unknown): string {
  const text = JSON.stringify(position);
  return Buffer.from(markOf(list, text) + text).toString("base64url");
}

/**
 * The place behind a cursor. Throws CursorInvalidError when it was altered, made for another list, or does not have the form
 * of a place in this one. The mark finds mistakes, not forgers: a place says nothing that a caller may not know.
 */
export function decodeCursor<T extends z.ZodType>(list: string, cursor: string, position: T): z.output<T> {
  const plain = Buffer.from(cursor, "base64url").toString("utf8");
  const text = plain.slice(MARK_LENGTH);
  if (plain.slice(0, MARK_LENGTH) !== markOf(list, text)) throw new CursorInvalidError(WORDS);
  const parsed = position.safeParse(JSON.parse(text));
  if (!parsed.success) throw new CursorInvalidError(WORDS);
  return parsed.data;
}

function markOf(list: string, text: string): string {
  return createHash("sha256").update(`${list}\n${text}`).digest("base64url").slice(0, MARK_LENGTH);
}

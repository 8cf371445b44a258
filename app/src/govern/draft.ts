import type { ProposalAction } from "@gimbal/sdk";
import { isAddress, isHex } from "viem";

/** A proposal that is being written. It is kept in this browser, so that a reload loses nothing. */
export interface Draft {
  readonly title: string;
  readonly body: string;
  readonly actions: readonly ProposalAction[];
}

export const EMPTY_DRAFT: Draft = { title: "", body: "", actions: [] };

const place = (chainId: number) => `gimbal.proposal.${chainId}`;

/** Keeps a draft for one network. */
export function keepDraft(storage: Pick<Storage, "setItem">, chainId: number, draft: Draft): void {
  const actions = draft.actions.map((action) => ({ ...action, value: String(action.value) }));
  storage.setItem(place(chainId), JSON.stringify({ ...draft, actions }));
}

/** The draft that was kept; an empty one when there is none, or none that can be read. */
export function readDraft(storage: Pick<Storage, "getItem">, chainId: number): Draft {
  try {
    const kept = JSON.parse(storage.getItem(place(chainId)) ?? "{}") as Record<string, unknown>;
    const text = (name: string) => (typeof kept[name] === "string" ? kept[name] : "");
    const actions = Array.isArray(kept.actions) ? kept.actions.flatMap(readAction) : [];
    return { title: text("title"), body: text("body"), actions };
  } catch {
    return EMPTY_DRAFT;
  }
}

function readAction(kept: unknown): readonly ProposalAction[] {
  const { target, value, data } = (kept ?? {}) as Record<string, unknown>;
  if (typeof target !== "string" || !isAddress(target, { strict: false }) || !isHex(data)) return [];
  return typeof value === "string" && /^\d+$/.test(value) ? [{ target, value: BigInt(value), data }] : [];
}

/** The text that is published: the title as its first line, as lists show it. */
export function descriptionOf({ title, body }: Draft): string {
  return body.trim() === "" ? `# ${title.trim()}` : `# ${title.trim()}\n\n${body.trim()}`;
}

/** Why a draft cannot be proposed yet; undefined: it can. */
export function draftFault({ title, actions }: Draft): string | undefined {
  if (actions.length === 0) return "Add a call first";
  return title.trim() === "" ? "Write a title" : undefined;
}

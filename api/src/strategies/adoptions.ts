import { type Address, isAddress, isAddressEqual } from "viem";
import { z } from "zod";
import type { VaultEventRow, VaultRow } from "../history/rows.ts";

const DAY = 86_400; // {s}

/** Who an index paid royalties to, and when. Days {day} since 1970. */
export interface Following {
  readonly vault: Address;
  readonly receiver: Address;
  readonly from: number;
  readonly until: number | null;
}

const address = z.custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false }));
const argsSchema = z.looseObject({
  previous: z.looseObject({ recipient: address }),
  current: z.looseObject({ recipient: address }),
});

/** The strategies that an index followed one after the other. `events`: its StrategyAdopted, oldest first. */
export function followingsOf(vault: VaultRow, events: readonly VaultEventRow[]): readonly Following[] {
  const changes = events.map(({ args, time }) => ({ day: Math.floor(time / DAY), ...argsSchema.parse(args) }));
  // Before the first change it followed what it was created with.
  const first = changes[0]?.previous.recipient ?? vault.royaltyRecipient;
  const steps = [
    { day: Math.floor(vault.time / DAY), receiver: first },
    ...changes.map(({ day, current }) => ({ day, receiver: current.recipient })),
  ];
  const merged: Following[] = [];
  for (const [i, { day, receiver }] of steps.entries()) {
    const until = steps[i + 1]?.day ?? null;
    const last = merged.at(-1);
    // A new version of the same strategy goes on.
    if (last !== undefined && isAddressEqual(last.receiver, receiver)) merged.splice(-1, 1, { ...last, until });
    else merged.push({ vault: vault.address, receiver, from: day, until });
  }
  return merged;
}

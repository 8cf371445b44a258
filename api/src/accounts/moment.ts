import { getBlock } from "viem/actions";
import type { ApiContext } from "../context.ts";
import type { At } from "../history/history.ts";
import { UnavailableError } from "../http/problem.ts";

/** {s} and block that an answer belongs to. */
export type Moment = { readonly asOf: number; readonly asOfBlock: number | null };

/** The moment of an answer from the index: the one asked for, otherwise the newest indexed block. */
export async function momentOf({ history, client }: ApiContext, at: At): Promise<Moment> {
  const { asOf, asOfBlock } = at;
  if (asOf !== undefined) return { asOf, asOfBlock: null };
  const head = await history.head();
  if (asOfBlock === undefined || asOfBlock >= head.block) return { asOf: head.time, asOfBlock: head.block };
  const { timestamp } = await getBlock(client, { blockNumber: BigInt(asOfBlock) }).catch((cause: unknown) => {
    throw new UnavailableError(["node"], "The node could not be asked when that block was. Use asOf.", { cause });
  });
  return { asOf: Number(timestamp), asOfBlock };
}

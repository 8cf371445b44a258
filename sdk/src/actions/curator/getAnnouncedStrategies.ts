import { type Address, encodeAbiParameters, type Hash, keccak256, parseAbiParameters } from "viem";
import { readContract } from "viem/actions";
import { indexVaultAbi } from "../../abis/indexVault.ts";
import { type AnyClient, type AtBlock, type ReadErrorType, resolveBlock, withTypedErrors } from "../client.ts";
import type { Strategy } from "./terms.ts";

const DAY = 86_400;
/** {s} for which an announced change may be applied, as GovernLib says. */
const APPLY_WINDOW = 14 * DAY;
const CHANGE = parseAbiParameters("string, (address, uint16, bytes32)");

export type GetAnnouncedStrategiesParameters = AtBlock & {
  vault: Address;
  /** What may have been announced. A vault keeps a hash of each announcement, so one has to ask by the whole of it. */
  strategies: readonly Strategy[];
};

/** An announcement that stands. */
export type AnnouncedStrategy = {
  strategy: Strategy;
  /** {s} From when on anyone may apply it, and from when on nobody may any more. */
  appliesAt: number;
  lapsesAt: number;
};

export type GetAnnouncedStrategiesReturnType = { blockNumber: bigint; announced: readonly AnnouncedStrategy[] };
export type GetAnnouncedStrategiesErrorType = ReadErrorType;

/** What an index keeps of an announcement to follow this. */
export function strategyChangeHash({ recipient, royaltyBps, methodologyHash }: Strategy): Hash {
  return keccak256(encodeAbiParameters(CHANGE, ["strategy", [recipient, royaltyBps, methodologyHash]]));
}

/**
 * Which of these strategies an index has announced and not applied. One that has lapsed is among them: `lapsesAt` says so.
 *
 * @example
 * const { announced } = await getAnnouncedStrategies(client, { vault, strategies: [strategy] });
 * const [first] = announced;
 * if (first !== undefined) await send(client, { tx: applyStrategy(client, { vault, ...first }).buildTx() });
 */
export async function getAnnouncedStrategies(
  client: AnyClient,
  parameters: GetAnnouncedStrategiesParameters,
): Promise<GetAnnouncedStrategiesReturnType> {
  const { vault, strategies } = parameters;
  const blockNumber = await resolveBlock(client, parameters);
  const at = { address: vault, abi: indexVaultAbi, functionName: "changeEta", blockNumber } as const;
  const etas = await withTypedErrors(() =>
    Promise.all(strategies.map((strategy) => readContract(client, { ...at, args: [strategyChangeHash(strategy)] }))),
  );
  const announced = strategies.flatMap((strategy, i) => {
    const appliesAt = etas[i] ?? 0;
    return appliesAt === 0 ? [] : [{ strategy, appliesAt, lapsesAt: appliesAt + APPLY_WINDOW }];
  });
  return { blockNumber, announced: Object.freeze(announced) };
}

import { feeSplitterAbi, getEpoch, getHealth, getPromises, getVault, indexFactoryAbi } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, isAddressEqual } from "viem";
import { getBlock, readContract } from "viem/actions";
import { type Place, usePlace } from "./place.ts";

/** Limits, budgets, fees and powers of an index, of one block: the chain alone says them. */
export function useTerms(vault: Address) {
  const place = usePlace();
  return useQuery({
    queryKey: ["terms", place?.network.chainId, vault],
    enabled: place !== undefined,
    queryFn: () => readTerms(place as Place, vault),
  });
}

/** {bps} the whole of what is split. */
const WHOLE = 10_000n;

export type Terms = Awaited<ReturnType<typeof readTerms>>;

async function readTerms({ client, network }: Place, vault: Address) {
  const { contracts } = network.deployment;
  const { number: blockNumber, timestamp } = await getBlock(client);
  const at = { vault, lens: contracts.IndexLens, blockNumber };
  const [state, health, epoch, promises, [protocolFee, protocol]] = await Promise.all([
    getVault(client, at),
    getHealth(client, at),
    getEpoch(client, at),
    getPromises(client, at),
    readContract(client, {
      ...{ address: contracts.IndexFactory, abi: indexFactoryAbi, functionName: "protocolFee", blockNumber },
    }),
  ]);
  const splitter = contracts.FeeSplitter;
  const isSplit = splitter !== undefined && isAddressEqual(splitter, protocol);
  const parts = isSplit
    ? await readContract(client, {
        ...{ address: splitter, abi: feeSplitterAbi, functionName: "preview", args: [vault, WHOLE], blockNumber },
      })
    : undefined;
  return {
    ...{ state, health, epoch, promises },
    /** {bps of all fees} */
    protocolFee,
    /** {bps of all fees} of the protocol's part, what those who lock get; null: it goes to one account undivided. */
    stakers: parts === undefined ? null : (protocolFee * Number(parts.stakers)) / Number(WHOLE),
    asOf: Number(timestamp),
  };
}

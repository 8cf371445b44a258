import { getEpoch, indexVaultAbi } from "@gimbal/sdk";
import { useMutation } from "@tanstack/react-query";
import { type Address, type Hex, isAddressEqual, parseEventLogs } from "viem";
import { getTransactionReceipt } from "viem/actions";
import { ApiError } from "../api.ts";
import { type Place, usePlace } from "./place.ts";
import type { Rebalance } from "./rebalances.ts";
import type { Verdict } from "./verify.ts";

/** Where on the chain the hash was read. */
export type Where = "vault" | "event";

/** Recomputes the decision behind a rebalance in this browser and compares it with the chain. */
export function useVerify(vault: Address) {
  const place = usePlace();
  return useMutation({
    mutationFn: async (rebalance: Rebalance): Promise<Verdict & { where: Where }> => {
      if (place?.api === undefined)
        throw new ApiError(0, "UNREACHABLE", "Without an API there is no record to verify.");
      const [{ hash, where }, answer, { verify }] = await Promise.all([
        hashOnChain(place, vault, rebalance),
        place.api.get("/v1/decisions/{hash}", { hash: rebalance.decision }),
        import("./verify.ts"),
      ]);
      const { chainId } = place.network;
      return { ...verify(answer.data.record, { chainId, vault, epoch: rebalance.epoch, decisionHash: hash }), where };
    },
  });
}

/** The vault carries the hash of its newest rebalance; those of earlier ones are in its events. */
async function hashOnChain(
  { client }: Place,
  vault: Address,
  { epoch, tx }: Rebalance,
): Promise<{ hash: Hex; where: Where }> {
  const current = await getEpoch(client, { vault });
  if (current.id === epoch) return { hash: current.decisionHash, where: "vault" };
  if (tx === null) throw new Error("The transaction of this rebalance is not known.");
  const { logs } = await getTransactionReceipt(client, { hash: tx });
  const proposed = parseEventLogs({ abi: indexVaultAbi, eventName: "WeightsProposed", logs }).find(
    ({ address, args }) => isAddressEqual(address, vault) && args.epoch === epoch,
  );
  if (proposed === undefined) throw new Error("That transaction proposed no such rebalance of this index.");
  return { hash: proposed.args.decisionHash, where: "event" };
}

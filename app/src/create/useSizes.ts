import { useQuery } from "@tanstack/react-query";
import { parseUnits } from "viem";
import { ApiError } from "../data/api.ts";
import { useApi, useNetwork } from "../data/network.tsx";

const PAGE = 100;
const DECIMALS = 6;
/** {ms} Capitalisations are of a day. */
const FRESH = 600_000;

/** {USD with 6 decimals} Capitalisation by symbol in capitals; of two tokens of one symbol the larger. */
export function useSizes() {
  const api = useApi();
  const { chainId } = useNetwork();
  return useQuery({
    queryKey: ["sizes", chainId],
    staleTime: FRESH,
    retry: false,
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, bigint>> => {
      if (api === undefined) throw new ApiError(0, "UNREACHABLE", "This network has no API.");
      const sizes = new Map<string, bigint>();
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await api.get("/v1/tokens", { limit: PAGE, cursor }, signal);
        cursor = page.next;
        for (const { symbol, marketCap } of page.data) {
          if (marketCap === null) continue;
          const size = parseUnits(marketCap.amount, DECIMALS);
          const key = symbol.toUpperCase();
          if (size > (sizes.get(key) ?? 0n)) sizes.set(key, size);
        }
      }
      return sizes;
    },
  });
}

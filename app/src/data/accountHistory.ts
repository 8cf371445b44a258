import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useConnection } from "wagmi";
import type { Range } from "../charts/ranges.ts";
import { readHistory } from "./accountDays.ts";
import { ApiError } from "./api.ts";
import { useApi, useNetwork } from "./network.tsx";

/**
 * The value of the connected account's shares over time. The API keeps no such history: it follows from its list of what came
 * and went, lot by lot, and from the prices of each index.
 */
export function useAccountHistory(range: Range) {
  const api = useApi();
  const { chainId } = useNetwork();
  const { address } = useConnection();
  return useQuery({
    queryKey: ["accountHistory", chainId, address, range.id],
    enabled: address !== undefined,
    queryFn: ({ signal }) => {
      if (api === undefined)
        throw new ApiError(0, "UNREACHABLE", "This network has no API, and the chain has no past.");
      return readHistory(api, address as Address, range, signal);
    },
  });
}

import {
  type GetSaleReturnType,
  getSale,
  governanceOf,
  type SaleStatus,
  type ScoreTier,
  saleRoundFactoryAbi,
  scoreRegistryAbi,
} from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, erc20Abi, getAddress, parseUnits } from "viem";
import { getBlock, readContract } from "viem/actions";
import { useConnection } from "wagmi";
import type { NetworkSettings } from "../settings.ts";
import type { Answers } from "./answers.d.ts";
import type { Api } from "./api.ts";
import { type ChainClient, fetching, useApi, useChainClient, useNetwork } from "./network.tsx";
import { fromApiOrChain, type Sourced } from "./sourced.ts";
import { readTokens, type TokenWords } from "./tokenBook.ts";

/** One early-access sale as a list shows it. */
export interface SaleSummary {
  readonly address: Address;
  readonly status: SaleStatus;
  /** What is sold. */
  readonly saleToken: TokenWords;
  /** What is paid with. */
  readonly paymentToken: TokenWords;
  /** {raw payment tokens} most that is accepted */
  readonly hardCap: bigint;
  /** {raw payment tokens} of all */
  readonly committed: bigint;
  /** {raw sale tokens} sold when the hard cap is met */
  readonly offered: bigint;
  /** null: only the API counts them. */
  readonly buyers: number | null;
  /** {s} */
  readonly startsAt: number;
  /** {s} */
  readonly endsAt: number;
}

/** {sales} asked for at once. */
const PAGE = 50;

/** All sales of the network, the newest first. */
export function useSales() {
  const api = useApi();
  const network = useNetwork();
  const client = useChainClient();
  return useQuery({
    queryKey: ["sales", network.chainId],
    enabled: client !== undefined && network.deployment.contracts.SaleRoundFactory !== undefined,
    ...fetching(network),
    queryFn: ({ signal }): Promise<Sourced<readonly SaleSummary[]>> =>
      fromApiOrChain({
        api: api && (() => listFromApi(api, client as ChainClient, network, signal)),
        chain: () => listFromChain(client as ChainClient, network),
        missing: ["numbers of buyers"],
      }),
  });
}

async function listFromApi(api: Api, client: ChainClient, network: NetworkSettings, signal: AbortSignal) {
  const rows: Answers["/v1/sales"]["data"] = [];
  let asOf = 0;
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await api.get("/v1/sales", { limit: PAGE, cursor }, signal);
    asOf = Date.parse(page.asOf) / 1_000;
    cursor = page.next;
    rows.push(...page.data);
  }
  const tokens = rows.flatMap(({ saleToken, paymentToken }) => [saleToken as Address, paymentToken as Address]);
  const book = await readTokens(client, network, tokens);
  const data = rows.map((row): SaleSummary => {
    const saleToken = book.get(getAddress(row.saleToken)) as TokenWords;
    const paymentToken = book.get(getAddress(row.paymentToken)) as TokenWords;
    return {
      ...{ address: getAddress(row.sale), status: row.status, saleToken, paymentToken, buyers: row.buyers },
      hardCap: parseUnits(row.hardCap.amount, paymentToken.decimals),
      committed: parseUnits(row.committed.amount, paymentToken.decimals),
      offered: parseUnits(row.offered.amount, saleToken.decimals),
      ...{ startsAt: Date.parse(row.startsAt) / 1_000, endsAt: Date.parse(row.endsAt) / 1_000 },
    };
  });
  return { data, asOf };
}

async function listFromChain(client: ChainClient, network: NetworkSettings) {
  const { SaleRoundFactory: factory } = governanceOf(network.deployment);
  const { number: blockNumber, timestamp } = await getBlock(client);
  const at = { address: factory, abi: saleRoundFactoryAbi, blockNumber } as const;
  const total = await readContract(client, { ...at, functionName: "roundCount" });
  const rounds = await readContract(client, { ...at, functionName: "rounds", args: [0n, total] });
  const sales = await Promise.all(rounds.map((sale) => getSale(client, { sale, blockNumber })));
  const tokens = sales.flatMap(({ terms }) => [terms.saleToken, terms.paymentToken]);
  const book = await readTokens(client, network, tokens);
  const data = sales.map(({ status, terms, totalCommitted }, i): SaleSummary => {
    const { hardCap, saleAmount, start, end } = terms;
    return {
      ...{ address: getAddress(rounds[i] as Address), status, buyers: null, hardCap, offered: saleAmount },
      ...{ committed: totalCommitted, startsAt: start, endsAt: end },
      saleToken: book.get(getAddress(terms.saleToken)) as TokenWords,
      paymentToken: book.get(getAddress(terms.paymentToken)) as TokenWords,
    };
  });
  return { data: data.reverse(), asOf: Number(timestamp) };
}

/** One sale with everything that its page shows, at one block of the chain. */
export interface SaleState {
  readonly address: Address;
  readonly sale: GetSaleReturnType;
  /** {s} of the block */
  readonly now: number;
  readonly saleToken: TokenWords;
  readonly paymentToken: TokenWords;
  /** undefined: nobody is connected. */
  readonly account: Address | undefined;
  /** {raw payment tokens} in the account */
  readonly balance: bigint | undefined;
  /** The table that the sale goes by; before its snapshot the one in force, which the DAO may still change. */
  readonly tiers: readonly ScoreTier[];
  /** Tier that the account has by its score of last week: what it will be at the snapshot if nothing changes much. */
  readonly tierNow: number | undefined;
}

/** One sale, read from the chain: what one commits to must be of now. null: there is no such sale. */
export function useSale(address: Address | undefined) {
  const network = useNetwork();
  const client = useChainClient();
  const { address: account } = useConnection();
  return useQuery({
    queryKey: ["sale", network.chainId, address, account],
    enabled: client !== undefined && network.deployment.contracts.SaleRoundFactory !== undefined,
    ...fetching(network),
    queryFn: () => (address === undefined ? null : readSale(client as ChainClient, network, address, account)),
  });
}

async function readSale(
  client: ChainClient,
  network: NetworkSettings,
  address: Address,
  account: Address | undefined,
): Promise<SaleState | null> {
  const { SaleRoundFactory: factory, ScoreRegistry: scores } = governanceOf(network.deployment);
  const { number: blockNumber, timestamp } = await getBlock(client);
  const isRound = await readContract(client, {
    ...{ address: factory, abi: saleRoundFactoryAbi, functionName: "isRound", args: [address], blockNumber },
  });
  if (!isRound) return null;
  const sale = await getSale(client, { sale: address, account, blockNumber });
  const { paymentToken, saleToken, snapshot } = sale.terms;
  const at = { address: scores, abi: scoreRegistryAbi, blockNumber } as const;
  const isTaken = timestamp > BigInt(snapshot);
  const lastWeek = await readContract(client, { ...at, functionName: "lastWeekStart" });
  const [book, tiers, tierNow, balance] = await Promise.all([
    readTokens(client, network, [paymentToken, saleToken]),
    readContract(client, { ...at, functionName: "tiersAt", args: [isTaken ? BigInt(snapshot) : lastWeek] }),
    account && readContract(client, { ...at, functionName: "tierOf", args: [account] }),
    account &&
      readContract(client, {
        ...{ address: paymentToken, abi: erc20Abi, functionName: "balanceOf", args: [account], blockNumber },
      }),
  ]);
  return {
    ...{ address, sale, now: Number(timestamp), account, balance, tiers, tierNow },
    saleToken: book.get(getAddress(saleToken)) as TokenWords,
    paymentToken: book.get(getAddress(paymentToken)) as TokenWords,
  };
}

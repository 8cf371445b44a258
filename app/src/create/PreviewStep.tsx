import type { GasSnapshot, PreviewToken } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { type Address, formatGwei } from "viem";
import { useConnection } from "wagmi";
import gasSnapshot from "../../../snapshots/gas.json";
import { useAssets } from "../data/assets.ts";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { amount, percent, shortAddress, UNKNOWN, usd18 } from "../format.ts";
import { useOpenConnect } from "../shell/Layout.tsx";
import { Button } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import type { Draft } from "./draft.ts";
import {
  namedSentence,
  type Preview,
  previewParameters,
  previewWarnings,
  readPreview,
  type TokenWords,
} from "./preview.ts";

/** {ms} Prices move. */
const FRESH = 12_000;
/** {D27 to D18} */
const TO_D18 = 10n ** 9n;
const D18_IN_BPS = 1e14;

/** Symbols of listed tokens; a short address for any other. */
export function useSymbols(): (token: Address) => string {
  const { data } = useAssets();
  return (token) => data?.find((asset) => asset.token === token)?.symbol ?? shortAddress(token);
}

/** What the rules of a draft call tokens, and which of them are stable. */
export function useTokenWords(): TokenWords {
  const { data } = useAssets();
  const symbolOf = useSymbols();
  return { symbolOf, isStable: (token) => data?.find((asset) => asset.token === token)?.isStable === true };
}

/** The preview of a draft without faults, anew every few seconds. */
export function usePreview(draft: Draft, isReady: boolean) {
  const network = useNetwork();
  const { address: account } = useConnection();
  const client = useChainClient();
  const { step: _step, ...asked } = draft;
  const assets = useAssets();
  const words = useTokenWords();
  return useQuery({
    queryKey: ["preview", network.chainId, account, JSON.stringify(asked)],
    enabled: isReady && account !== undefined && client !== undefined && assets.data !== undefined,
    staleTime: FRESH,
    refetchInterval: FRESH,
    retry: false,
    queryFn: () => {
      const measured: GasSnapshot = gasSnapshot;
      const at = { network, account: account as Address, words, measured };
      return readPreview(client as ChainClient, previewParameters(draft, at));
    },
  });
}

/** What the index would hold, need and cost. Nothing is sent. */
export function PreviewStep({ draft, faults }: { draft: Draft; faults: readonly string[] }) {
  const { address } = useConnection();
  const openConnect = useOpenConnect();
  const symbolOf = useSymbols();
  const { data, error, isPending } = usePreview(draft, faults.length === 0);
  if (faults.length > 0) {
    return (
      <Card title="Preview">
        {faults.map((fault) => (
          <Notice key={fault} tone="warn">
            {fault}.
          </Notice>
        ))}
      </Card>
    );
  }
  if (address === undefined) {
    return (
      <Card title="Preview">
        <Empty title="Connect a wallet to see what it needs and costs">
          <Button variant="primary" onClick={openConnect}>
            Connect a wallet
          </Button>
        </Empty>
      </Card>
    );
  }
  if (error) return <Notice tone="warn">{namedSentence(sentenceOf(error), symbolOf)}</Notice>;
  if (isPending || data === undefined) return <Skeleton className="h-64 w-full" />;
  return (
    <>
      <Findings preview={data} symbolOf={symbolOf} />
      <Holdings preview={data} symbolOf={symbolOf} />
      <Costs preview={data} />
    </>
  );
}

/** What keeps it from being created, and what to know. */
export function Findings({ preview, symbolOf }: { preview: Preview; symbolOf: (token: Address) => string }) {
  const warnings = previewWarnings(preview, symbolOf);
  return (
    <div className="flex flex-col gap-2">
      {preview.problems.length === 0 && <Notice>It can be created like this.</Notice>}
      {preview.problems.map((problem) => (
        <Notice key={problem} tone="warn">
          {namedSentence(problem, symbolOf)}
        </Notice>
      ))}
      {warnings.map((warning) => (
        <Notice key={warning}>{warning}</Notice>
      ))}
    </div>
  );
}

function Holdings({ preview, symbolOf }: { preview: Preview; symbolOf: (token: Address) => string }) {
  const held = new Map(preview.missing.map((item) => [item.token, item.held]));
  const columns: readonly Column<PreviewToken>[] = [
    { key: "token", title: "Token", cell: ({ token }) => <span className="font-medium">{symbolOf(token)}</span> },
    { key: "part", title: "Part", isFigure: true, cell: ({ weightBps }) => <Figure shown={percent(weightBps)} /> },
    {
      key: "seed",
      title: "Seed",
      isFigure: true,
      cell: (row) => <Figure shown={amount(row.price === 0n ? null : row.amount, row.decimals, symbolOf(row.token))} />,
    },
    {
      key: "held",
      title: "You hold",
      isFigure: true,
      cell: ({ token, decimals }) =>
        held.has(token) ? <Figure shown={amount(held.get(token), decimals, symbolOf(token))} tone="loss" /> : "enough",
    },
    {
      key: "price",
      title: "Price",
      isFigure: true,
      isSecondary: true,
      cell: ({ price }) => <Figure shown={usd18(price === 0n ? null : price / TO_D18)} />,
    },
    {
      key: "cap",
      title: "Cap",
      isFigure: true,
      isSecondary: true,
      cell: ({ capBps, isAboveCap }) => <Figure shown={percent(capBps)} tone={isAboveCap ? "loss" : undefined} />,
    },
  ];
  return (
    <Card title="What it will hold">
      <Table caption="Tokens of the index" columns={columns} rows={preview.tokens} keyOf={({ token }) => token} />
      <p className="mt-3 text-sm text-muted">
        {usd18(preview.value).short} for {amount(preview.shares, 18, "shares").short} at {usd18(preview.perShare).short}{" "}
        each. A few shares worth at least 1 USD stay locked for ever.
      </p>
    </Card>
  );
}

/** Gas and fees of the creation. */
export function Costs({ preview }: { preview: Preview }) {
  const { gas, fees, approvals } = preview;
  const how = { estimate: "asked of the chain", measured: "as measured for its size", unknown: "" }[gas.source];
  const lines: readonly (readonly [string, string])[] = [
    ["Approvals to send first", String(approvals.length)],
    ["Gas of the approvals", `${gas.approvals.toLocaleString("en-US")} gas`],
    [
      "Gas of the creation",
      gas.creation === undefined ? UNKNOWN : `${gas.creation.toLocaleString("en-US")} gas, ${how}`,
    ],
    ["Price of gas", `${Number(formatGwei(gas.gasPrice)).toLocaleString("en-US", { maximumFractionDigits: 3 })} gwei`],
    ["In all", usd18(gas.costUsd).short],
    [
      "Your fee",
      `${percent(Number(fees.yearly) / D18_IN_BPS).short} a year = ${usd18(fees.yearlyUsd).short} of this seed`,
    ],
    ["Of it to the protocol", `${usd18(fees.protocolUsd).short} a year`],
    ["Fee of each purchase", percent(fees.mintFeeBps).short],
  ];
  return (
    <Card title="What it costs">
      <dl className="grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {lines.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="mb-2 tabular-nums sm:mb-0">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

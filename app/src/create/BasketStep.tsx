import { MAX_TOKENS, type TemplateKind } from "@gimbal/sdk";
import { useState } from "react";
import { formatUnits } from "viem";
import { type ListedAsset, useAssets } from "../data/assets.ts";
import { useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, UNKNOWN, usd } from "../format.ts";
import { Button, Field, FileField, Select, TextArea } from "../ui/controls.tsx";
import { Card, Empty, Figure, Notice, Skeleton } from "../ui/surfaces.tsx";
import { type Column, Table } from "../ui/Table.tsx";
import {
  addToken,
  type Draft,
  type DraftRow,
  equalParts,
  fillUp,
  partsBySize,
  removeToken,
  rowsFromCsv,
  setWeight,
  sumOf,
  toBps,
} from "./draft.ts";
import { useSizes } from "./useSizes.ts";

export type Change = (change: Partial<Draft>) => void;

const WHOLE = 10_000;
/** Most hits of a search. */
const MOST_HITS = 8;
const PRICE_DECIMALS = 27;

const TEMPLATES: readonly (readonly [TemplateKind, string])[] = [
  ["fixed", "Fixed parts"],
  ["equal", "Equal parts"],
  ["market-cap", "By capitalisation"],
  ["ai", "AI"],
];
const TEMPLATE_HINTS: Readonly<Record<TemplateKind, string>> = {
  fixed: "Back to the same parts at each rebalance.",
  equal: "Back to equal parts at each rebalance.",
  "market-cap": "Larger tokens get more, up to a cap. Stable tokens keep what they begin with.",
  ai: "The keeper chooses and weighs among these tokens.",
};

/** Which tokens, and how much of each. */
export function BasketStep({ draft, change }: { draft: Draft; change: Change }) {
  const assets = useAssets();
  const { template, rows } = draft;
  const choose = (chosen: TemplateKind) =>
    change({ template: chosen, rows: chosen === "fixed" || rows.length === 0 ? rows : equalParts(rows) });
  return (
    <>
      <Card title="How it weighs">
        <Select
          label="Template"
          value={template}
          options={TEMPLATES}
          hint={TEMPLATE_HINTS[template]}
          onChange={(event) => choose(event.target.value as TemplateKind)}
        />
        {template === "market-cap" && <BySize draft={draft} change={change} />}
      </Card>
      <Card title="Tokens">
        {assets.error && <Notice tone="warn">{sentenceOf(assets.error)}</Notice>}
        {assets.isPending ? (
          <Skeleton className="h-24 w-full" />
        ) : (
          <Search assets={assets.data ?? []} rows={rows} change={change} />
        )}
        <Basket draft={draft} change={change} assets={assets.data ?? []} />
      </Card>
      <Paste draft={draft} change={change} />
    </>
  );
}

function Search({
  assets,
  rows,
  change,
}: {
  assets: readonly ListedAsset[];
  rows: readonly DraftRow[];
  change: Change;
}) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const taken = new Set(rows.map(({ token }) => token));
  const hits = assets.filter(
    ({ symbol, token }) =>
      !taken.has(token) && (symbol.toLowerCase().includes(wanted) || token.toLowerCase() === wanted),
  );
  if (assets.length === 0)
    return <Empty title="No token is listed on this network">Nothing can be put into an index.</Empty>;
  return (
    <div className="mb-4">
      <Field
        label="Search listed tokens"
        type="search"
        value={search}
        hint={`${assets.length} tokens are listed. An index holds at most ${MAX_TOKENS}.`}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="mt-2 flex flex-wrap gap-2" aria-label="Tokens found">
        {hits.slice(0, MOST_HITS).map(({ token, symbol, price }) => (
          <li key={token}>
            <Button
              disabled={rows.length >= MAX_TOKENS}
              onClick={() => {
                change({ rows: addToken(rows, token, symbol) });
                setSearch("");
              }}
            >
              Add {symbol}
              <span className="text-muted">
                {price === null ? "no price now" : usd(Number(formatUnits(price, PRICE_DECIMALS))).short}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {wanted !== "" && hits.length === 0 && (
        <p className="text-sm text-muted">
          No listed token is called “{search}”. Only listed tokens have a checked price.
        </p>
      )}
      {hits.length > MOST_HITS && (
        <p className="mt-2 text-sm text-muted">{hits.length - MOST_HITS} more: go on typing.</p>
      )}
    </div>
  );
}

function Basket({ draft, change, assets }: { draft: Draft; change: Change; assets: readonly ListedAsset[] }) {
  const { rows } = draft;
  const capOf = new Map(assets.map(({ token, capBps }) => [token, capBps]));
  if (rows.length === 0) return <Empty title="The basket is empty">Add a token above, or paste a table below.</Empty>;
  const columns: readonly Column<DraftRow>[] = [
    { key: "token", title: "Token", cell: ({ symbol }) => <span className="font-medium">{symbol}</span> },
    { key: "part", title: "Part", cell: (row) => <Weight key={row.weightBps} row={row} rows={rows} change={change} /> },
    {
      key: "cap",
      title: "Cap",
      isFigure: true,
      isSecondary: true,
      cell: ({ token, weightBps }) => {
        const cap = capOf.get(token);
        return <Figure shown={percent(cap)} tone={cap !== undefined && weightBps > cap ? "loss" : undefined} />;
      },
    },
    { key: "lock", title: "Fixed", cell: (row) => <Lock row={row} rows={rows} change={change} /> },
    {
      key: "remove",
      title: "",
      cell: ({ token, symbol }) => (
        <Button
          variant="quiet"
          aria-label={`Take ${symbol} out`}
          onClick={() => change({ rows: removeToken(rows, token) })}
        >
          ×
        </Button>
      ),
    },
  ];
  const sum = sumOf(rows);
  const above = rows.filter(({ token, weightBps }) => weightBps > (capOf.get(token) ?? WHOLE));
  return (
    <div className="flex flex-col gap-3">
      <Table caption="The basket" columns={columns} rows={rows} keyOf={({ token }) => token} />
      <div className="flex flex-wrap items-center gap-2">
        <p className={`mr-auto text-sm ${sum === WHOLE ? "text-muted" : "text-loss"}`} role="status">
          {rows.length} {rows.length === 1 ? "token" : "tokens"}, {percent(sum).short} in all
        </p>
        <Button onClick={() => change({ rows: equalParts(rows) })}>Equal parts</Button>
        {sum !== WHOLE && <Button onClick={() => change({ rows: fillUp(rows) })}>Fill up to 100%</Button>}
        <Button onClick={() => change({ rows: [] })}>Empty the basket</Button>
      </div>
      {above.map(({ token, symbol, weightBps }) => (
        <Notice key={token}>
          {symbol} has {percent(weightBps).short}, above its cap of{" "}
          {capOf.has(token) ? percent(capOf.get(token)).short : UNKNOWN}. It may begin so; later decisions can only
          lower it.
        </Notice>
      ))}
    </div>
  );
}

interface RowProps {
  row: DraftRow;
  rows: readonly DraftRow[];
  change: Change;
}

function Weight({ row, rows, change }: RowProps) {
  const [text, setText] = useState(String(row.weightBps / 100));
  const bps = toBps(text);
  const commit = () => bps !== undefined && bps !== row.weightBps && change({ rows: setWeight(rows, row.token, bps) });
  return (
    <span className="inline-flex min-h-11 items-center gap-1 rounded-lg border border-control-line px-3">
      <input
        className="w-16 bg-transparent text-right tabular-nums outline-offset-4"
        inputMode="decimal"
        aria-label={`Part of ${row.symbol}, percent`}
        aria-invalid={bps === undefined}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
      %
    </span>
  );
}

function Lock({ row, rows, change }: RowProps) {
  return (
    <label className="grid size-11 place-items-center">
      <span className="sr-only">{row.symbol} keeps its part when others change</span>
      <input
        type="checkbox"
        className="size-5"
        checked={row.isLocked}
        onChange={(event) =>
          change({
            rows: rows.map((other) => (other === row ? { ...other, isLocked: event.target.checked } : other)),
          })
        }
      />
    </label>
  );
}

/** Parts by capitalisation, as the API knows it. */
function BySize({ draft, change }: { draft: Draft; change: Change }) {
  const sizes = useSizes();
  const [problem, setProblem] = useState<string>();
  const { rows, cap } = draft;
  const unknown = rows.filter(({ symbol }) => sizes.data?.get(symbol.toUpperCase()) === undefined);
  const apply = () => {
    try {
      change({ rows: partsBySize(rows, ({ symbol }) => sizes.data?.get(symbol.toUpperCase()), toBps(cap) ?? WHOLE) });
      setProblem(undefined);
    } catch (error) {
      setProblem(sentenceOf(error as Error));
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Cap of one token"
        value={cap}
        inputMode="decimal"
        end="%"
        fault={toBps(cap) === undefined ? "A percentage such as 25" : undefined}
        hint="What a cap cuts off goes to the others in proportion."
        onChange={(event) => change({ cap: event.target.value })}
      />
      <div>
        <Button disabled={rows.length === 0 || sizes.data === undefined || unknown.length > 0} onClick={apply}>
          Weigh by capitalisation
        </Button>
      </div>
      {sizes.error && (
        <Notice>
          Capitalisations come from the API, and it does not answer. Paste a table of token and size below instead.
        </Notice>
      )}
      {sizes.data !== undefined && unknown.length > 0 && (
        <Notice>
          No capitalisation is known for {unknown.map(({ symbol }) => symbol).join(", ")}: paste a table of token and
          size below.
        </Notice>
      )}
      {problem && <Notice tone="warn">{problem}</Notice>}
    </div>
  );
}

const PLACEHOLDERS: Readonly<Record<TemplateKind, string>> = {
  fixed: "token,weight\nWETH,60%\nUSDC,40%",
  equal: "token\nWETH\nUSDC",
  ai: "token\nWETH\nUSDC",
  "market-cap": "token,market cap\nWBTC,1200000000000\nWETH,400000000000",
};

/** A table, pasted or from a file. What is wrong names its line. */
function Paste({ draft, change }: { draft: Draft; change: Change }) {
  const { deployment } = useNetwork();
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const read = (given: string): void => {
    setText(given);
    try {
      change({
        rows: rowsFromCsv(given, draft.template, { tokens: deployment.tokens, capBps: toBps(draft.cap) ?? WHOLE }),
      });
      setFault(undefined);
    } catch (error) {
      setFault(sentenceOf(error as Error));
    }
  };
  return (
    <Card title="From a table">
      <TextArea
        label="Paste a table"
        value={text}
        placeholder={PLACEHOLDERS[draft.template]}
        fault={fault}
        hint="Symbols or addresses; commas, semicolons or tabs; percent or basis points. It replaces the basket."
        onChange={(event) => setText(event.target.value)}
      />
      <div className="mt-2 flex flex-wrap items-center gap-3">
        <Button disabled={text.trim() === ""} onClick={() => read(text)}>
          Use this table
        </Button>
        <FileField label="or a file" accept=".csv,.tsv,.txt,text/csv" onFile={(file) => void file.text().then(read)} />
      </div>
    </Card>
  );
}

import { METHODOLOGY_TIERS, type MethodologyTier, PERIODS, type RebalancePeriod } from "@gimbal/sdk";
import type { Address } from "viem";
import { useAssets } from "../data/assets.ts";
import { Field, Select, TextArea } from "../ui/controls.tsx";
import { Card, Notice } from "../ui/surfaces.tsx";
import type { Change } from "./BasketStep.tsx";
import { type Draft, type LimitPreset, limitsOf } from "./draft.ts";
import { termsFaults } from "./faults.ts";

const PERIOD_WORDS: Readonly<Record<RebalancePeriod, string>> = {
  daily: "Every day",
  weekly: "Every week",
  "two-weekly": "Every two weeks",
  monthly: "Every month",
};

const LIMIT_WORDS: readonly (readonly [LimitPreset, string])[] = [
  ["usual", "As the rules need them"],
  ["careful", "Careful: half the room, twice the delay"],
];
/** Most stable tokens that an index flees to. */
const MOST_STABLES = 3;
const HOUR = 3_600;

/** Name, fees, limits, where it goes in danger, who decides. */
export function TermsStep({ draft, change }: { draft: Draft; change: Change }) {
  const faults = termsFaults(draft);
  const text = (key: "name" | "symbol" | "seed" | "streaming" | "mintFee" | "threshold") => ({
    value: draft[key],
    fault: draft[key] === "" && key !== "threshold" ? undefined : faults[key],
    onChange: (event: { target: { value: string } }) => change({ [key]: event.target.value }),
  });
  return (
    <>
      <Card title="Name and seed">
        <div className="grid gap-x-4 sm:grid-cols-2">
          <Field label="Name" hint="Such as “Ten largest, equal parts”." {...text("name")} />
          <Field
            label="Symbol"
            hint="What wallets show, such as TEN."
            {...text("symbol")}
            onChange={(event) => change({ symbol: event.target.value.toUpperCase() })}
          />
          <Field
            label="Seed"
            inputMode="decimal"
            end="USD"
            hint="Worth of the tokens that you put in. You get the shares for it."
            {...text("seed")}
          />
        </div>
      </Card>
      <Card title="Fees that you charge">
        <div className="grid gap-x-4 sm:grid-cols-2">
          <Field label="A year" inputMode="decimal" end="% of the value" hint="0 to 5%." {...text("streaming")} />
          <Field label="On each purchase" inputMode="decimal" end="%" hint="0 to 1%." {...text("mintFee")} />
        </div>
        <p className="text-sm text-muted">
          Leaving is always free. The protocol keeps a part of your fees; the preview names it.
        </p>
      </Card>
      <Card title="Rebalancing and limits">
        <div className="grid gap-x-4 sm:grid-cols-2">
          <Select
            label="Rebalance"
            value={draft.rebalance}
            options={PERIODS.map((period) => [period, PERIOD_WORDS[period]])}
            onChange={(event) => change({ rebalance: event.target.value as RebalancePeriod })}
          />
          <Select
            label="Risk"
            value={draft.tier}
            options={METHODOLOGY_TIERS.map((tier) => [tier, tier])}
            hint="What the rules say of themselves; plans across indices use it."
            onChange={(event) => change({ tier: event.target.value as MethodologyTier })}
          />
          <Select
            label="Guard rails"
            value={draft.limits}
            options={LIMIT_WORDS}
            hint="They are fixed for ever: nobody can loosen them later."
            onChange={(event) => change({ limits: event.target.value as LimitPreset })}
          />
        </div>
        <Limits draft={draft} />
      </Card>
      <Stables draft={draft} change={change} />
      <Card title="Who decides">
        <TextArea
          label="Signers"
          value={draft.signers}
          fault={faults.signers}
          placeholder="0x…"
          hint="Addresses that sign decisions, one a line. Empty: you alone. Name a keeper to have it served."
          onChange={(event) => change({ signers: event.target.value })}
        />
        <Field label="Signatures that a decision needs" inputMode="numeric" {...text("threshold")} />
        <label className="flex min-h-11 items-center gap-3 text-sm">
          <input
            type="checkbox"
            className="size-5"
            checked={draft.isCurated}
            onChange={(event) => change({ isCurated: event.target.checked })}
          />
          I may change fees, signers and strategy later, after a delay that holders see
        </label>
        <p className="text-sm text-muted">Without it nobody ever can.</p>
      </Card>
    </>
  );
}

function Limits({ draft }: { draft: Draft }) {
  const kind = draft.template === "ai" ? "grades" : "equal";
  const limits = limitsOf(draft.limits, { rebalance: draft.rebalance, weighting: { kind } });
  const lines = [
    `At most ${limits.turnoverBps / 100}% of the value is traded in seven days.`,
    `At most ${limits.lossBps / 100}% of the value may be lost to trading in seven days.`,
    `One decision changes one token by at most ${limits.maxWeightChangeBps / 100}% of the value.`,
    `A decision waits ${limits.riskDelay / HOUR} hours, a change of the basket ${limits.basketDelay / HOUR} hours: time to leave.`,
  ];
  return (
    <ul className="list-disc pl-5 text-sm text-muted">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Stables({ draft, change }: { draft: Draft; change: Change }) {
  const assets = useAssets();
  const stables = (assets.data ?? []).filter(({ isStable }) => isStable);
  const own = new Set(draft.rows.map(({ token }) => token));
  const inBasket = stables.filter(({ token }) => own.has(token));
  const toggle = (token: Address, isChosen: boolean) =>
    change({ stables: isChosen ? [...draft.stables, token] : draft.stables.filter((other) => other !== token) });
  return (
    <Card title="Where it goes in danger">
      {inBasket.length > 0 ? (
        <p className="text-sm">The basket has {inBasket.map(({ symbol }) => symbol).join(", ")}: it goes there.</p>
      ) : (
        <>
          <p className="mb-2 text-sm text-muted">
            Choose one to three stable tokens. They join the basket with nothing in them.
          </p>
          <ul className="flex flex-wrap gap-4">
            {stables.map(({ token, symbol }) => (
              <li key={token}>
                <label className="flex min-h-11 items-center gap-2 text-sm">
                  <input
                    type="checkbox"
                    className="size-5"
                    checked={draft.stables.includes(token)}
                    disabled={!draft.stables.includes(token) && draft.stables.length >= MOST_STABLES}
                    onChange={(event) => toggle(token, event.target.checked)}
                  />
                  {symbol}
                </label>
              </li>
            ))}
          </ul>
          {assets.data !== undefined && stables.length === 0 && (
            <Notice tone="warn">No stable token is listed on this network, and an index needs one.</Notice>
          )}
        </>
      )}
    </Card>
  );
}

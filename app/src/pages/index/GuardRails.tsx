import type { ReactNode } from "react";
import type { Address } from "viem";
import { formatUnits } from "viem";
import { useHoldings } from "../../data/index/holdings.ts";
import { type Terms, useTerms } from "../../data/index/terms.ts";
import { percent, shortAddress, time } from "../../format.ts";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card, Figure, Notice } from "../../ui/surfaces.tsx";
import { faultsOf, lengthOf } from "./guardWords.ts";
import { Fact, Facts, Loaded } from "./parts.tsx";

/** {s} */
const DAY = 86_400;

/** {bps} of D18{1} */
const bpsOf = (part: bigint): number => Number(formatUnits(part, 14));
/** How far the keeper may still go, what it may never do, and what is out of order. */
export function GuardRails({ vault }: { vault: Address }) {
  const asked = useTerms(vault);
  return (
    <Card title="Guard rails">
      <Loaded asked={asked}>{(terms) => <Rails terms={terms} vault={vault} />}</Loaded>
    </Card>
  );
}

function Rails({ terms, vault }: { terms: Terms; vault: Address }) {
  const { health, state, epoch, asOf } = terms;
  const { limits } = state;
  const derisk = BigInt(limits.deriskLossBps) * 10n ** 14n;
  const deriskLeft = derisk > epoch.buckets.deriskLoss ? derisk - epoch.buckets.deriskLoss : 0n;
  return (
    <div className="flex flex-col gap-5">
      <Troubles terms={terms} vault={vault} />
      <div className="grid gap-4 sm:grid-cols-3">
        <Headroom
          name="May be sold now"
          left={health.turnover.left}
          whole={health.turnover.capacity}
          words={<Refill budget={health.turnover} what="sold" />}
        />
        <Headroom
          name="May be lost to traders now"
          left={health.loss.left}
          whole={health.loss.capacity}
          words={<Refill budget={health.loss} what="lost" />}
        />
        <Headroom
          name="May be lost in a move to safety"
          left={deriskLeft}
          whole={derisk}
          words={<>of the value, each time. At most once in {lengthOf(limits.deriskPeriod)}.</>}
        />
      </div>
      <Facts>
        <Fact name="Largest change of a weight" hint="in one rebalance">
          <Figure shown={percent(limits.maxWeightChangeBps)} />
        </Fact>
        <Fact name="Time to veto a rebalance">{lengthOf(limits.riskDelay)}</Fact>
        <Fact name="Time to veto new tokens">{lengthOf(limits.basketDelay)}</Fact>
        <Fact name="Between two rebalances" hint="at least">
          {lengthOf(limits.cooldown)}
        </Fact>
        <Fact name="Trading lasts" hint="two price curves">
          {lengthOf(2 * limits.curveLength)}
        </Fact>
        <Fact name="Signatures needed" hint={health.signers === 0n ? "the signers were revoked" : undefined}>
          {health.threshold} of {String(health.signers)}
        </Fact>
      </Facts>
      <p className="text-sm text-muted">
        These limits are part of the contract's code: neither the keeper, nor the curator, nor the DAO can change them.
      </p>
      <SourceLine source="chain" asOf={asOf} missing={[]} />
    </div>
  );
}

function Refill({ budget, what }: { budget: Terms["health"]["turnover"]; what: string }) {
  const { weekly, daysToFull } = budget;
  const days = Number(formatUnits(daysToFull, 18));
  return (
    <>
      of the value. Whatever happens, no more than {percent(bpsOf(weekly)).short} is {what} in any 7 days.
      {days > 0 && ` Nothing of it is used any more in ${lengthOf(days * DAY)}.`}
    </>
  );
}

/** A budget D18{1} with what is left of it. */
function Headroom({ name, left, whole, words }: { name: string; left: bigint; whole: bigint; words: ReactNode }) {
  const [shown, all] = [percent(bpsOf(left)), percent(bpsOf(whole))];
  return (
    <div className="flex flex-col gap-1">
      <p className="text-sm text-muted">{name}</p>
      <p className="font-medium">
        <Figure shown={shown} /> <span className="text-sm text-muted">of {all.short}</span>
      </p>
      <meter className="sr-only" aria-label={name} min={0} max={bpsOf(whole)} value={bpsOf(left)}>
        {shown.short} of {all.short}
      </meter>
      <div aria-hidden="true" className="h-2 overflow-hidden rounded-full border border-control-line bg-raised">
        <div
          className="h-full bg-accent"
          style={{ width: `${whole === 0n ? 0 : (100 * bpsOf(left)) / bpsOf(whole)}%` }}
        />
      </div>
      <p className="text-xs text-muted">{words}</p>
    </div>
  );
}

/** What is out of order now, as sentences; nothing when all is well. */
function Troubles({ terms: { health, asOf }, vault }: { terms: Terms; vault: Address }) {
  const { data } = useHoldings(vault);
  const nameOf = (token: Address) =>
    data?.data.holdings.find((held) => held.token.toLowerCase() === token.toLowerCase())?.symbol ?? shortAddress(token);
  const sentences = [
    ...(health.sequencerUp
      ? []
      : ["The chain's sequencer was down lately: no prices are trusted until it has been up for a while."]),
    ...(health.signers === 0n ? ["The signers were revoked: nobody can propose weights."] : []),
    ...(health.pendingBasket ? [`Other tokens are announced for ${time(health.basketAppliesAt).exact}.`] : []),
    ...(health.pausedUntil > asOf && health.pausedBits !== 0
      ? [`The guardian's pause lasts until ${time(health.pausedUntil).exact}.`]
      : []),
    ...health.tokens.flatMap((token) => faultsOf(token).map((fault) => `${nameOf(token.token)}: ${fault}.`)),
  ];
  if (sentences.length === 0) {
    return <p className="text-sm">All {health.tokens.length} tokens have a trusted price, and nothing is stopped.</p>;
  }
  return (
    <Notice tone="warn">
      <ul className="flex flex-col gap-1">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Notice>
  );
}

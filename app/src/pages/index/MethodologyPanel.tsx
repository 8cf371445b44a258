import type { Address } from "viem";
import type { IndexHead } from "../../data/index/head.ts";
import { useKeeperOf } from "../../data/index/history.ts";
import { momentOf, secondsOf } from "../../data/index/wire.ts";
import { percent, shortAddress, time, UNKNOWN } from "../../format.ts";
import { plainReason } from "../../keeper/plainReason.ts";
import { Copy } from "../../ui/Copy.tsx";
import { SourceLine } from "../../ui/SourceLine.tsx";
import { Card } from "../../ui/surfaces.tsx";
import { NextWeights } from "./NextWeights.tsx";
import { Fact, Facts, Loaded } from "./parts.tsx";

const VOICES: Readonly<Record<string, string>> = {
  ensemble: "the trained models",
  fallback: "the rules for when models are missing",
};

/** By which rules the index decides, and what was decided last. */
export function MethodologyPanel({ vault, index: { methodology, risk } }: { vault: Address; index: IndexHead }) {
  const asked = useKeeperOf(vault);
  return (
    <Card title="Methodology">
      <Facts>
        <Fact name="Name" hint={methodology.name === null ? "the API does not have the document" : undefined}>
          {methodology.name ?? UNKNOWN}
        </Fact>
        <Fact name="Document">{methodology.id ?? UNKNOWN}</Fact>
        <Fact name="Risk">{risk ?? UNKNOWN}</Fact>
        <Fact name="Hash in the vault" hint="keccak256 of the document">
          <span className="font-mono text-sm" title={methodology.hash}>
            {shortAddress(methodology.hash)}
          </span>
          <Copy text={methodology.hash} what="the hash of the methodology" />
        </Fact>
      </Facts>
      <p className="my-4 text-sm text-muted">
        A methodology is a document of rules, no code. Its hash stands in the vault and in every decision, so that
        nobody can decide by other rules unseen.
      </p>
      <h3 className="mb-2 text-sm font-semibold">Last decision</h3>
      <Loaded asked={asked} height="h-24">
        {({ told: keeper, asOf }) => {
          if (keeper === null) {
            return <p className="text-sm text-muted">No keeper of this API decides for this index.</p>;
          }
          const { lastDecision, model, nextRun } = keeper;
          const { action, decidedAt, regime, exposureBps, turnoverBps, reasons } = lastDecision;
          return (
            <>
              <Facts>
                <Fact name="Decided">{time(momentOf(decidedAt)).exact}</Fact>
                <Fact name="Next">{time(secondsOf(nextRun)).exact}</Fact>
                <Fact name="What">{action === "propose" ? "other weights" : "nothing to do"}</Fact>
                <Fact name="Market" hint={`at most ${percent(exposureBps).short} in risky tokens`}>
                  {regime}
                </Fact>
                <Fact name="Turnover">{percent(turnoverBps).short}</Fact>
                <Fact name="Spoken by" hint={model.fittedOn === null ? undefined : `trained on ${model.fittedOn}`}>
                  {VOICES[model.spoke] ?? model.spoke}
                </Fact>
              </Facts>
              <ul className="mt-3 list-disc pl-5 text-sm">
                {reasons.map((reason) => (
                  <li key={reason}>{plainReason(reason)}</li>
                ))}
              </ul>
              <h3 className="mt-5 mb-2 text-sm font-semibold">What comes next, as far as anybody knows</h3>
              <NextWeights vault={vault} hash={lastDecision.hash} />
              <SourceLine source="api" asOf={asOf} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

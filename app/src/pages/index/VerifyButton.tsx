import type { Address, Hex } from "viem";
import { quotaProblem } from "../../data/index/quota.ts";
import type { Rebalance } from "../../data/index/rebalances.ts";
import { useVerify, type Where } from "../../data/index/useVerify.ts";
import type { Verdict } from "../../data/index/verify.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { Button } from "../../ui/controls.tsx";
import { Notice } from "../../ui/surfaces.tsx";

const PLACES: Readonly<Record<Where, string>> = {
  vault: "The vault carries",
  event: "The vault's event carries",
};

/** Recomputes the decision behind a rebalance here, and says whether the chain carries the same. */
export function VerifyButton({ vault, rebalance }: { vault: Address; rebalance: Rebalance }) {
  const { mutate, data, error, isPending } = useVerify(vault);
  return (
    <div className="flex flex-col items-start gap-3">
      <Button disabled={isPending} onClick={() => mutate(rebalance)}>
        {isPending ? "Verifying" : "Verify"}
      </Button>
      <p className="text-xs text-muted">
        Takes the decision's record from the API, computes its hash in this browser, and compares it with the chain. It
        is one request to the API, free within its quota.
      </p>
      {error && <Notice tone="warn">{quotaProblem(error) ?? sentenceOf(error)}</Notice>}
      {data && <Result verdict={data} where={data.where} />}
    </div>
  );
}

function Result({ verdict, where }: { verdict: Verdict; where: Where }) {
  const { isTrue, faults, contentHash, gradesRoot, recomputed, onChain } = verdict;
  return (
    <div className="flex w-full flex-col gap-3">
      <Notice tone={isTrue ? "info" : "warn"}>
        {isTrue
          ? "True: the record that these reasons are from is the one that the signers proposed. Not a letter of it was changed."
          : `Not true. ${faults.join(" ")}`}
      </Notice>
      <dl className="flex flex-col gap-2 text-xs">
        <Line name="Hash of the record" hash={contentHash} />
        <Line name="Root of its grades" hash={gradesRoot} />
        <Line name="Both together, computed here" hash={recomputed} />
        <Line name={PLACES[where]} hash={onChain} />
      </dl>
    </div>
  );
}

function Line({ name, hash }: { name: string; hash: Hex | null }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className="font-mono break-all">{hash ?? "–"}</dd>
    </div>
  );
}

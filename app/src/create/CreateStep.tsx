import { methodologyHash } from "@gimbal/sdk";
import { useEffect, useRef } from "react";
import type { Address } from "viem";
import { ActionButton } from "../flow/ActionButton.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { percent, usd18 } from "../format.ts";
import { Button } from "../ui/controls.tsx";
import { Card, Notice, Skeleton } from "../ui/surfaces.tsx";
import type { Change } from "./BasketStep.tsx";
import { type Draft, signersOf } from "./draft.ts";
import { Costs, Findings, usePreview, useSymbols } from "./PreviewStep.tsx";
import { documentFile, namedSentence, type Preview, prepareCreation, withFrozenSeed } from "./preview.ts";

/** The last look, the approvals of the seed, and the creation. */
export function CreateStep({
  draft,
  faults,
  change,
  onCreated,
}: {
  draft: Draft;
  change: Change;
  faults: readonly string[];
  onCreated: (vault: Address) => void;
}) {
  const symbolOf = useSymbols();
  const preview = usePreview(draft, faults.length === 0);
  const vault = useRef<Address>(undefined);
  const { error } = preview;
  const data = preview.data && withFrozenSeed(preview.data, draft.frozen);
  const isFrozen = draft.frozen.length > 0;
  const live = preview.data?.creation.seed;
  useEffect(() => {
    // Prices move while approvals are sent: the seed stays what was shown.
    if (!isFrozen && live !== undefined) change({ frozen: live.map(({ token, amount }) => [token, String(amount)]) });
  }, [isFrozen, live, change]);
  const fault = faults[0] ?? (data && data.problems.length > 0 ? "It cannot be created like this" : undefined);
  return (
    <>
      {error && <Notice tone="warn">{namedSentence(sentenceOf(error), symbolOf)}</Notice>}
      {preview.isFetching && data === undefined && <Skeleton className="h-40 w-full" />}
      {isFrozen && (
        <div className="flex flex-wrap items-center gap-2">
          <p className="mr-auto text-sm text-muted">
            The amounts of the seed stay as they were when this page was first shown.
          </p>
          <Button onClick={() => change({ frozen: [] })}>Reckon them anew</Button>
        </div>
      )}
      {data && <Review draft={draft} preview={data} symbolOf={symbolOf} />}
      <ActionButton
        action={{
          key: ["create", draft.salt, data?.creation.seed.map(({ amount }) => String(amount)) ?? null],
          verb: "Create the index",
          title: `Create ${draft.symbol}`,
          fault: fault ?? (data === undefined ? "Reading the preview" : undefined),
          symbolOf,
          prepare: ({ client }) =>
            prepareCreation(client, data as Preview, (made) => {
              vault.current = made;
            }),
          onDone: () => vault.current !== undefined && onCreated(vault.current),
        }}
      />
    </>
  );
}

function Review({
  draft,
  preview,
  symbolOf,
}: {
  draft: Draft;
  preview: Preview;
  symbolOf: (token: Address) => string;
}) {
  const signers = signersOf(draft.signers).length;
  const lines = [
    `${preview.document.name} (${draft.symbol}): ${preview.document.words}`,
    `You put in ${usd18(preview.value).short} and get all shares but a few that stay locked for ever.`,
    signers === 0 ? "You alone sign its decisions." : `${draft.threshold} of ${signers} signers must sign a decision.`,
    draft.isCurated
      ? "You may change fees, signers and strategy later, after a delay that holders see."
      : "Nobody can ever change its fees, signers or rules.",
    `Buying costs ${percent(preview.fees.mintFeeBps).short}, leaving nothing.`,
  ];
  return (
    <>
      <Card title="Before you sign">
        <ul className="list-disc pl-5 text-sm">
          {lines.map((line) => (
            <li key={line} className="break-words">
              {line}
            </li>
          ))}
        </ul>
        <p className="mt-3 text-sm text-muted">
          Its rules have the hash <span className="font-mono break-all">{methodologyHash(preview.document)}</span>. A
          keeper needs the document itself.
        </p>
        <Button className="mt-2" onClick={() => save(`${draft.symbol}.json`, documentFile(preview.document))}>
          Save the document
        </Button>
      </Card>
      <Findings preview={preview} symbolOf={symbolOf} />
      <Costs preview={preview} />
    </>
  );
}

/** Gives a text to the person as a file. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

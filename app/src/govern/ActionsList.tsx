import type { DecodedAction } from "@gimbal/sdk";
import { formatUnits } from "viem";
import { useNetwork } from "../data/network.tsx";
import { Notice } from "../ui/surfaces.tsx";
import { AddressLine } from "./parts.tsx";
import { argumentText, knownName, sentenceOfAction } from "./words.ts";

/** The calls of a proposal: a sentence each, and exactly what is called below it. */
export function ActionsList({
  actions,
  onRemove,
}: {
  actions: readonly DecodedAction[];
  onRemove?: (index: number) => void;
}) {
  const { deployment } = useNetwork();
  return (
    <ol className="flex list-decimal flex-col gap-4 pl-5">
      {actions.map((action, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a call is its place; the same call may stand twice
        <li key={index}>
          <Said lines={sentenceOfAction(action, deployment).split("\n")} />
          {knownName(deployment, action.target) === undefined && (
            <div className="mt-2">
              <Notice tone="warn">
                The contract that is called is none of this deployment. Read what it does first.
              </Notice>
            </div>
          )}
          <details className="mt-1 text-sm">
            <summary className="min-h-8 cursor-pointer text-muted">Exactly what is called</summary>
            <Exact action={action} />
          </details>
          {onRemove && (
            <button type="button" className="min-h-11 text-sm underline" onClick={() => onRemove(index)}>
              Remove this call
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** A sentence, and its particulars where there are many. */
function Said({ lines: [sentence, ...particulars] }: { lines: readonly string[] }) {
  return (
    <>
      <p className="font-medium break-words">{sentence}</p>
      {particulars.length > 0 && (
        <ul className="mt-2 flex flex-col gap-2 text-sm">
          {particulars.map((line) => (
            <li key={line} className="break-words">
              {line}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Exact({ action }: { action: DecodedAction }) {
  const { deployment } = useNetwork();
  const { target, value, data, signature, args } = action;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 py-1 break-all">
      <dt className="text-muted">Contract</dt>
      <dd>
        <AddressLine address={target} />
      </dd>
      <dt className="text-muted">Function</dt>
      <dd className="font-mono">{signature ?? "not known"}</dd>
      {args.map(({ name, value: argument }) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="font-mono">{argumentText(argument, deployment)}</dd>
        </div>
      ))}
      {value > 0n && (
        <>
          <dt className="text-muted">Ether</dt>
          <dd>{formatUnits(value, 18)} ETH</dd>
        </>
      )}
      <dt className="text-muted">Data</dt>
      <dd className="font-mono">{data}</dd>
    </dl>
  );
}

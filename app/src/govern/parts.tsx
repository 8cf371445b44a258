import type { Address } from "viem";
import type { ProposalState, ProposalView } from "../data/governance.ts";
import { useNetwork } from "../data/network.tsx";
import { explorerLink } from "../explorer.ts";
import { amount, percent, shortAddress, UNKNOWN } from "../format.ts";
import { Copy } from "../ui/Copy.tsx";
import { partsOf, STATE_WORDS } from "./standing.ts";
import { knownName } from "./words.ts";

const TONES = {
  gain: "border-gain text-gain",
  loss: "border-loss text-loss",
  accent: "border-accent text-accent",
  muted: "border-control-line text-muted",
} as const;

/** Where a proposal stands, in words: colour is not needed to read it. */
export function StateBadge({ state }: { state: ProposalState }) {
  const { words, tone } = STATE_WORDS[state];
  return (
    <span
      className={`inline-flex rounded-full border px-2.5 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {words}
    </span>
  );
}

const SIDES = [
  { side: "for", words: "For", fill: "bg-gain" },
  { side: "against", words: "Against", fill: "bg-loss" },
  { side: "abstain", words: "Abstain", fill: "bg-control-line" },
] as const;

/** For, against and abstain: a bar, and the same in figures. */
export function VotesBar({
  votes,
  hasAmounts = false,
}: {
  votes: NonNullable<ProposalView["votes"]>;
  hasAmounts?: boolean;
}) {
  const parts = partsOf(votes);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex h-2.5 overflow-hidden rounded-full bg-raised" aria-hidden="true">
        {parts &&
          SIDES.map(({ side, fill }) => <span key={side} className={fill} style={{ width: `${parts[side]}%` }} />)}
      </div>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {SIDES.map(({ side, words, fill }) => (
          <div key={side} className="flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2.5 rounded-full ${fill}`} />
            <dt className="text-muted">{words}</dt>
            <dd className="tabular-nums" title={amount(votes[side], 18, "veGIM").exact}>
              {parts === null ? UNKNOWN : percent(parts[side] * 100, 1).short}
              {hasAmounts && ` (${amount(votes[side], 18, "veGIM", 2).short})`}
            </dd>
          </div>
        ))}
      </dl>
      {parts === null && <p className="text-sm text-muted">No votes.</p>}
    </div>
  );
}

/** An address with its name if the deployment knows it, a button that copies it, and a link where there is an explorer. */
export function AddressLine({ address }: { address: Address }) {
  const { deployment, explorerUrl } = useNetwork();
  const name = knownName(deployment, address);
  const text = name ?? shortAddress(address);
  return (
    <span className="whitespace-nowrap">
      {explorerUrl === null ? (
        <span className={name ? "" : "font-mono"} title={address}>
          {text}
        </span>
      ) : (
        <a
          className={`underline ${name ? "" : "font-mono"}`}
          title={address}
          href={explorerLink(explorerUrl, "address", address)}
          target="_blank"
          rel="noreferrer"
        >
          {text}
        </a>
      )}
      <Copy text={address} what={name === undefined ? "the address" : `the address of ${name}`} />
    </span>
  );
}

/** A transaction: a link where there is an explorer, its short hash else. */
export function TransactionLine({ hash }: { hash: string }) {
  const { explorerUrl } = useNetwork();
  if (explorerUrl === null) return <code title={hash}>{shortAddress(hash)}</code>;
  return (
    <a className="font-mono underline" href={explorerLink(explorerUrl, "tx", hash)} target="_blank" rel="noreferrer">
      {shortAddress(hash)}
    </a>
  );
}

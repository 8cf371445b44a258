import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { zeroAddress } from "viem";
import { type Terms, useTerms } from "../../data/index/terms.ts";
import { Card } from "../../ui/surfaces.tsx";
import { lengthOf } from "./guardWords.ts";
import { ChainLink, Loaded } from "./parts.tsx";

/** Who can change what of this index, and who cannot. */
export function PowersPanel({ vault }: { vault: Address }) {
  const asked = useTerms(vault);
  return (
    <Card title="Who can change what">
      <Loaded asked={asked}>{(terms) => <Powers terms={terms} />}</Loaded>
    </Card>
  );
}

function Powers({ terms: { promises, health, state } }: { terms: Terms }) {
  const { curator, guardian } = promises;
  const { limits } = state;
  const nobody = curator === zeroAddress;
  return (
    <ul className="flex flex-col gap-4">
      <Power
        name="The AI keeper"
        who={`${health.threshold} of ${health.signers} signers`}
        can={`propose weights and other tokens, within the limits above; what it proposes can be vetoed for ${lengthOf(limits.riskDelay)}.`}
        cannot="take tokens out, change limits or fees, stop anyone from leaving."
      />
      <Power
        name="The curator"
        who={nobody ? "nobody" : <ChainLink kind="address" id={curator} />}
        can={
          nobody
            ? "nothing: the role was given up for ever. Fees and methodology stay as they are."
            : "lower fees at once; raise them, or change the methodology or the signers, after a delay; cancel a rebalance."
        }
        cannot={nobody ? undefined : "touch tokens or limits, or cost a holder anything at once."}
      />
      <Power
        name="The guardian"
        who={<ChainLink kind="address" id={guardian} />}
        can="pause buying, trading and proposals for a while, cancel a rebalance, revoke signers, stop a token."
        cannot="pause leaving, move tokens, set fees, let anything pass."
      />
      <Power
        name="The DAO"
        who="those who lock GIM, through the timelock"
        can="list tokens and their price feeds, set the protocol's part of the fees within its cap, name the guardian."
        cannot="change this index's limits, code or tokens."
      />
      <Power
        name="Anyone"
        who="anyone"
        can="trade with the index while a rebalance is open, hand out fees, and do the upkeep that is due."
        cannot="gain a right by it."
      />
      <Power
        name="You"
        who="whoever holds shares"
        can="leave at any time, in kind, at no fee. Nobody can pause it."
        cannot={undefined}
      />
      <li>
        <Link to="/safety" hash="permissions" className="inline-flex min-h-11 items-center text-sm underline">
          Every call, and who may make it
        </Link>
      </li>
    </ul>
  );
}

interface PowerProps {
  name: string;
  who: ReactNode;
  can: string;
  cannot: string | undefined;
}

function Power({ name, who, can, cannot }: PowerProps) {
  return (
    <li className="flex flex-col gap-1 text-sm">
      <p>
        <span className="font-medium">{name}</span> <span className="text-muted">({who})</span>
      </p>
      <p>Can {can}</p>
      {cannot !== undefined && <p className="text-muted">Cannot {cannot}</p>}
    </li>
  );
}

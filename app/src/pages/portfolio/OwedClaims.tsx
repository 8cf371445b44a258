import { claim } from "@gimbal/sdk";
import { atLeast } from "../../amounts.ts";
import type { Owed } from "../../data/portfolio.ts";
import { useTokens } from "../../data/tokens.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import type { ActionParameters } from "../../flow/useAction.ts";
import { Figure } from "../../ui/surfaces.tsx";

/** What indices owe since a token refused to move, each with a button. */
export function OwedClaims({ owed }: { owed: readonly Owed[] }) {
  return (
    <ul className="flex flex-col gap-4">
      {owed.map((entry) => (
        <Claim key={`${entry.vault}${entry.token}`} owed={entry} />
      ))}
    </ul>
  );
}

function Claim({ owed: { vault, symbol, token, amount } }: { owed: Owed }) {
  const { find, symbolOf } = useTokens();
  const decimals = find(token)?.decimals;
  const shown =
    decimals === undefined
      ? { short: `${amount} smallest units of ${symbolOf(token)}`, exact: token }
      : atLeast(amount, decimals, symbolOf(token));
  const action: ActionParameters = {
    key: ["claim", vault, token],
    verb: `Claim ${symbolOf(token)}`,
    title: `Claim ${shown.short} from ${symbol}`,
    fault: undefined,
    symbolOf,
    prepare: ({ client, account }) => claim(client, { vault, token, account }),
  };
  return (
    <li className="grid items-center gap-2 text-sm sm:grid-cols-[1fr_auto]">
      <span>
        <Figure shown={shown} /> <span className="text-muted">from {symbol}</span>
      </span>
      <ActionButton action={action} variant="secondary" about={`from ${symbol}`} />
    </li>
  );
}

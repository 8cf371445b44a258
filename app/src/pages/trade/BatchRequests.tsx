import { cancelRequest, claimBatch, type OpenRequest } from "@gimbal/sdk";
import type { Address } from "viem";
import { atLeast } from "../../amounts.ts";
import { type BatchHoldings, isClaimable } from "../../data/batches.ts";
import type { PayToken } from "../../data/payToken.ts";
import { useTokens } from "../../data/tokens.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import type { ActionParameters } from "../../flow/useAction.ts";
import { Figure } from "../../ui/surfaces.tsx";
import { type RequestState, requestState, stateWords } from "./requestState.ts";

/** What an account asked for in the batches of one index, what became of it, and how to get it. */
export function BatchRequests({ share, holdings }: { share: PayToken; holdings: BatchHoldings }) {
  const { account, cash, depositor, now } = holdings;
  const { symbolOf } = useTokens([share, cash]);
  const ready = [
    { label: "Shares bought", shown: atLeast(account.sharesOut, 18, share.symbol), raw: account.sharesOut },
    { label: "Cash received", shown: atLeast(account.assetsOut, cash.decimals, cash.symbol), raw: account.assetsOut },
    {
      label: "Cash not exchanged",
      shown: atLeast(account.refundAssets, cash.decimals, cash.symbol),
      raw: account.refundAssets,
    },
    {
      label: "Shares not exchanged",
      shown: atLeast(account.refundShares, 18, share.symbol),
      raw: account.refundShares,
    },
  ].filter(({ raw }) => raw > 0n);
  // What a batch that is over became stands among what can be collected.
  const waiting = [
    ...account.deposits.map((request) => ({ ...request, side: "deposit" as const, token: cash })),
    ...account.redemptions.map((request) => ({ ...request, side: "redeem" as const, token: share })),
  ].filter(({ batch }) => requestState(batch, now) !== "over");
  return (
    <section aria-label={`Batches of ${share.symbol}`} className="rounded-lg border border-line p-3 text-sm">
      <h3 className="mb-2 font-medium">Your requests for {share.symbol}</h3>
      <ul className="flex flex-col gap-3">
        {waiting.map((request) => (
          <Waiting
            key={`${request.side}${request.batch}`}
            {...{ request, depositor, symbolOf }}
            state={requestState(request.batch, now)}
          />
        ))}
        {ready.map(({ label, shown }) => (
          <li key={label} className="flex justify-between gap-4">
            <span className="text-muted">{label}</span>
            <Figure shown={shown} />
          </li>
        ))}
      </ul>
      {isClaimable(account) && <Collect {...{ share, depositor, symbolOf }} />}
    </section>
  );
}

function Collect(props: { share: PayToken; depositor: Address; symbolOf: (token: Address) => string }) {
  const { share, depositor, symbolOf } = props;
  const action: ActionParameters = {
    key: ["claimBatch", depositor],
    verb: "Collect",
    title: `Collect from the batches of ${share.symbol}`,
    fault: undefined,
    symbolOf,
    prepare: ({ client, account }) => claimBatch(client, { depositor, account }),
  };
  return (
    <div className="mt-3">
      <ActionButton action={action} />
    </div>
  );
}

function Waiting(props: {
  request: OpenRequest & { side: "deposit" | "redeem"; token: PayToken };
  state: RequestState;
  depositor: Address;
  symbolOf: (token: Address) => string;
}) {
  const { request, state, depositor, symbolOf } = props;
  const { side, batch, amount, token } = request;
  const shown = atLeast(amount, token.decimals, token.symbol);
  const action: ActionParameters = {
    key: ["cancelRequest", depositor, side, String(batch)],
    verb: "Take it back",
    title: `Take back ${shown.short} from the batch`,
    fault: undefined,
    symbolOf,
    prepare: ({ client, account }) => cancelRequest(client, { depositor, side, batch, account }),
  };
  return (
    <li className="flex flex-col gap-2">
      <span className="flex justify-between gap-4">
        <span>{side === "deposit" ? "Deposit" : "Withdrawal"}</span>
        <Figure shown={shown} />
      </span>
      <span className="text-muted">{stateWords(state, batch)}</span>
      {state === "open" && <ActionButton action={action} variant="secondary" />}
    </li>
  );
}

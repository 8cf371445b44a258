import { type CompoundModeName, setClaimer, setPolicy } from "@gimbal/sdk";
import { type ReactNode, useId, useState } from "react";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { useIndexNames } from "../../data/indexNames.ts";
import { type RewardState, useGovernance, useRewards } from "../../data/stake.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { sentenceOf } from "../../flow/sentence.ts";
import { percent } from "../../format.ts";
import { Field, Select } from "../../ui/controls.tsx";
import { Card, Notice, Skeleton } from "../../ui/surfaces.tsx";
import { parsePercent } from "./percent.ts";

const MODES: readonly { mode: CompoundModeName; label: string; about: string }[] = [
  { mode: "payOut", label: "Pay out", about: "You claim, and get the tokens as they are." },
  { mode: "lock", label: "Lock the GIM", about: "GIM is added to your lock, other tokens are paid out." },
  { mode: "swapAndLock", label: "Swap and lock", about: "What has a route is swapped to GIM and added to your lock." },
  { mode: "index", label: "Buy an index", about: "What has a price is deposited in an index that you choose." },
];

/** What becomes of the account's revenue, and who may start it. */
export function ReinvestCard() {
  const { data, error } = useRewards();
  return (
    <Card title="Reinvest">
      {error && data === undefined ? (
        <Notice tone="warn">{sentenceOf(error)}</Notice>
      ) : data === undefined ? (
        <Skeleton className="h-40 w-full" />
      ) : (
        <PolicyForm state={data.data} />
      )}
    </Card>
  );
}

const asPercent = (bps: number) => (bps === 0 ? "" : `${bps / 100}`);

function PolicyForm({ state }: { state: RewardState }) {
  const { policy } = state;
  const governance = useGovernance();
  const [mode, setMode] = useState(policy.mode);
  const [slippageText, setSlippageText] = useState(asPercent(policy.maxSlippageBps) || "1");
  const [anyone, setAnyone] = useState(policy.anyone);
  const [feeText, setFeeText] = useState(asPercent(policy.maxFeeBps));
  const [vault, setVault] = useState<Address | undefined>(
    isAddressEqual(policy.vault, zeroAddress) ? undefined : policy.vault,
  );
  const trades = mode === "swapAndLock" || mode === "index";
  const slippage = parsePercent(slippageText, state.maxSlippageBps);
  const fee = parsePercent(feeText, state.maxFeeBps);
  const maxSlippageBps = trades ? slippage.bps : 0;
  const maxFeeBps = anyone && mode !== "payOut" ? fee.bps : 0;
  const isSame =
    mode === policy.mode &&
    (anyone && mode !== "payOut") === policy.anyone &&
    maxFeeBps === policy.maxFeeBps &&
    maxSlippageBps === policy.maxSlippageBps &&
    (mode !== "index" || (vault !== undefined && isAddressEqual(vault, policy.vault)));
  const fault =
    (trades && (slippage.fault ?? (slippage.bps === 0 ? "Slippage must be more than 0%" : undefined))) ||
    (anyone && mode !== "payOut" && fee.fault) ||
    (mode === "index" && vault === undefined ? "Choose an index" : undefined) ||
    (isSame ? "This is what you chose already" : undefined);
  const mayClaim = (on: boolean) => ({
    key: ["setClaimer", on],
    verb: on ? "Let the compounder claim for you" : "Take the permission back",
    title: on ? "Let the compounder claim" : "Stop the compounder",
    ...{ fault: undefined, symbolOf: () => "GIM" },
  });

  return (
    <div className="flex flex-col gap-4">
      <ModeChoice mode={mode} onChoose={setMode} />
      {mode === "index" && <IndexChoice vault={vault} onChoose={setVault} />}
      {trades && (
        <Field
          label="Slippage"
          inputMode="decimal"
          value={slippageText}
          fault={slippage.fault}
          hint={`Below the mean or oracle price, at most ${percent(state.maxSlippageBps).short}.`}
          end={<span className="text-sm text-muted">%</span>}
          onChange={(event) => setSlippageText(event.target.value)}
        />
      )}
      {mode !== "payOut" && (
        <Anyone anyone={anyone} onChoose={setAnyone}>
          <Field
            label="Fee for whoever starts it"
            inputMode="decimal"
            placeholder="0"
            value={feeText}
            fault={fee.fault}
            hint={`Of each amount, at most ${percent(state.maxFeeBps).short}. Without a fee nobody may care to.`}
            end={<span className="text-sm text-muted">%</span>}
            onChange={(event) => setFeeText(event.target.value)}
          />
        </Anyone>
      )}
      {mode !== "payOut" && mode !== "index" && (
        <Notice>
          What is added keeps the end of your lock, and starts its 7 days without an early exit anew. Without a running
          lock everything is paid out.
        </Notice>
      )}
      <ActionButton
        action={{
          key: ["setPolicy", mode, anyone, maxFeeBps, maxSlippageBps, vault],
          verb: "Save",
          title: `Reinvest: ${MODES.find((choice) => choice.mode === mode)?.label}`,
          fault,
          symbolOf: () => "GIM",
          prepare: ({ client, account }) =>
            setPolicy(client, {
              ...{ compounder: governance?.Compounder ?? account, mode, maxFeeBps, maxSlippageBps, account },
              ...{ anyone: anyone && mode !== "payOut", vault: mode === "index" ? vault : undefined },
            }),
        }}
      />
      {policy.mode !== "payOut" && !policy.isClaimer && (
        <>
          <Notice tone="warn">Your choice does nothing yet: the compounder must be allowed to claim for you.</Notice>
          <ActionButton
            action={{
              ...mayClaim(true),
              prepare: ({ client, account }) =>
                setClaimer(client, {
                  ...{ distributor: governance?.RevenueDistributor ?? account, account },
                  claimer: governance?.Compounder ?? account,
                }),
            }}
          />
        </>
      )}
      {policy.isClaimer && (
        <ActionButton
          variant="secondary"
          action={{
            ...mayClaim(false),
            prepare: ({ client, account }) =>
              setClaimer(client, {
                ...{ distributor: governance?.RevenueDistributor ?? account, claimer: zeroAddress, account },
              }),
          }}
        />
      )}
    </div>
  );
}

function ModeChoice({ mode, onChoose }: { mode: CompoundModeName; onChoose: (mode: CompoundModeName) => void }) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">What becomes of your revenue</legend>
      {MODES.map((choice) => (
        <label
          key={choice.mode}
          htmlFor={`${name}-${choice.mode}`}
          className="flex min-h-11 items-center gap-3 text-sm"
        >
          <input
            id={`${name}-${choice.mode}`}
            type="radio"
            name={name}
            className="size-5 shrink-0 accent-accent"
            checked={mode === choice.mode}
            onChange={() => onChoose(choice.mode)}
          />
          <span>
            <span className="font-medium">{choice.label}.</span> <span className="text-muted">{choice.about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function IndexChoice({ vault, onChoose }: { vault: Address | undefined; onChoose: (vault: Address) => void }) {
  const { data, error } = useIndexNames();
  if (error) return <Notice tone="warn">{sentenceOf(error)}</Notice>;
  if (data === undefined) return <Skeleton className="h-11 w-full" />;
  return (
    <Select
      label="Index"
      value={vault ?? ""}
      hint="Its shares come to your wallet."
      options={[
        ...(vault === undefined ? [["", "Choose one"] as const] : []),
        ...data.map(({ address, name, symbol }) => [address, `${name} (${symbol})`] as const),
      ]}
      onChange={(event) => onChoose(event.target.value as Address)}
    />
  );
}

function Anyone({
  anyone,
  onChoose,
  children,
}: {
  anyone: boolean;
  onChoose: (anyone: boolean) => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="flex min-h-11 items-center gap-3 text-sm">
        <input
          id={id}
          type="checkbox"
          className="size-5 shrink-0 accent-accent"
          checked={anyone}
          onChange={(event) => onChoose(event.target.checked)}
        />
        Anyone may start it, such as a keeper, each week; otherwise you do.
      </label>
      {anyone && children}
    </>
  );
}

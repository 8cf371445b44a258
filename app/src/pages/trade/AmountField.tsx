import type { ReactNode } from "react";
import { atLeast, formatAmount } from "../../amounts.ts";
import type { PayToken } from "../../data/payToken.ts";
import { Button, Field } from "../../ui/controls.tsx";

/** Where an amount of a token is typed, with what is held of it and a button for all of it. */
export function AmountField({
  label,
  token,
  text,
  fault,
  held,
  most = held,
  end,
  onText,
}: {
  label: string;
  token: PayToken;
  text: string;
  fault?: string | undefined;
  /** {raw} in the wallet; undefined: not known. */
  held: bigint | undefined;
  /** {raw} that "Max" types; less than held where something must stay. */
  most?: bigint | undefined;
  /** What stands at the end: the choice of a token. */
  end?: ReactNode;
  onText: (text: string) => void;
}) {
  const hint =
    held === undefined
      ? ""
      : `You hold ${atLeast(held, token.decimals, token.symbol).short}${most === held ? "" : "; some stays for the gas"}`;
  return (
    <Field
      label={label}
      inputMode="decimal"
      placeholder="0"
      value={text}
      fault={fault}
      hint={hint}
      onChange={(event) => onText(event.target.value)}
      end={
        <>
          {most !== undefined && most > 0n && (
            <Button
              variant="quiet"
              className="px-2"
              aria-label={`Max ${token.symbol}`}
              onClick={() => onText(formatAmount(most, token.decimals))}
            >
              Max
            </Button>
          )}
          {end ?? <span className="text-muted">{token.symbol}</span>}
        </>
      }
    />
  );
}

/** The choice of a token to pay with or to be paid in. */
export function TokenSelect({
  label,
  tokens,
  value,
  onChange,
}: {
  label: string;
  tokens: readonly PayToken[];
  value: PayToken;
  onChange: (token: PayToken) => void;
}) {
  return (
    <select
      aria-label={label}
      className="min-h-11 rounded-lg bg-raised px-2 text-sm font-medium"
      value={value.address}
      onChange={(event) => {
        const found = tokens.find(({ address }) => address === event.target.value);
        if (found !== undefined) onChange(found);
      }}
    >
      {tokens.map(({ address, symbol }) => (
        <option key={address} value={address}>
          {symbol}
        </option>
      ))}
    </select>
  );
}

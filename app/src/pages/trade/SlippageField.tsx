import { useState } from "react";
import { percent } from "../../format.ts";
import { Button, Field } from "../../ui/controls.tsx";
import { DEFAULT_SLIPPAGE, readSlippage, SLIPPAGES } from "./slippage.ts";

/** How far the price may move between the quote and the block. `onChange` gets {bps}, undefined while what is typed cannot be. */
export function SlippageField({ value, onChange }: { value: number | undefined; onChange: (bps?: number) => void }) {
  const [text, setText] = useState("");
  const { fault } = readSlippage(text);
  return (
    <details className="text-sm">
      <summary className="min-h-11 cursor-pointer py-3 text-muted">
        Slippage: {value === undefined ? "–" : percent(value).short}
      </summary>
      <fieldset className="flex min-w-0 flex-wrap items-start gap-2">
        <legend className="sr-only">Slippage</legend>
        {SLIPPAGES.map((bps) => (
          <Button
            key={bps}
            variant={value === bps && text === "" ? "primary" : "secondary"}
            aria-pressed={value === bps && text === ""}
            onClick={() => {
              setText("");
              onChange(bps);
            }}
          >
            {percent(bps).short}
          </Button>
        ))}
        <Field
          label="Another"
          className="w-32"
          inputMode="decimal"
          value={text}
          fault={fault}
          end={<span className="text-muted">%</span>}
          onChange={(event) => {
            setText(event.target.value);
            const typed = readSlippage(event.target.value);
            onChange(event.target.value.trim() === "" ? DEFAULT_SLIPPAGE : typed.fault ? undefined : typed.raw);
          }}
        />
      </fieldset>
      <p className="text-muted">
        How far the price may move against you before your transaction is in a block. Beyond it the contract refuses,
        and only the gas is lost.
      </p>
    </details>
  );
}

import { useState } from "react";
import { parseAmount } from "../../amounts.ts";
import { percent } from "../../format.ts";
import { Button, Field } from "../../ui/controls.tsx";

/** {bps} */
const PRESETS = [10, 50, 100] as const;
/** {bps} */
export const DEFAULT_SLIPPAGE = 50;
/** {bps} beyond which a limit protects nobody. */
const MOST = 1_000;

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
        {PRESETS.map((bps) => (
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

/** {bps} of a percentage with two decimals. */
export function readSlippage(text: string): { raw?: number; fault?: string } {
  const { raw, fault } = parseAmount(text, 2, "A percentage");
  if (fault !== undefined) return { fault };
  if (raw === undefined) return {};
  if (raw > BigInt(MOST)) return { fault: "At most 10%." };
  return { raw: Number(raw) };
}

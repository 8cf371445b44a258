import { Field, Select, TextArea } from "../ui/controls.tsx";
import type { FormField, Typed } from "./reader.ts";

/** Fields of a form. A fault is shown once its field was touched, or all of them when the form was sent. */
export function FormFields({
  fields,
  typed,
  faults,
  hints,
  onType,
}: {
  fields: readonly FormField[];
  typed: Typed;
  faults: ReadonlyMap<string, string>;
  /** What the chain says of a field, in place of its own hint. */
  hints: Typed;
  onType: (name: string, text: string) => void;
}) {
  const shown = fields.filter(({ when }) => when === undefined || when.is.includes(typed[when.field] ?? ""));
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      {shown.map(({ name, label, kind, hint: standing, unit, options }) => {
        const value = typed[name] ?? "";
        const hint = hints[name] ?? standing;
        const fault = faults.get(name);
        if (options !== undefined) {
          return (
            <Select
              key={name}
              label={label}
              {...{ hint, fault }}
              value={value}
              options={[["", "Choose"], ...options]}
              onChange={(event) => onType(name, event.target.value)}
            />
          );
        }
        if (kind === "lines") {
          return (
            <TextArea
              key={name}
              className="sm:col-span-2"
              {...{ label, hint, fault, value, rows: 10 }}
              onChange={(event) => onType(name, event.target.value)}
            />
          );
        }
        return (
          <Field
            key={name}
            type={kind === "moment" ? "datetime-local" : "text"}
            inputMode={["amount", "percent", "whole", "days"].includes(kind) ? "decimal" : "text"}
            spellCheck={false}
            {...{ label, hint, fault, value }}
            end={unit && <span className="text-sm text-muted">{unit}</span>}
            onChange={(event) => onType(name, event.target.value)}
          />
        );
      })}
    </div>
  );
}

import type {
  ButtonHTMLAttributes,
  InputHTMLAttributes,
  ReactNode,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import { useId } from "react";

type Variant = "primary" | "secondary" | "quiet";

const LOOKS: Readonly<Record<Variant, string>> = {
  primary: "bg-accent text-accent-text hover:opacity-90 disabled:bg-raised disabled:text-muted",
  secondary: "border border-control-line bg-surface text-text hover:bg-raised disabled:text-muted",
  quiet: "text-text hover:bg-raised disabled:text-muted",
};

/** A button of at least 44 px. Its label says what it does; disabled, it says why. */
export function Button({
  variant = "secondary",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { variant?: Variant }) {
  return (
    <button
      type="button"
      className={`inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 text-sm font-medium transition disabled:cursor-not-allowed ${LOOKS[variant]} ${className}`}
      {...rest}
    />
  );
}

export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  /** What to type, or what it means. */
  hint?: ReactNode;
  /** Why what was typed cannot be. */
  fault?: string | undefined;
  /** What stands inside, at the end: a unit, a "Max" button. */
  end?: ReactNode;
}

/** What stands below a field. It keeps its line from the start where something will stand; else it takes no room. */
function Note({ id, hint, fault }: { id: string; hint?: ReactNode; fault?: string | undefined }) {
  if (hint === undefined && fault === undefined) return <span id={id} className="min-h-1" />;
  return (
    <p id={id} className={`min-h-5 text-sm ${fault ? "text-loss" : "text-muted"}`}>
      {fault ?? hint}
    </p>
  );
}

/** A line to type in, with its label, hint and fault tied to it for whoever listens. */
export function Field({ label, hint, fault, end, className = "", ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex min-h-11 items-center gap-2 rounded-lg border border-control-line bg-surface px-3 focus-within:outline-2 focus-within:outline-accent">
        <input
          id={id}
          className="min-w-0 flex-1 bg-transparent py-2 tabular-nums outline-none"
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-note`}
          autoComplete="off"
          {...rest}
        />
        {end}
      </div>
      <Note id={`${id}-note`} hint={hint} fault={fault} />
    </div>
  );
}

export interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  hint?: ReactNode;
  /** Why what was chosen cannot be, or that nothing was. */
  fault?: string | undefined;
  /** Value and words of each choice. */
  options: readonly (readonly [value: string, words: string])[];
}

/** A choice among a few, with its label tied to it. */
export function Select({ label, hint, fault, options, className = "", ...rest }: SelectProps) {
  const id = useId();
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select
        id={id}
        className="min-h-11 w-full min-w-0 rounded-lg border border-control-line bg-surface px-3"
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-note`}
        {...rest}
      >
        {options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
      <Note id={`${id}-note`} hint={hint} fault={fault} />
    </div>
  );
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
}

/** Several lines to type or paste. */
export function TextArea({ label, hint, fault, className = "", ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        className="min-h-28 rounded-lg border border-control-line bg-surface px-3 py-2 font-mono text-sm"
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-note`}
        spellCheck={false}
        {...rest}
      />
      <Note id={`${id}-note`} hint={hint} fault={fault} />
    </div>
  );
}

/** Lets somebody choose a file of this machine, with its label before it. */
export function FileField({
  label,
  accept,
  onFile,
}: {
  label: string;
  accept?: string | undefined;
  onFile: (file: File) => void;
}) {
  return (
    <label className="flex min-h-11 flex-wrap items-center gap-2 text-sm">
      {label}
      <input
        type="file"
        accept={accept}
        className="max-w-full text-sm file:mr-3 file:min-h-11 file:rounded-lg file:border file:border-control-line file:bg-surface file:px-4 file:text-text"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) onFile(file);
        }}
      />
    </label>
  );
}

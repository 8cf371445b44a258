import { useState } from "react";

/** A button that copies what is too long to be shown whole. */
export function Copy({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      aria-label={isCopied ? `${what} copied` : `Copy ${what}`}
      title={isCopied ? "Copied" : `Copy ${what}`}
      className="inline-grid size-8 place-items-center rounded align-middle text-muted hover:bg-raised hover:text-text pointer-coarse:size-11"
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setCopied(true),
          () => setCopied(false),
        )
      }
    >
      <span aria-hidden="true">{isCopied ? "✓" : "⧉"}</span>
    </button>
  );
}

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
      <svg
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        {isCopied ? (
          <path d="M3 8.5l3.5 3.5L13 4.5" />
        ) : (
          <>
            <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
            <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
          </>
        )}
      </svg>
    </button>
  );
}

import { Dialog as Primitive } from "radix-ui";
import { type ReactNode, useState } from "react";

/** A dialog in the middle, a sheet from below on a phone. Escape and the cross close it; the focus stays inside, and goes back. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  // What had the focus before: it is opened by buttons all over the page, none of which is its own trigger.
  const [opener] = useState(() => document.activeElement);
  return (
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener instanceof HTMLElement) opener.focus();
          }}
          className="fixed inset-x-0 bottom-0 z-50 max-h-[90dvh] overflow-auto rounded-t-2xl border border-line bg-surface p-5 sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:w-full sm:max-w-md sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl"
        >
          <header className="mb-4 flex items-center justify-between gap-4">
            <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
            <Primitive.Close
              aria-label="Close"
              className="grid size-11 place-items-center rounded-lg text-xl text-muted hover:bg-raised"
            >
              ×
            </Primitive.Close>
          </header>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

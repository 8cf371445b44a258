import { lazy, Suspense, useMemo, useState } from "react";
import type { Hex } from "viem";
import type { Approver, SigningRequest } from "./embedded.ts";

// Most people bring a wallet of their own and never see these.
const Unlock = lazy(() => import("./questions.tsx").then((part) => ({ default: part.Unlock })));
const Confirm = lazy(() => import("./questions.tsx").then((part) => ({ default: part.Confirm })));

type Asked =
  | { readonly kind: "unlock"; readonly answer: (key: Hex | undefined) => void }
  | { readonly kind: "confirm"; readonly request: SigningRequest; readonly answer: (agreed: boolean) => void };

/** The embedded wallet's side of a conversation: its questions come up as dialogs. The wallet asks one after another. */
export class DialogApprover implements Approver {
  #ask: ((asked: Asked | undefined) => void) | undefined;

  /** Where questions are shown; the place is one component for the life of the page. */
  attach(ask: (asked: Asked | undefined) => void): void {
    this.#ask = ask;
  }

  unlock(): Promise<`0x${string}` | undefined> {
    return this.#question((answer) => ({ kind: "unlock", answer }));
  }

  confirm(request: SigningRequest): Promise<boolean> {
    return this.#question((answer) => ({ kind: "confirm", request, answer }));
  }

  #question<T>(make: (answer: (value: T) => void) => Asked): Promise<T> {
    return new Promise((resolve) => {
      this.#ask?.(
        make((value) => {
          this.#ask?.(undefined);
          resolve(value);
        }),
      );
    });
  }
}

/** Where the embedded wallet asks for its password and whether to sign. */
export function WalletDialogs({ approver }: { approver: DialogApprover }) {
  const [asked, setAsked] = useState<Asked>();
  useMemo(() => approver.attach(setAsked), [approver]);
  return (
    <Suspense>
      {asked?.kind === "unlock" && <Unlock answer={asked.answer} />}
      {asked?.kind === "confirm" && <Confirm request={asked.request} answer={asked.answer} />}
    </Suspense>
  );
}

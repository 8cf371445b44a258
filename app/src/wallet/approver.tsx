import { useMemo, useState } from "react";
import { Button, Field } from "../ui/controls.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import type { Approver, SigningRequest } from "./embedded.ts";
import { KeystoreError, openKey, readStored, sealKey, writeStored } from "./keystore.ts";

type Asked =
  | { readonly kind: "unlock"; readonly answer: (key: `0x${string}` | undefined) => void }
  | { readonly kind: "confirm"; readonly request: SigningRequest; readonly answer: (agreed: boolean) => void };

/** The embedded wallet's side of a conversation: its questions come up as dialogs, one at a time. */
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
  if (asked?.kind === "unlock") return <Unlock answer={asked.answer} />;
  if (asked?.kind === "confirm") return <Confirm request={asked.request} answer={asked.answer} />;
  return null;
}

function Unlock({ answer }: { answer: (key: `0x${string}` | undefined) => void }) {
  const [password, setPassword] = useState("");
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const stored = readStored();
  const isNew = stored === undefined;

  const open = async () => {
    setBusy(true);
    try {
      const sealed = stored ?? (await sealKey(password));
      const key = await openKey(sealed, password);
      if (isNew) writeStored(sealed);
      answer(key);
    } catch (error) {
      setFault(error instanceof KeystoreError ? error.message : "The wallet could not be opened.");
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={isNew ? "Make a wallet in this browser" : "Open the wallet of this browser"}
      onClose={() => answer(undefined)}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <p className="text-sm text-muted">
          Its key stays in this browser, sealed with your password, which is kept nowhere. Forget it, or clear the
          browser's data, and what the wallet holds is lost unless you wrote its key down.
        </p>
        <Field
          label="Password"
          type="password"
          autoFocus
          value={password}
          fault={fault}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button variant="primary" type="submit" disabled={isBusy}>
          {isBusy ? "Opening" : isNew ? "Make the wallet" : "Open"}
        </Button>
      </form>
    </Dialog>
  );
}

function Confirm({ request, answer }: { request: SigningRequest; answer: (agreed: boolean) => void }) {
  return (
    <Dialog
      title={request.kind === "transaction" ? "Send this transaction?" : "Sign this?"}
      onClose={() => answer(false)}
    >
      <pre className="mb-4 max-h-64 overflow-auto rounded-lg bg-raised p-3 font-mono text-xs break-all whitespace-pre-wrap">
        {wordsOf(request)}
      </pre>
      <div className="flex justify-end gap-2">
        <Button onClick={() => answer(false)}>Refuse</Button>
        <Button variant="primary" onClick={() => answer(true)}>
          {request.kind === "transaction" ? "Send" : "Sign"}
        </Button>
      </div>
    </Dialog>
  );
}

function wordsOf(request: SigningRequest): string {
  if (request.kind !== "transaction") return request.text;
  const { to, value, data } = request;
  return [`To: ${to ?? "a new contract"}`, `Ether: ${Number(value) / 1e18}`, `Data: ${data}`].join("\n");
}

import { useState } from "react";
import type { Hex } from "viem";
import { Button, Field } from "../ui/controls.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import type { SigningRequest } from "./embedded.ts";
import { KeystoreError, openKey, readStored, sealKey, writeStored } from "./keystore.ts";

/** Asks for the password of the embedded wallet, and makes the wallet when there is none. */
export function Unlock({ answer }: { answer: (key: Hex | undefined) => void }) {
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

/** Shows what is about to be signed. */
export function Confirm({ request, answer }: { request: SigningRequest; answer: (agreed: boolean) => void }) {
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

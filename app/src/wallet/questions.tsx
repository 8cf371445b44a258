import { type ReactNode, useState } from "react";
import type { Hex } from "viem";
import { useNetwork } from "../data/network.tsx";
import { Button, Field } from "../ui/controls.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Notice } from "../ui/surfaces.tsx";
import type { SigningRequest } from "./embedded.ts";
import {
  forgetStored,
  KeystoreError,
  openKey,
  readKey,
  readStored,
  type StoredKey,
  sealKey,
  writeStored,
} from "./keystore.ts";
import { questionOf } from "./words.ts";

type Answer = (key: Hex | undefined) => void;
type Found = { readonly stored: StoredKey | undefined } | { readonly damage: string };

function find(): Found {
  try {
    return { stored: readStored() };
  } catch (error) {
    return { damage: wordsOf(error) };
  }
}

function wordsOf(error: unknown): string {
  return error instanceof KeystoreError ? error.message : "The wallet could not be opened.";
}

/** Asks for the password of the embedded wallet; makes or restores the wallet when there is none. */
export function Unlock({ answer }: { answer: Answer }) {
  const [found, setFound] = useState(find);
  const [isForgetting, setForgetting] = useState(false);
  const [isRestoring, setRestoring] = useState(false);
  const close = () => answer(undefined);
  if (isForgetting) {
    const forget = () => {
      forgetStored();
      setForgetting(false);
      setFound({ stored: undefined });
    };
    return <Forget onClose={close} onBack={() => setForgetting(false)} onForget={forget} />;
  }
  if ("damage" in found || found.stored !== undefined) {
    return (
      <Dialog title="Open the wallet of this browser" onClose={close}>
        {"damage" in found ? (
          <Notice tone="warn">{found.damage}</Notice>
        ) : (
          <Open stored={found.stored as StoredKey} answer={answer} />
        )}
        <Button variant="quiet" className="mt-2 px-2" onClick={() => setForgetting(true)}>
          Forget this wallet
        </Button>
      </Dialog>
    );
  }
  return (
    <Dialog title={isRestoring ? "Restore a wallet in this browser" : "Make a wallet in this browser"} onClose={close}>
      <Make key={String(isRestoring)} isRestoring={isRestoring} answer={answer} />
      <Button variant="quiet" className="mt-2 px-2" onClick={() => setRestoring(!isRestoring)}>
        {isRestoring ? "Make a new one instead" : "Restore one from its key"}
      </Button>
    </Dialog>
  );
}

/** Fields of a form that takes a while, and what was wrong with them. */
function useWork(work: () => Promise<void>) {
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setFault(undefined);
    await work().catch((error: unknown) => setFault(wordsOf(error)));
    setBusy(false);
  };
  return { fault, isBusy, run };
}

function Form({ onSubmit, children }: { onSubmit: () => Promise<void>; children: ReactNode }) {
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {children}
    </form>
  );
}

function Open({ stored, answer }: { stored: StoredKey; answer: Answer }) {
  const [password, setPassword] = useState("");
  const { fault, isBusy, run } = useWork(async () => answer(await openKey(stored, password)));
  return (
    <Form onSubmit={run}>
      <p className="font-mono text-sm break-all">{stored.address}</p>
      <Field
        label="Password"
        type="password"
        autoFocus
        value={password}
        fault={fault}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button variant="primary" type="submit" disabled={isBusy}>
        {isBusy ? "Opening" : "Open"}
      </Button>
    </Form>
  );
}

function Make({ isRestoring, answer }: { isRestoring: boolean; answer: Answer }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [text, setText] = useState("");
  const { fault, isBusy, run } = useWork(async () => {
    if (password !== again) throw new KeystoreError("The two passwords are not the same.");
    const sealed = await sealKey(password, isRestoring ? readKey(text) : undefined);
    const key = await openKey(sealed, password);
    writeStored(sealed);
    answer(key);
  });
  return (
    <Form onSubmit={run}>
      <p className="text-sm text-muted">
        Its key stays in this browser, sealed with your password, which is kept nowhere. Forget it, or clear the
        browser's data, and what the wallet holds is lost unless you wrote its key down. Once it is open, the button
        with your address shows the key.
      </p>
      {isRestoring && (
        <Field
          label="Key"
          type="password"
          autoFocus
          spellCheck={false}
          value={text}
          hint="0x and 64 digits, as the wallet showed it."
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <Field
        label="Password"
        type="password"
        autoFocus={!isRestoring}
        autoComplete="new-password"
        value={password}
        fault={fault}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Field
        label="Password again"
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.target.value)}
      />
      <Button variant="primary" type="submit" disabled={isBusy}>
        {isBusy ? "Sealing" : isRestoring ? "Restore the wallet" : "Make the wallet"}
      </Button>
    </Form>
  );
}

function Forget(props: { onClose: () => void; onBack: () => void; onForget: () => void }) {
  const [agrees, setAgrees] = useState(false);
  return (
    <Dialog title="Forget the wallet of this browser?" onClose={props.onClose}>
      <Notice tone="warn">
        What it holds can be reached with its key alone. Nobody can bring back a key that was not written down.
      </Notice>
      <label className="my-2 flex min-h-11 cursor-pointer items-center gap-3 text-sm">
        <input
          type="checkbox"
          className="size-5 shrink-0 accent-accent"
          checked={agrees}
          onChange={(event) => setAgrees(event.target.checked)}
        />
        I have its key, or it holds nothing that I want.
      </label>
      <div className="flex justify-end gap-2">
        <Button onClick={props.onBack}>Keep it</Button>
        <Button variant="primary" disabled={!agrees} onClick={props.onForget}>
          Forget it
        </Button>
      </div>
    </Dialog>
  );
}

/** Shows the key of the wallet once its password is typed again. */
export function RevealKey() {
  const [password, setPassword] = useState("");
  const [key, setKey] = useState<Hex>();
  const { fault, isBusy, run } = useWork(async () => {
    const stored = readStored();
    if (stored === undefined) throw new KeystoreError("This browser keeps no wallet any more.");
    setKey(await openKey(stored, password));
    setPassword("");
  });
  if (key !== undefined) {
    return (
      <Notice tone="warn">
        <p>Whoever has this key has everything that the wallet holds. Write it down; show it to nobody.</p>
        <p className="mt-2 font-mono text-sm break-all">{key}</p>
      </Notice>
    );
  }
  return (
    <Form onSubmit={run}>
      <Field
        label="Password"
        type="password"
        value={password}
        fault={fault}
        hint="Shows the key, to be written down."
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" disabled={isBusy}>
        {isBusy ? "Opening" : "Show the key"}
      </Button>
    </Form>
  );
}

/** Shows what is about to be signed, read from what is signed. */
export function Confirm({ request, answer }: { request: SigningRequest; answer: (agreed: boolean) => void }) {
  const { deployment } = useNetwork();
  const { title, sentence, warnings, lines, raw } = questionOf(request, deployment);
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <div className="flex flex-col gap-3">
        <p className="font-medium break-words whitespace-pre-wrap">{sentence}</p>
        {warnings.map((warning) => (
          <Notice key={warning} tone="warn">
            <span className="break-words">{warning}</span>
          </Notice>
        ))}
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm break-words">
          {lines.map(([label, text]) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="min-w-0 break-all">{text}</dd>
            </div>
          ))}
        </dl>
        <details className="text-sm">
          <summary className="min-h-11 cursor-pointer py-3 text-muted">Exactly what is signed</summary>
          <pre className="max-h-64 overflow-auto rounded-lg bg-raised p-3 font-mono text-xs break-all whitespace-pre-wrap">
            {raw}
          </pre>
        </details>
        <div className="flex justify-end gap-2">
          <Button onClick={() => answer(false)}>Refuse</Button>
          <Button variant="primary" onClick={() => answer(true)}>
            {request.kind === "transaction" ? "Send" : "Sign"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

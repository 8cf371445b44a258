import { lazy, Suspense, useState } from "react";
import { useConnect, useConnection, useConnectors, useDisconnect } from "wagmi";
import { sentenceOf } from "../flow/sentence.ts";
import { Button } from "../ui/controls.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Notice } from "../ui/surfaces.tsx";
import { EMBEDDED_ID } from "../wallet/embedded.ts";

const RevealKey = lazy(() => import("../wallet/questions.tsx").then((part) => ({ default: part.RevealKey })));

/** The wallets that this browser offers. */
export function Wallets({ onClose }: { onClose: () => void }) {
  const connectors = useConnectors();
  // Of the hook, not of one call: a call's own is forgotten when this list gives way to who is connected.
  const { mutate: connect, error, isPending } = useConnect({ mutation: { onSuccess: onClose } });
  const announced = connectors.filter(({ id }) => id !== EMBEDDED_ID);
  return (
    <Dialog title="Connect a wallet" onClose={onClose}>
      <ul className="flex flex-col gap-2">
        {connectors.map((connector) => (
          <li key={connector.uid}>
            <Button className="w-full justify-start" disabled={isPending} onClick={() => connect({ connector })}>
              {connector.icon && <img src={connector.icon} alt="" className="size-6 rounded" />}
              {connector.name}
            </Button>
          </li>
        ))}
      </ul>
      {announced.length === 0 && (
        <p className="mt-3 text-sm text-muted">
          No wallet of this browser has made itself known. The one above needs no other program.
        </p>
      )}
      {error && (
        <div className="mt-3">
          <Notice tone="warn">{sentenceOf(error)}</Notice>
        </div>
      )}
    </Dialog>
  );
}

/** Who is connected, and the way out. */
export function Connected({ onClose }: { onClose: () => void }) {
  const { address, connector } = useConnection();
  const { mutate: disconnect } = useDisconnect({ mutation: { onSettled: onClose } });
  const [isCopied, setCopied] = useState(false);
  return (
    <Dialog title={connector?.name ?? "Wallet"} onClose={onClose}>
      <p className="mb-4 font-mono text-sm break-all">{address}</p>
      <div className="flex gap-2">
        <Button onClick={() => void navigator.clipboard.writeText(address ?? "").then(() => setCopied(true))}>
          {isCopied ? "Copied" : "Copy address"}
        </Button>
        <Button onClick={() => disconnect()}>Disconnect</Button>
      </div>
      {connector?.id === EMBEDDED_ID && (
        <details className="mt-4 text-sm">
          <summary className="min-h-11 cursor-pointer py-3 text-muted">The key of this wallet</summary>
          <Suspense>
            <RevealKey />
          </Suspense>
        </details>
      )}
    </Dialog>
  );
}

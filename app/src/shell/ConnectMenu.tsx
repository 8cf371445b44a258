import { lazy, Suspense } from "react";
import { useConnection } from "wagmi";
import { shortAddress } from "../format.ts";
import { Button } from "../ui/controls.tsx";

// Nobody needs them before they ask for them.
const Wallets = lazy(() => import("./ConnectDialogs.tsx").then((part) => ({ default: part.Wallets })));
const Connected = lazy(() => import("./ConnectDialogs.tsx").then((part) => ({ default: part.Connected })));

/** Who is connected, or the list of wallets. */
export function ConnectMenu({ isOpen, setOpen }: { isOpen: boolean; setOpen: (isOpen: boolean) => void }) {
  const { address } = useConnection();
  const close = () => setOpen(false);
  return (
    <>
      <Button
        variant={address ? "secondary" : "primary"}
        className="shrink-0 whitespace-nowrap max-sm:px-3"
        onClick={() => setOpen(true)}
      >
        {address ? shortAddress(address) : "Connect"}
      </Button>
      {isOpen && <Suspense>{address ? <Connected onClose={close} /> : <Wallets onClose={close} />}</Suspense>}
    </>
  );
}

import { useState, useSyncExternalStore } from "react";
import type { Address } from "viem";
import { Button } from "../../ui/controls.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { TradePanel } from "../trade/TradePanel.tsx";

/** Where there is room beside the page. Tailwind's `lg`. */
const WIDE = "(min-width: 64rem)";

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}

/** Buying and selling: always in view beside a wide page; on a phone a button that stays and a sheet from below. */
export function TradeSlot({ vault, symbol = "" }: { vault: Address; symbol: string | undefined }) {
  const isWide = useSyncExternalStore(subscribe, () => matchMedia(WIDE).matches);
  const [isOpen, setOpen] = useState(false);
  if (isWide)
    return (
      <aside id="trade" className="sticky top-4 max-h-[calc(100dvh-2rem)] overflow-y-auto">
        <TradePanel vault={vault} />
      </aside>
    );
  return (
    <>
      <div className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface p-3">
        <Button variant="primary" className="w-full" onClick={() => setOpen(true)}>
          Buy or sell {symbol}
        </Button>
      </div>
      {isOpen && (
        <Dialog title={`Buy or sell ${symbol}`} onClose={() => setOpen(false)}>
          <TradePanel vault={vault} isBare />
        </Dialog>
      )}
    </>
  );
}

import { ago } from "../../format.ts";
import { Button } from "../../ui/controls.tsx";
import { useNow } from "../../ui/useNow.ts";

/** {ms} after which a quote is asked for again. */
export const QUOTE_LIFE = 12_000;

/** How old the quote is, and a button for a new one. */
export function QuoteAge(props: { readAt: number; isFetching: boolean; onRefresh: () => void }) {
  const now = useNow();
  const at = Math.floor(props.readAt / 1_000);
  return (
    <div className="flex items-center justify-between gap-2 text-xs text-muted">
      <span>
        {props.isFetching ? "Asking the pools" : `Quote of ${ago(Math.min(at, now), now)}, renewed every 12 seconds`}
      </span>
      <Button variant="quiet" className="px-2 text-xs" disabled={props.isFetching} onClick={props.onRefresh}>
        Renew
      </Button>
    </div>
  );
}

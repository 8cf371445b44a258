import { useConnection, useSwitchChain } from "wagmi";
import { useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";
import { Button } from "../ui/controls.tsx";
import { Notice } from "../ui/surfaces.tsx";

/** What to do when the wallet is on a chain that this app does not serve. */
export function WrongNetwork() {
  const network = useNetwork();
  const { address, chainId } = useConnection();
  const { mutate: switchChain, isPending, error } = useSwitchChain();
  if (address === undefined || chainId === network.chainId) return null;
  return (
    <div className="mb-4">
      <Notice tone="warn">
        <div className="flex flex-wrap items-center gap-3">
          <p className="flex-1">
            Your wallet is on chain {chainId}, which is not served here. What you see is on {network.name}.
          </p>
          <Button disabled={isPending} onClick={() => switchChain({ chainId: network.chainId })}>
            {isPending ? "Switching" : `Switch to ${network.name}`}
          </Button>
        </div>
        {error && <p className="mt-2">{sentenceOf(error)}</p>}
      </Notice>
    </div>
  );
}

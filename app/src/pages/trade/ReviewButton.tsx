import type { Address } from "viem";
import { useConnection, useSwitchChain } from "wagmi";
import { useNetwork } from "../../data/network.tsx";
import { nextStep } from "../../flow/steps.ts";
import { useOpenConnect } from "../../shell/Layout.tsx";
import { Button } from "../../ui/controls.tsx";

/** The button of a form: connect, switch, what is wrong, or the last look. */
export function ReviewButton(props: {
  fault: string | undefined;
  onReview: () => void;
  symbolOf: (a: Address) => string;
}) {
  const network = useNetwork();
  const { address: account, chainId: walletChainId } = useConnection();
  const { mutate: switchChain, isPending } = useSwitchChain();
  const openConnect = useOpenConnect();
  const { fault, symbolOf } = props;
  const place = { account, walletChainId, network, fault, symbolOf };
  const step = nextStep({ ...place, requirements: [], canBatch: false, verb: "Review" });
  const act = () => {
    if (step.kind === "connect") openConnect();
    else if (step.kind === "switch") switchChain({ chainId: step.chainId });
    else if (step.kind === "send") props.onReview();
  };
  return (
    <Button variant="primary" className="w-full" disabled={isPending || step.kind === "invalid"} onClick={act}>
      {step.label}
    </Button>
  );
}

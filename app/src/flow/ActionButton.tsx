import { useOpenConnect } from "../shell/Layout.tsx";
import { Button } from "../ui/controls.tsx";
import { Notice } from "../ui/surfaces.tsx";
import { type ActionParameters, useAction } from "./useAction.ts";

/** The one primary button of an action: its label is the next step, and what went wrong stands below it. */
export function ActionButton({
  variant = "primary",
  ...action
}: ActionParameters & { variant?: "primary" | "secondary" }) {
  const { step, run, isBusy, problem } = useAction(action);
  const openConnect = useOpenConnect();
  const isWaiting = step.kind === "invalid" || step.kind === "loading" || isBusy;
  return (
    <div className="flex flex-col gap-2">
      <Button variant={variant} disabled={isWaiting} onClick={step.kind === "connect" ? openConnect : () => run()}>
        {isBusy ? `${step.label} …` : step.label}
      </Button>
      {problem !== undefined && step.kind !== "invalid" && <Notice tone="warn">{problem}</Notice>}
    </div>
  );
}

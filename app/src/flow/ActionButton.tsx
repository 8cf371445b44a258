import { useOpenConnect } from "../shell/Layout.tsx";
import { Button } from "../ui/controls.tsx";
import { Notice } from "../ui/surfaces.tsx";
import { type ActionParameters, useAction } from "./useAction.ts";

export interface ActionButtonProps {
  /** In a property of its own: React keeps `key` to itself when it stands among others. */
  action: ActionParameters;
  variant?: "primary" | "secondary";
  /** What it is done to, for whoever listens, where the label alone does not say it. */
  about?: string;
}

/** The one primary button of an action: its label is the next step, and what went wrong stands below it. */
export function ActionButton({ action, variant = "primary", about }: ActionButtonProps) {
  const { step, run, isBusy, problem } = useAction(action);
  const openConnect = useOpenConnect();
  const isWaiting = step.kind === "invalid" || step.kind === "loading" || isBusy;
  const label = isBusy ? `${step.label} …` : step.label;
  return (
    <div className="flex flex-col gap-2">
      <Button
        variant={variant}
        disabled={isWaiting}
        aria-busy={isBusy}
        aria-label={about && `${label}: ${about}`}
        onClick={step.kind === "connect" ? openConnect : () => run()}
      >
        {label}
      </Button>
      {problem !== undefined && step.kind !== "invalid" && <Notice tone="warn">{problem}</Notice>}
    </div>
  );
}

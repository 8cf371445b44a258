import { BaseError, type Deployment, type ProposalAction } from "@gimbal/sdk";
import type { ActionForm } from "./fields.ts";
import { FormReader, type Typed } from "./reader.ts";

/** A form with what was typed: the call that it makes, or what is wrong, by field and as a whole. */
export interface FilledForm {
  /** undefined: it makes none yet. */
  readonly action: ProposalAction | undefined;
  readonly faults: ReadonlyMap<string, string>;
  readonly problem: string | undefined;
}

/** Fills in a form. Figures that are right by themselves and too large for the contract are a problem of the whole. */
export function fillForm({ build }: ActionForm, typed: Typed, deployment: Deployment): FilledForm {
  const read = new FormReader(typed, deployment);
  try {
    const action = build(read);
    const isRight = read.faults.size === 0;
    return { action: isRight ? action : undefined, faults: read.faults, problem: read.faults.get("") };
  } catch (error) {
    const words = error instanceof BaseError ? error.shortMessage : "These figures are beyond what the contract takes.";
    return { action: undefined, faults: read.faults, problem: read.faults.size === 0 ? words : read.faults.get("") };
  }
}

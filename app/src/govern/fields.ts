import type { ProposalAction } from "@gimbal/sdk";
import type { FieldKind, FormField, FormReader } from "./reader.ts";

/** A kind of proposal that is filled in instead of written as bytes. */
export interface ActionForm {
  readonly id: string;
  readonly title: string;
  /** What it does, and to whom. */
  readonly about: string;
  readonly fields: readonly FormField[];
  readonly build: (read: FormReader) => ProposalAction;
}

export const field = (name: string, label: string, kind: FieldKind, more: Partial<FormField> = {}): FormField => ({
  ...{ name, label, kind },
  ...more,
});
export const address = (name: string, label: string, hint = "An address, or a name of this deployment.") =>
  field(name, label, "address", { hint });
export const percentField = (name: string, label: string, hint?: string) =>
  field(name, label, "percent", { unit: "%", ...(hint === undefined ? {} : { hint }) });
export const flag = (name: string, label: string, yes: string, no: string) =>
  field(name, label, "flag", {
    options: [
      ["yes", yes],
      ["no", no],
    ],
  });

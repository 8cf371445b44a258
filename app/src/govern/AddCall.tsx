import type { ProposalAction } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import { Button } from "../ui/controls.tsx";
import { Card, Notice, Skeleton } from "../ui/surfaces.tsx";
import { useSettled } from "../ui/useNow.ts";
import { emptiedBy, hasSubject, readCurrent, subjectOf } from "./current.ts";
import { FormFields } from "./FormFields.tsx";
import type { ActionForm } from "./fields.ts";
import { fillForm } from "./fillForm.ts";
import { FORM_GROUPS, formOf } from "./forms.ts";
import type { Typed } from "./reader.ts";

/** Chooses a form, fills it in, and hands over the call that it makes. */
export function AddCall({ onAdd }: { onAdd: (action: ProposalAction) => void }) {
  const [chosen, setChosen] = useState("");
  const id = useId();
  const form = formOf(chosen);
  return (
    <Card title="Add a call">
      <label htmlFor={id} className="text-sm font-medium">
        What is proposed
      </label>
      <select
        id={id}
        className="mt-1 mb-3 min-h-11 w-full rounded-lg border border-control-line bg-surface px-3"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value="">Choose</option>
        {FORM_GROUPS.map(({ title, forms }) => (
          <optgroup key={title} label={title}>
            {forms.map(({ id: value, title: words }) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {form && (
        <Loaded
          key={form.id}
          form={form}
          onAdd={(action) => {
            onAdd(action);
            setChosen("");
          }}
        />
      )}
    </Card>
  );
}

/** What is in force for what a form asks about. A chain that does not answer leaves the form as it is. */
function useCurrent(form: ActionForm, typed: Typed) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  const subject = useSettled(subjectOf(form.id, typed));
  return useQuery({
    queryKey: ["current", chainId, form.id, subject],
    enabled: client !== undefined && (subject !== "" || !hasSubject(form.id)),
    // What was typed over it stays: it is read once, and again for something else.
    ...{ retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    queryFn: () => readCurrent(form.id, client as ChainClient, deployment, typed),
  });
}

/** Waits for what is in force now, where a form needs no word to ask for it. */
function Loaded({ form, onAdd }: { form: ActionForm; onAdd: (action: ProposalAction) => void }) {
  const { data, isLoading } = useCurrent(form, {});
  return isLoading ? (
    <Skeleton className="h-32 w-full" />
  ) : (
    <Filled form={form} start={data?.values ?? {}} onAdd={onAdd} />
  );
}

function Filled({ form, start, onAdd }: { form: ActionForm; start: Typed; onAdd: (action: ProposalAction) => void }) {
  const { deployment } = useNetwork();
  const { about, fields } = form;
  const [typed, setTyped] = useState(start);
  const [isSent, setSent] = useState(false);
  const { data: current, isLoading } = useCurrent(form, typed);
  useEffect(() => {
    if (current !== undefined && hasSubject(form.id)) setTyped((before) => ({ ...before, ...current.values }));
  }, [current, form.id]);
  const { action, faults, problem } = fillForm(form, typed, deployment);
  const shown = new Map([...faults].filter(([name]) => isSent || (typed[name] ?? "") !== ""));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        setSent(true);
        if (action !== undefined) onAdd(action);
      }}
    >
      <p className="text-sm text-muted">
        {about} <span role="status">{isLoading ? "Reading what is in force." : ""}</span>
      </p>
      <FormFields
        {...{ fields, typed, faults: shown, hints: current?.hints ?? {} }}
        onType={(name, text) =>
          setTyped((before) => ({
            ...before,
            ...emptiedBy(form.id, name, before, current?.values ?? {}),
            [name]: text,
          }))
        }
      />
      {isSent && problem !== undefined && <Notice tone="warn">{problem}</Notice>}
      <Button type="submit" className="self-start">
        Add this call
      </Button>
    </form>
  );
}

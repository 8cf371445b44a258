import type { ProposalAction } from "@gimbal/sdk";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import { Button } from "../ui/controls.tsx";
import { Card, Notice, Skeleton } from "../ui/surfaces.tsx";
import { readCurrent } from "./current.ts";
import { FormFields } from "./FormFields.tsx";
import { fillForm } from "./fillForm.ts";
import { type ActionForm, FORM_GROUPS, formOf } from "./forms.ts";
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

/** Waits for what is in force now; a chain that does not answer leaves the form empty. */
function Loaded({ form, onAdd }: { form: ActionForm; onAdd: (action: ProposalAction) => void }) {
  const { chainId, deployment } = useNetwork();
  const client = useChainClient();
  const { data, isPending } = useQuery({
    queryKey: ["current", chainId, form.id],
    enabled: client !== undefined,
    retry: false,
    queryFn: () => readCurrent(form.id, client as ChainClient, deployment),
  });
  return isPending ? <Skeleton className="h-32 w-full" /> : <Filled form={form} start={data ?? {}} onAdd={onAdd} />;
}

function Filled({ form, start, onAdd }: { form: ActionForm; start: Typed; onAdd: (action: ProposalAction) => void }) {
  const { deployment } = useNetwork();
  const { about, fields } = form;
  const [typed, setTyped] = useState(start);
  const [isSent, setSent] = useState(false);
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
      <p className="text-sm text-muted">{about}</p>
      <FormFields
        {...{ fields, typed, faults: shown }}
        onType={(name, text) => setTyped((before) => ({ ...before, [name]: text }))}
      />
      {isSent && problem !== undefined && <Notice tone="warn">{problem}</Notice>}
      <Button type="submit" className="self-start">
        Add this call
      </Button>
    </form>
  );
}

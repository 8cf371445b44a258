import {
  publishVersion,
  REGISTRY_LIMITS,
  registerStrategy,
  type StrategyKind,
  setResaleReceiver,
  setStrategyRoyalty,
} from "@gimbal/sdk";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { type Address, getAddress, type Hash, isAddress, zeroAddress } from "viem";
import { toBps } from "../create/draft.ts";
import { ActionButton } from "../flow/ActionButton.tsx";
import { percent } from "../format.ts";
import { Field, FileField, Select } from "../ui/controls.tsx";
import { Card, Notice } from "../ui/surfaces.tsx";
import { type Services, useSymbolOf } from "./data.ts";
import { hashFault, rateFault, readDocument, uriFault } from "./strategyForm.ts";

/** A document as it was named. */
interface Named {
  readonly uri: string;
  readonly hash: string;
}

const NOTHING: Named = { uri: "", hash: "" };

const namedFault = ({ uri, hash }: Named): string | undefined => hashFault(hash) ?? uriFault(uri);
const touched = (text: string, fault: string | undefined): string | undefined => (text === "" ? undefined : fault);

/** Where a document is, and its hash: typed, or read from the file itself, which stays on this machine. */
function DocumentFields({ named, set }: { named: Named; set: (named: Named) => void }) {
  const [words, setWords] = useState<string>();
  const read = async (file: Blob) => {
    const document = readDocument(new Uint8Array(await file.arrayBuffer()));
    setWords(document.words);
    set({ ...named, hash: document.hash });
  };
  return (
    <>
      <div className="mb-3">
        <FileField label="The document" onFile={(file) => void read(file)} />
      </div>
      <Field
        label="Its hash"
        value={named.hash}
        placeholder="0x…"
        spellCheck={false}
        fault={touched(named.hash, hashFault(named.hash))}
        hint={words ?? "It is read from the document, which stays on this machine."}
        onChange={(event) => {
          setWords(undefined);
          set({ ...named, hash: event.target.value });
        }}
      />
      <Field
        label="Where it can be read"
        value={named.uri}
        placeholder="ipfs://… or https://…"
        fault={touched(named.uri, uriFault(named.uri))}
        hint="Publish it there yourself. The address is kept on chain for ever."
        onChange={(event) => set({ ...named, uri: event.target.value })}
      />
    </>
  );
}

const KINDS: readonly (readonly [StrategyKind, string])[] = [
  ["strategy", "A strategy: rules that indices follow"],
  ["dataset", "A data set: what decisions are made from"],
];

/** Makes a strategy or a data set a token of its author. */
export function RegisterForm({ services }: { services: Services }) {
  const symbolOf = useSymbolOf();
  const [kind, setKind] = useState<StrategyKind>("strategy");
  const [named, setNamed] = useState(NOTHING);
  const [royalty, setRoyalty] = useState("10");
  const [resale, setResale] = useState("0");
  const [made, setMade] = useState<bigint>();
  const next = useRef<bigint>(undefined);
  const royaltyFault = rateFault(royalty, REGISTRY_LIMITS.royaltyBps);
  const resaleFault = rateFault(resale, REGISTRY_LIMITS.resaleBps);
  const isStrategy = kind === "strategy";
  return (
    <Card title="Register your own">
      <p className="mb-3 text-sm text-muted">
        It becomes a token of yours. Whoever owns the token earns: a part of the fees of the indices that follow it, or
        of the credits that are used with it.
      </p>
      {made !== undefined && (
        <Notice>
          It is registered.{" "}
          <Link to="/market/$id" params={{ id: String(made) }} className="underline">
            Open number {String(made)}
          </Link>
        </Notice>
      )}
      <Select
        label="Kind"
        value={kind}
        options={KINDS}
        onChange={(event) => setKind(event.target.value as StrategyKind)}
      />
      <DocumentFields key={String(made)} named={named} set={setNamed} />
      <div className="grid gap-x-4 sm:grid-cols-2">
        {isStrategy && (
          <Field
            label="Royalty"
            inputMode="decimal"
            value={royalty}
            end="%"
            fault={royaltyFault}
            hint="Of the creator's part of the fees, of indices that adopt it. You can change it for later ones."
            onChange={(event) => setRoyalty(event.target.value)}
          />
        )}
        <Field
          label="Part of each sale"
          inputMode="decimal"
          value={resale}
          end="%"
          fault={resaleFault}
          hint="To you as the author whenever the token is sold in this market. It cannot be changed later."
          onChange={(event) => setResale(event.target.value)}
        />
      </div>
      <ActionButton
        action={{
          ...{ key: ["register", kind, named, royalty, resale], verb: "Register it", title: `Register a ${kind}` },
          fault: namedFault(named) ?? (isStrategy ? royaltyFault : undefined) ?? resaleFault,
          symbolOf,
          prepare: ({ client, account }) => {
            const action = registerStrategy(client, {
              ...{ registry: services.StrategyRegistry, kind, uri: named.uri.trim(), hash: named.hash.trim() as Hash },
              ...{ royaltyBps: isStrategy ? toBps(royalty) : 0, resaleBps: toBps(resale), account },
            });
            const simulate: typeof action.simulate = async (options) => {
              const result = await action.simulate(options);
              next.current = result.id;
              return result;
            };
            return { ...action, simulate };
          },
          onDone: () => {
            setMade(next.current);
            setNamed(NOTHING);
          },
        }}
      />
    </Card>
  );
}

interface OwnerProps {
  services: Services;
  id: bigint;
}

/** Another version of it, by its owner. */
export function PublishForm({ services, id }: OwnerProps) {
  const symbolOf = useSymbolOf();
  const [named, setNamed] = useState(NOTHING);
  const [count, setCount] = useState(0);
  return (
    <Card title="Publish a version">
      <p className="mb-3 text-sm text-muted">
        Indices keep the version that they adopted; who adopts it from now on takes the newest.
      </p>
      <DocumentFields key={count} named={named} set={setNamed} />
      <ActionButton
        action={{
          ...{ key: ["publish", String(id), named], verb: "Publish it", title: `Publish a version of ${id}`, symbolOf },
          fault: namedFault(named),
          prepare: ({ client, account }) =>
            publishVersion(client, {
              ...{ registry: services.StrategyRegistry, id, account },
              ...{ uri: named.uri.trim(), hash: named.hash.trim() as Hash },
            }),
          onDone: () => {
            setNamed(NOTHING);
            setCount(count + 1);
          },
        }}
      />
    </Card>
  );
}

/** The royalty of later adoptions, by the owner. `now` {bps} */
export function RoyaltyForm({ services, id, now }: OwnerProps & { now: number }) {
  const symbolOf = useSymbolOf();
  const [text, setText] = useState("");
  const bps = toBps(text);
  const fault = rateFault(text, REGISTRY_LIMITS.royaltyBps);
  return (
    <Card title="Change its royalty">
      <Field
        label="Royalty of later adoptions"
        inputMode="decimal"
        value={text}
        end="%"
        fault={touched(text, fault)}
        hint={`It is ${percent(now).short} now. Indices that follow it keep the rate that they adopted.`}
        onChange={(event) => setText(event.target.value)}
      />
      <ActionButton
        action={{
          ...{
            key: ["royalty", String(id), text],
            verb: "Set the royalty",
            title: `Set the royalty of ${id}`,
            symbolOf,
          },
          fault: fault ?? (bps === now ? "That is what it is now" : undefined),
          prepare: ({ client, account }) =>
            setStrategyRoyalty(client, { registry: services.StrategyRegistry, id, royaltyBps: bps ?? 0, account }),
          onDone: () => setText(""),
        }}
      />
    </Card>
  );
}

/** Hands the author's part of sales on. Whoever has it only. */
export function ResaleForm({ services, id }: OwnerProps) {
  const symbolOf = useSymbolOf();
  const [text, setText] = useState("");
  const receiver: Address | undefined = isAddress(text.trim()) ? getAddress(text.trim()) : undefined;
  const fault = receiver === undefined || receiver === zeroAddress ? "Type an address" : undefined;
  return (
    <Card title="Hand on your part of its sales">
      <Field
        label="Who gets it from now on"
        value={text}
        placeholder="0x…"
        fault={touched(text, fault)}
        hint="You cannot take it back: whoever has it alone can hand it on."
        onChange={(event) => setText(event.target.value)}
      />
      <ActionButton
        action={{
          ...{
            key: ["resale", String(id), text],
            verb: "Hand it on",
            title: `Hand on the sales' part of ${id}`,
            symbolOf,
          },
          fault,
          prepare: ({ client, account }) =>
            setResaleReceiver(client, {
              ...{ registry: services.StrategyRegistry, id, receiver: receiver ?? zeroAddress, account },
            }),
          onDone: () => setText(""),
        }}
      />
    </Card>
  );
}

import type { Airdrop } from "@gimbal/sdk";
import { useId, useState } from "react";
import type { Wave } from "../../data/airdrop.ts";
import { sentenceOf } from "../../flow/sentence.ts";
import { Button, TextArea } from "../../ui/controls.tsx";
import { Card, Figure, Notice } from "../../ui/surfaces.tsx";
import { gim } from "../stake/words.ts";
import { readList } from "./list.ts";

export interface ListCardProps {
  list: Airdrop | undefined;
  /** The wave that the list belongs to; undefined while there is no list, and when no wave has its root. */
  wave: Wave | undefined;
  onRead: (list: Airdrop | undefined) => void;
}

/** Takes the list of a wave from a file or as text. It stays in this browser. */
export function ListCard({ list, wave, onRead }: ListCardProps) {
  const file = useId();
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const read = async (from: string) => {
    try {
      onRead(await readList(from));
      setFault(undefined);
    } catch (error) {
      onRead(undefined);
      setFault(error instanceof Error ? sentenceOf(error) : "The list could not be read.");
    }
  };
  return (
    <Card title="The list">
      <p className="mb-3 text-sm text-muted">
        Bring the list of a wave: the file with proofs, or the table of accounts and amounts. It is read in this browser
        and compared with the chain; nothing is sent anywhere.
      </p>
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-1">
          <label htmlFor={file} className="text-sm font-medium">
            From a file
          </label>
          <input
            id={file}
            type="file"
            accept=".json,.csv,application/json,text/csv"
            className="min-h-11 w-full min-w-0 rounded-lg border border-control-line bg-surface px-3 py-2 text-sm"
            onChange={(event) => void event.target.files?.[0]?.text().then(read)}
          />
        </div>
        <TextArea
          label="Or pasted"
          placeholder={"account,amount\n0x…,12.5"}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button disabled={text.trim() === ""} onClick={() => void read(text)}>
          Read the list
        </Button>
        {fault !== undefined && <Notice tone="warn">{fault}</Notice>}
        {list !== undefined && wave === undefined && (
          <Notice tone="warn">
            No announced wave has this list. Its root is <span className="font-mono break-all">{list.root}</span>.
          </Notice>
        )}
        {list !== undefined && wave !== undefined && (
          <Notice>
            The list of wave {`${wave.number}`}: {list.entries.length.toLocaleString("en-US")} accounts,{" "}
            <Figure shown={gim(list.total)} />. Its root is that of the chain.
          </Notice>
        )}
      </div>
    </Card>
  );
}

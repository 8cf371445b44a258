import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import source from "../../../docs/GLOSSARY.md?raw";
import { useApi, useNetwork } from "../data/network.tsx";
import { Markdown } from "../safety/Markdown.tsx";
import { parseMarkdown } from "../safety/markdown.ts";
import { Button, Field } from "../ui/controls.tsx";
import { Card, Empty } from "../ui/surfaces.tsx";
import { findTerms, type GlossaryTerm, termsOf } from "./glossary.ts";

/** Words of the time when the app was built, for when the API is down. */
const BUILT_IN = termsOf(source);

/** Words shown before somebody searches or asks for all. */
const FEW = 24;

/** All words, from the API; from this build when it does not answer. */
export function Glossary() {
  const api = useApi();
  const { chainId } = useNetwork();
  const [search, setSearch] = useState("");
  const asked = useQuery({
    queryKey: ["glossary", chainId],
    enabled: api !== undefined,
    retry: false,
    queryFn: async ({ signal }): Promise<readonly GlossaryTerm[]> =>
      (await api?.get("/v1/glossary", {}, signal))?.data ?? BUILT_IN,
  });
  const [isAll, setAll] = useState(false);
  const found = findTerms(asked.data ?? BUILT_IN, search);
  const shown = isAll ? found : found.slice(0, FEW);
  return (
    <Card title="Glossary">
      <Field
        label="Search the words"
        type="search"
        value={search}
        hint={asked.data === undefined ? "As of the day when this app was built: the API does not answer." : undefined}
        onChange={(event) => setSearch(event.target.value)}
      />
      {found.length === 0 ? (
        <Empty title={`No word has “${search}” in it`}>Try a part of it.</Empty>
      ) : (
        <dl className="mt-2 gap-8 sm:columns-2 xl:columns-3">
          {shown.map(({ term, meaning }) => (
            <div key={`${term}${meaning}`} className="mb-4 break-inside-avoid">
              <dt className="font-medium">{term}</dt>
              <dd className="text-muted">
                <Markdown blocks={parseMarkdown(meaning)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {shown.length < found.length && (
        <Button onClick={() => setAll(true)}>Show all {found.length.toLocaleString("en-US")} words</Button>
      )}
    </Card>
  );
}

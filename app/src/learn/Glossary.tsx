import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import source from "../../../docs/GLOSSARY.md?raw";
import { useApi, useNetwork } from "../data/network.tsx";
import { Markdown } from "../safety/Markdown.tsx";
import { parseMarkdown } from "../safety/markdown.ts";
import { Field } from "../ui/controls.tsx";
import { Card, Empty } from "../ui/surfaces.tsx";
import { findTerms, type GlossaryTerm, termsOf } from "./glossary.ts";

/** Words of the time when the app was built, for when the API is down. */
const BUILT_IN = termsOf(source);

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
  const found = findTerms(asked.data ?? BUILT_IN, search);
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
        <dl className="flex flex-col gap-4">
          {found.map(({ term, meaning }) => (
            <div key={`${term}${meaning}`}>
              <dt className="font-medium">{term}</dt>
              <dd className="text-muted">
                <Markdown blocks={parseMarkdown(meaning)} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

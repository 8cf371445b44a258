import { Link } from "@tanstack/react-router";
import { Glossary } from "../learn/Glossary.tsx";
import { TOPICS } from "../learn/topics.ts";
import { PageTitle } from "../ui/surfaces.tsx";

/** Short pages about everything that one should know, and all words. */
export function LearnPage() {
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Learn</PageTitle>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {TOPICS.map(({ id, title, summary }) => (
          <li key={id}>
            <Link
              to="/learn/$topic"
              params={{ topic: id }}
              className="flex h-full min-h-11 flex-col gap-1 rounded-xl border border-line bg-surface p-4 hover:bg-raised"
            >
              <span className="font-medium">{title}</span>
              <span className="text-sm text-muted">{summary}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Glossary />
    </div>
  );
}

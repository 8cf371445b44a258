import architecture from "../../../docs/ARCHITECTURE.md?raw";
import invariants from "../../../docs/INVARIANTS.md?raw";
import issues from "../../../docs/KNOWN-ISSUES.md?raw";
import permissions from "../../../docs/PERMISSIONS.md?raw";
import { Markdown } from "../safety/Markdown.tsx";
import { type Block, parseMarkdown, type Section, sectionsOf } from "../safety/markdown.ts";
import { OnChain } from "../safety/OnChain.tsx";
import { Card, PageTitle } from "../ui/surfaces.tsx";

/** Places of this page that the documents point to. */
const PLACES: Readonly<Record<string, string>> = {
  "INVARIANTS.md": "#laws",
  "PERMISSIONS.md": "#permissions",
  "KNOWN-ISSUES.md": "#issues",
  "ARCHITECTURE.md": "#promises",
};
const hrefOf = (href: string) => (/^https?:/.test(href) ? href : PLACES[href.split("#")[0] ?? ""]);

/** Every section of the document is a law, but the one that says how they are tested. */
const laws = sectionsOf(parseMarkdown(invariants), 2).filter(({ title }) => !title.startsWith("How they are tested"));
const indexLaws = laws.filter(({ title }) => title.startsWith("INV-"));
const otherLaws = laws.filter(({ title }) => !title.startsWith("INV-"));
const tables = sectionsOf(parseMarkdown(permissions), 2);
const known = sectionsOf(parseMarkdown(issues), 2);
const promises: readonly Block[] =
  sectionsOf(parseMarkdown(architecture), 2).find(({ title }) => title.startsWith("What a holder may rely on"))
    ?.blocks ?? [];

/** What holders may rely on: promises, laws with their tests' numbers, who can do what, and what the chain says now. */
export function SafetyPage() {
  return (
    <div className="flex flex-col gap-4">
      <PageTitle>Safety</PageTitle>
      <p className="max-w-prose text-sm text-muted">
        What the contracts promise, how it is tested, who can do what, and where every index stands now. The numbers are
        those of the tests. It is not audited:{" "}
        <a href="#issues" className="underline">
          known issues
        </a>
        .
      </p>
      <nav aria-label="On this page" className="flex flex-wrap gap-x-4 text-sm">
        {[
          ["#promises", "Promises"],
          ["#now", "On chain now"],
          ["#laws", "Laws"],
          ["#permissions", "Who can do what"],
          ["#issues", "Known issues"],
        ].map(([href, words]) => (
          <a key={href} href={href} className="inline-flex min-h-11 items-center underline">
            {words}
          </a>
        ))}
      </nav>
      <div id="promises">
        <Card title="What a holder may rely on">
          <Markdown blocks={promises} hrefOf={hrefOf} />
        </Card>
      </div>
      <div id="now">
        <OnChain />
      </div>
      <div id="laws" className="flex flex-col gap-4">
        <Folded title="Laws of the indices" sections={indexLaws} />
        <Folded title="Laws of governance and services" sections={otherLaws} />
      </div>
      <div id="permissions">
        <Folded title="Who can do what" sections={tables} openFirst />
      </div>
      <div id="issues">
        <Folded title="Known issues" sections={known} />
      </div>
    </div>
  );
}

/** Sections that open one by one: keyboard and screen reader know them as such. */
function Folded({
  title,
  sections,
  openFirst = false,
}: {
  title: string;
  sections: readonly Section[];
  openFirst?: boolean;
}) {
  return (
    <Card title={title}>
      <ul className="divide-y divide-line">
        {sections.map(({ title: name, blocks }, index) => (
          <li key={name}>
            <details open={openFirst && index === 0}>
              <summary className="min-h-11 cursor-pointer py-2.5 text-sm font-medium">{name}</summary>
              <div className="pb-4">
                <Markdown blocks={blocks} hrefOf={hrefOf} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}

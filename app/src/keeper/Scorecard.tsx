import modelCard from "../../../docs/MODEL-CARD.md?raw";
import type { KeeperStatus } from "../data/answers.d.ts";
import { recordedData, useDecision } from "../data/keeper.ts";
import { percent } from "../format.ts";
import { Markdown } from "../safety/Markdown.tsx";
import { parseMarkdown, sectionsOf } from "../safety/markdown.ts";
import { Card } from "../ui/surfaces.tsx";
import { newestHash } from "./Freshness.tsx";

const blocks = parseMarkdown(modelCard);
const summary = blocks.slice(
  1,
  blocks.findIndex((block, i) => i > 0 && block.kind === "heading"),
);
const sections = sectionsOf(blocks, 2).filter(({ title }) => /^(Measured|Biases|What may not be claimed)/.test(title));

/** What the models did on weeks that they had not learnt from, as the model card says it, and who spoke last. */
export function Scorecard({ status }: { status: KeeperStatus | undefined }) {
  const { data } = useDecision(newestHash(status));
  const recorded = data && recordedData(data.data.record);
  return (
    <Card title="Models, out of sample">
      <Markdown blocks={summary} />
      {recorded && recorded.members.length > 0 && (
        <div className="mt-4 text-sm">
          <h3 className="font-medium">Say of each model in the newest decision</h3>
          <dl className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
            {recorded.members.map(([name, bps]) => (
              <div key={name} className="flex gap-2">
                <dt className="text-muted">{name}</dt>
                <dd className="tabular-nums">{percent(bps, 1).short}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {recorded?.notes.map((note) => (
        <p key={note} className="mt-2 text-sm text-muted">
          {note}
        </p>
      ))}
      <ul className="mt-4 divide-y divide-line">
        {sections.map(({ title, blocks: of }) => (
          <li key={title}>
            <details>
              <summary className="min-h-11 cursor-pointer py-2.5 text-sm font-medium">{title}</summary>
              <div className="pb-4">
                <Markdown blocks={of} />
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}

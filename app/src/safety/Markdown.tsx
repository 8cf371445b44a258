import { Fragment, type ReactNode } from "react";
import { type Block, parseInline } from "./markdown.ts";

/** A document, or a part of one. Headings begin at `topLevel`; links lead only where `hrefOf` knows a place. */
export function Markdown({
  blocks,
  topLevel = 3,
  hrefOf = webOnly,
}: {
  blocks: readonly Block[];
  topLevel?: number;
  hrefOf?: (href: string) => string | undefined;
}) {
  const inline = (text: string) => <Line text={text} hrefOf={hrefOf} />;
  return (
    <div className="flex flex-col gap-3 text-sm leading-relaxed">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document's parts never change places
        <Fragment key={i}>{render(block, inline, topLevel)}</Fragment>
      ))}
    </div>
  );
}

function render(block: Block, inline: (text: string) => ReactNode, topLevel: number): ReactNode {
  switch (block.kind) {
    case "heading": {
      const Heading = `h${Math.min(6, Math.max(topLevel, block.level))}` as "h3";
      return <Heading className="mt-2 font-semibold">{inline(block.text)}</Heading>;
    }
    case "paragraph":
      return <p className="max-w-prose">{inline(block.text)}</p>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <pre tabIndex={0} className="overflow-x-auto rounded-lg bg-raised p-3 font-mono text-xs">
          {block.text}
        </pre>
      );
    case "list": {
      const List = block.isOrdered ? "ol" : "ul";
      return (
        <List className={`flex max-w-prose flex-col gap-2 pl-6 ${block.isOrdered ? "list-decimal" : "list-disc"}`}>
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </List>
      );
    }
    case "table":
      return <MarkdownTable head={block.head} rows={block.rows} inline={inline} />;
  }
}

function MarkdownTable({
  head,
  rows,
  inline,
}: {
  head: readonly string[];
  rows: readonly (readonly string[])[];
  inline: (text: string) => ReactNode;
}) {
  const caption = head.filter((title) => title !== "").join(", ") || "Table";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full min-w-[32rem] text-left align-top">
        <caption className="sr-only">{caption}</caption>
        {head.length > 0 && (
          <thead>
            <tr className="border-b border-line text-muted">
              {head.map((title, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns of a document never change places
                <th key={i} scope="col" className="py-2 pr-4 font-medium">
                  {title === "" ? <span className="sr-only">More</span> : inline(title)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <tr key={row.join("|")} className="border-b border-line last:border-0">
              {row.map((cell, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns of a document never change places
                <td key={i} className="py-2 pr-4 align-top">
                  {inline(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ text, hrefOf }: { text: string; hrefOf: (href: string) => string | undefined }) {
  return parseInline(text).map((part, i) => {
    const key = `${i}${part.text}`;
    if (part.kind === "code") {
      return (
        <code key={key} className="rounded bg-raised px-1 font-mono text-[0.9em] break-words">
          {part.text}
        </code>
      );
    }
    if (part.kind === "strong") return <strong key={key}>{part.text}</strong>;
    const href = part.kind === "link" ? hrefOf(part.href) : undefined;
    if (href === undefined) return <Fragment key={key}>{part.text}</Fragment>;
    return (
      <a
        key={key}
        href={href}
        className="underline"
        rel="noreferrer"
        {...(href.startsWith("#") ? {} : { target: "_blank" })}
      >
        {part.text}
        {hrefOf === webOnly && isElsewhere(href, part.text) && (
          <span className="text-muted"> ({new URL(href).host})</span>
        )}
      </a>
    );
  });
}

/** Whether a link leads to a place that its words do not show: who wrote them may not mean well. */
function isElsewhere(href: string, text: string): boolean {
  return URL.canParse(href) && text !== href && new URL(href).origin !== location.origin;
}

/** Text of strangers may link to the web, and nowhere else. */
function webOnly(href: string): string | undefined {
  return /^https?:\/\//.test(href) ? href : undefined;
}

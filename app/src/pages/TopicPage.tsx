import { Link, useParams } from "@tanstack/react-router";
import { findTopic, TOPICS } from "../learn/topics.ts";
import { Markdown } from "../safety/Markdown.tsx";
import { parseMarkdown } from "../safety/markdown.ts";
import { Card, Empty, PageTitle } from "../ui/surfaces.tsx";

const link = "inline-flex min-h-11 items-center underline";

/** One short page. */
export function TopicPage() {
  const { topic: id } = useParams({ strict: false });
  const topic = findTopic(id);
  if (topic === undefined) {
    return (
      <Empty isPage title="There is no such page">
        <Link to="/learn" className={link}>
          All pages
        </Link>
      </Empty>
    );
  }
  const following = TOPICS[TOPICS.indexOf(topic) + 1];
  return (
    <article className="flex flex-col gap-4">
      <Link to="/learn" className={`${link} text-sm`}>
        Learn
      </Link>
      <PageTitle>{topic.title}</PageTitle>
      <Card>
        <Markdown blocks={parseMarkdown(topic.text)} topLevel={2} />
      </Card>
      <nav aria-label="Where to go next" className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {topic.next.map(([to, words]) => (
          <Link key={to} to={to} className={link}>
            {words}
          </Link>
        ))}
        {following && (
          <Link to="/learn/$topic" params={{ topic: following.id }} className={link}>
            Next: {following.title}
          </Link>
        )}
      </nav>
    </article>
  );
}

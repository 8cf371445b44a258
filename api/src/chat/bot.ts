// What the bot says, whatever the channel.
import { RateLimiter } from "../access/rateLimiter.ts";
import type { Citation } from "../assistant/answer.ts";
import type { Question, Reply } from "../assistant/assistant.ts";
import { cleanText } from "../assistant/text.ts";
import type { Logger } from "../context.ts";
import type { Channel } from "../events/messenger.ts";
import { toApiError } from "../http/translate.ts";
import type { ChatHandler, Incoming, Outgoing } from "./adapter.ts";
import type { ChatBook } from "./book.ts";

/** What a bot is made of. */
export interface BotParts {
  readonly ask: (question: Question) => Promise<Reply>;
  readonly book: ChatBook;
  readonly clock: () => number; // {s}
  readonly logger: Logger;
  /** Address of the API as its users see it, for links; null: no links. */
  readonly publicUrl: string | null;
}

const HELP = [
  "Ask me about Gimbal's indices, such as:",
  "Why did the AI Index sell AAVE yesterday?",
  "What does it hold? When is the next rebalance? What is the regime?",
  "/link CODE links this chat to your account (get the code where you are signed in), so that I know your claims, your tier and your alerts. /unlink forgets it.",
].join("\n");

/** {s} within which an answer to a question back is taken for one. */
const PATIENCE = 600;
/** What a chat may ask; what is beyond it gets no answer. */
const PACE = { name: "chat", quota: 10, window: 60 };
/** Chats that are remembered at once. */
const MOST_CHATS = 10_000;

/** The bot of one channel. Each message is answered once, also after a restart. */
export function createBot(channel: Channel, parts: BotParts): ChatHandler {
  const { book, clock, logger } = parts;
  const open = new Map<string, { readonly question: string; readonly at: number }>();
  const limiter = new RateLimiter(MOST_CHATS);

  const answer = async (message: Incoming): Promise<Outgoing> => {
    const { chat, isPrivate } = message;
    const text = cleanText(message.text);
    const command = /^\/(\w+)(?:@\w+)?(?: (.*))?$/.exec(text);
    if (command !== null) {
      const said = await obey(channel, parts, message, command[1]?.toLowerCase() ?? "", command[2] ?? "");
      if (said !== null) return said;
    }
    const account = isPrivate ? await book.accountOf(channel, chat) : undefined;
    const caller = { account: account ?? null, tier: 0, client: `${channel}/${chat}` };
    const before = open.get(chat);
    open.delete(chat);
    let reply = await parts.ask({ question: text, account, caller });
    if (reply.intent === "unknown" && before !== undefined && clock() - before.at < PATIENCE) {
      reply = await parts.ask({ question: `${before.question} ${text}`, account, caller });
    }
    if (reply.ask !== null && ["index", "token", "day"].includes(reply.ask.about)) {
      open.set(chat, { question: text, at: clock() });
      forgetOldest(open);
    }
    return worded(reply, parts.publicUrl);
  };

  return async (message) => {
    if (!(await book.isNew(channel, message.id))) return null;
    if (!limiter.take(message.chat, PACE, 1, clock()).isAllowed) return null;
    try {
      return await answer(message);
    } catch (cause) {
      const error = toApiError(cause);
      logger.error({ channel, err: cause }, "a chat message could not be answered");
      return { text: error.detail, link: null };
    }
  };
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= MOST_CHATS) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

async function obey(
  channel: Channel,
  { book }: BotParts,
  { chat, isPrivate }: Incoming,
  command: string,
  argument: string,
): Promise<Outgoing | null> {
  const say = (text: string): Outgoing => ({ text, link: null });
  if (command === "help" || (command === "start" && argument === "")) return say(HELP);
  if (command === "unlink") {
    const was = await book.unlink(channel, chat);
    return say(
      was ? "This chat is linked to no account any more. No alerts come here." : "This chat is linked to no account.",
    );
  }
  if (command !== "link" && command !== "start") return null;
  if (!isPrivate)
    return say("Link your account in a private chat with me: here, others would read your code and your answers.");
  if (argument === "")
    return say("Get a code where you are signed in (POST /v1/chat/codes), then write /link CODE here.");
  const outcome = await book.link(channel, chat, argument.slice(0, 100));
  if (outcome.kind === "linked") return say(`This chat is linked to ${outcome.account}. /unlink forgets it.`);
  return say(
    outcome.kind === "wrong"
      ? "This code is wrong, used or too old. Get a new one where you are signed in."
      : "Too many wrong codes. Try again in an hour.",
  );
}

/** A reply with its sources behind it. */
function worded({ answer, citations, note }: Reply, publicUrl: string | null): Outgoing {
  const lines = citations.map((citation) => sourceOf(citation, publicUrl)).slice(0, 4);
  const sources = lines.length === 0 ? [] : ["Sources:", ...lines];
  const record = citations.find((citation) => citation.kind !== "transaction");
  return {
    text: [answer, ...(note === null ? [] : [note]), ...sources].join("\n"),
    link: publicUrl === null || record === undefined ? null : `${publicUrl}${record.href}`,
  };
}

function sourceOf(citation: Citation, publicUrl: string | null): string {
  if (citation.kind === "transaction") return `transaction ${citation.hash}`;
  return publicUrl === null ? citation.href : `${publicUrl}${citation.href}`;
}

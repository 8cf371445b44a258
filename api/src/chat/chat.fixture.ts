import type { Question, Reply } from "../assistant/assistant.ts";
import type { Channel } from "../events/messenger.ts";
import { Store } from "../store/store.ts";
import { ChatBook } from "./book.ts";
import { createBot } from "./bot.ts";

/** 2026-11-21 12:00 UTC. */
export const CHAT_NOW = 1_795_262_400;

/** What an assistant of a test says, and what it was asked. */
export function chatWorld(store: Store, say: (question: Question) => Partial<Reply> = () => ({})) {
  const asked: Question[] = [];
  const slept: number[] = [];
  const logged: object[] = [];
  const time = { now: CHAT_NOW };
  const clock = () => time.now;
  const quiet = () => {};
  const book = new ChatBook(store.database, clock);
  const ask = async (question: Question): Promise<Reply> => {
    asked.push(question);
    return {
      intent: "list",
      answer: "An answer.",
      source: "template",
      note: null,
      citations: [],
      ask: null,
      ...say(question),
    };
  };
  const error = (fields: object) => logged.push(fields);
  const logger = { debug: quiet, info: quiet, warn: quiet, error };
  const bot = (channel: Channel) => createBot(channel, { ask, book, clock, logger, publicUrl: "https://api.test" });
  const sleep = async (seconds: number) => {
    slept.push(seconds);
  };
  const parts = (channel: Channel) => ({ book, handle: bot(channel), clock, sleep });
  return { asked, slept, logged, time, book, bot, parts };
}

/** A store in memory with all tables. */
export const chatStore = () => Store.open(":memory:");

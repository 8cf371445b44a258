import { assistantOf } from "../assistant/ofContext.ts";
import type { ApiContext } from "../context.ts";
import type { Channel } from "../events/messenger.ts";
import type { Route } from "../http/route.ts";
import type { ChatAdapter } from "./adapter.ts";
import { ChatBook } from "./book.ts";
import { createBot } from "./bot.ts";
import { DiscordAdapter } from "./discord.ts";
import { ChatService } from "./service.ts";
import type { ChatSettings } from "./settings.ts";
import { type AdapterParts, TelegramAdapter } from "./telegram.ts";
import { XAdapter } from "./x.ts";

/** {s} Longest that an answer waits for a channel that has no room. */
const LONGEST_WAIT = 60;

/** The channels of the settings over a context. `publicUrl`: of links in answers. Nothing is polled before `start()`. */
export function openChat(
  { telegram, discord, x }: ChatSettings,
  context: ApiContext,
  routes: readonly Route[],
  publicUrl: string | null,
): ChatService {
  const { store, clock, logger } = context;
  const book = new ChatBook(store.database, clock);
  const assistant = assistantOf(context, routes);
  const parts = (channel: Channel): AdapterParts => ({
    book,
    handle: createBot(channel, { ask: (question) => assistant.answer(question), book, clock, logger, publicUrl }),
    clock,
    sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, Math.min(seconds, LONGEST_WAIT) * 1_000)),
  });
  const adapters: ChatAdapter[] = [
    ...(telegram === null ? [] : [new TelegramAdapter(telegram, parts("telegram"))]),
    ...(discord === null ? [] : [new DiscordAdapter(discord, parts("discord"))]),
    ...(x === null ? [] : [new XAdapter(x, parts("x"))]),
  ];
  return new ChatService(adapters, logger);
}

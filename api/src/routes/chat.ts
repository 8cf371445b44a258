import type { Address } from "viem";
import { ChatBook, CODE_LIFETIME } from "../chat/book.ts";
import { CHANNELS } from "../events/messenger.ts";
import type { Caller } from "../http/caller.ts";
import { NotFoundError, UnauthenticatedError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { isoTime, timeSchema, z } from "../http/schemas.ts";

const channelSchema = z.enum(CHANNELS);

const linkSchema = z
  .strictObject({ channel: channelSchema, since: timeSchema })
  .openapi("ChatLink", { description: "A chat in which the account's alerts arrive." });

function accountOf({ account }: Caller): Address {
  if (account === null) throw new UnauthenticatedError("Chats are linked by who is signed in. Open a session first.");
  return account;
}

const makeCode = defineRoute({
  id: "createChatCode",
  method: "post",
  path: "/v1/chat/codes",
  tag: "Chat",
  summary: "A code that links a chat to the account that is signed in",
  description: `Write \`/link CODE\` to the bot in a private chat. The code is good once, for ${CODE_LIFETIME} seconds; a new one replaces it.`,
  data: z.strictObject({ code: z.string(), expiresAt: timeSchema, command: z.string() }),
  status: 201,
  freshness: "personal",
  handle: async ({ store, clock }, { caller }) => {
    const { code, until } = await new ChatBook(store.database, clock).makeCode(accountOf(caller));
    const data = { code, expiresAt: isoTime(until), command: `/link ${code}` };
    return { data, asOf: Math.floor(clock()), asOfBlock: null };
  },
});

const listLinks = defineRoute({
  id: "listChatLinks",
  method: "get",
  path: "/v1/chat/links",
  tag: "Chat",
  summary: "The chats that are linked to the account that is signed in",
  data: z.array(linkSchema),
  freshness: "personal",
  handle: async ({ store, clock }, { caller }) => {
    const links = await new ChatBook(store.database, clock).linksOf(accountOf(caller));
    const data = links.map(({ channel, since }) => ({ channel, since: isoTime(since) }));
    return { data, asOf: Math.floor(clock()), asOfBlock: null };
  },
});

const unlink = defineRoute({
  id: "deleteChatLink",
  method: "delete",
  path: "/v1/chat/links/{channel}",
  tag: "Chat",
  summary: "Unlinks the account's chat in a channel",
  params: { channel: channelSchema },
  data: z.strictObject({ channel: channelSchema, isLinked: z.literal(false) }),
  freshness: "personal",
  handle: async ({ store, clock }, { params, caller }) => {
    const { channel } = params;
    const was = await new ChatBook(store.database, clock).unlinkAccount(channel, accountOf(caller));
    if (!was) throw new NotFoundError(`No chat in ${channel} is linked to this account.`, { channel });
    return { data: { channel, isLinked: false as const }, asOf: Math.floor(clock()), asOfBlock: null };
  },
});

/** Codes and links of chats. */
export const chatRoutes: readonly Route[] = [makeCode, listLinks, unlink];

import type { Address } from "viem";

/** Chats that alerts can be told in. */
export const CHANNELS = ["telegram", "discord", "x"] as const;
export type Channel = (typeof CHANNELS)[number];

/** A message to one chat. */
export interface ChatMessage {
  /** The chat's address in its channel, such as a chat id. */
  readonly to: string;
  /** Plain words, with links. An adapter escapes and shortens what its channel needs. */
  readonly text: string;
  /** The same for every attempt at the same message: an adapter whose channel knows such keys passes it on. */
  readonly id: string;
}

/** What became of a message. Adapters do not throw: they say so here. */
export type ChatOutcome =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      readonly reason: string;
      /** The chat wants no more messages, such as when the bot was blocked. */
      readonly isGone: boolean;
      /** {s} that the channel asks to wait; null: it does not say. */
      readonly retryAfter: number | null;
    };

/** Sends messages into chats of one channel. */
export interface Messenger {
  readonly channel: Channel;
  send(message: ChatMessage): Promise<ChatOutcome>;
}

/** Which chats an account has linked to itself. Nobody can send alerts into the chat of somebody else. */
export interface ChatDirectory {
  /** The account's chat in a channel; undefined: it has none. */
  chatOf(account: Address, channel: Channel): Promise<string | undefined>;
}

import type { Messenger } from "../events/messenger.ts";

/** Something that somebody wrote to the bot. */
export interface Incoming {
  /** Unique in its channel: what came twice is answered once. */
  readonly id: string;
  /** The chat that it came from, and where the answer goes: what `Messenger.send` takes as `to`. */
  readonly chat: string;
  readonly text: string;
  /** Nobody else reads the answer. Only then is anything said about an account. */
  readonly isPrivate: boolean;
}

/** What the bot says. */
export interface Outgoing {
  readonly text: string;
  /** Where more can be read; null: nowhere. */
  readonly link: string | null;
}

/** Answers a message; null: nothing is to be said, for example because it was answered before. */
export type ChatHandler = (message: Incoming) => Promise<Outgoing | null>;

/** A channel: takes messages, answers them, and sends alerts. */
export interface ChatAdapter extends Messenger {
  /** One look for new messages, each of which is answered. Absent: the channel calls us. Throws ChatUnreachableError. */
  poll?(signal: AbortSignal): Promise<void>;
  /** A request of the channel to us. Absent: the channel is polled. */
  receive?(request: Request): Promise<Response>;
}

/** A channel cannot be reached or refuses what it is asked. Its address and key are secret and are not told. */
export class ChatUnreachableError extends Error {
  readonly code = "CHAT_UNREACHABLE";
  /** {s} that the channel asks to wait; null: it does not say. */
  readonly retryAfter: number | null;

  constructor(reason: string, retryAfter: number | null = null) {
    super(`A chat channel cannot be used now: ${reason}. It is tried again later.`);
    this.name = "ChatUnreachableError";
    this.retryAfter = retryAfter;
  }
}

/** What the settings of a channel lack. */
export class ChatConfigError extends Error {
  readonly code = "CHAT_CONFIG_INVALID";
}

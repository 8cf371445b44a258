// The channels that are configured, and the loops that poll those which do not call us.
import type { Logger } from "../context.ts";
import type { Channel, Messenger } from "../events/messenger.ts";
import { type ChatAdapter, ChatUnreachableError } from "./adapter.ts";

/** {s} between two looks, and after a failure that says nothing of how long to wait; doubles up to the longest. */
const PAUSE = 2;
const FIRST_WAIT = 5;
const LONGEST_WAIT = 300;

/** Runs the channels of the API. */
export class ChatService {
  readonly #adapters: readonly ChatAdapter[];
  readonly #logger: Logger;
  readonly #sleep: (seconds: number, signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  #loops: readonly Promise<void>[] = [];

  constructor(
    adapters: readonly ChatAdapter[],
    logger: Logger,
    sleep: (seconds: number, signal: AbortSignal) => Promise<void> = pause,
  ) {
    this.#adapters = adapters;
    this.#logger = logger;
    this.#sleep = sleep;
  }

  /** Where alerts go out: one messenger a channel. */
  get messengers(): readonly Messenger[] {
    return this.#adapters;
  }

  /** Hands a request to the channel that it is from; undefined: that channel is not configured, or polls. */
  receiver(channel: Channel): ChatAdapter["receive"] {
    const adapter = this.#adapters.find((item) => item.channel === channel);
    return adapter?.receive === undefined ? undefined : (request) => adapter.receive?.(request) ?? gone();
  }

  start(): void {
    this.#loops = this.#adapters.filter(({ poll }) => poll !== undefined).map((adapter) => this.#run(adapter));
  }

  /** Ends the polls; what is being answered is answered first. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  async #run(adapter: ChatAdapter): Promise<void> {
    const { signal } = this.#stop;
    let wait = FIRST_WAIT;
    while (!signal.aborted) {
      try {
        await adapter.poll?.(signal);
        wait = FIRST_WAIT;
        await this.#sleep(PAUSE, signal);
      } catch (error) {
        if (signal.aborted) return;
        const told = error instanceof ChatUnreachableError ? error.retryAfter : null;
        this.#logger.warn({ channel: adapter.channel, err: error }, "a chat channel cannot be read");
        await this.#sleep(told ?? wait, signal);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
  }
}

const gone = async (): Promise<Response> => new Response(null, { status: 404 });

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1_000);
    signal.addEventListener("abort", end, { once: true });
  });
}

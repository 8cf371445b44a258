// Which channels there are. Keys come from the environment: no file holds them.
import { z } from "zod";
import { ChatConfigError } from "./adapter.ts";
import type { DiscordSettings } from "./discord.ts";
import type { TelegramSettings } from "./telegram.ts";
import type { XSettings } from "./x.ts";

const address = (usual: string) => z.url({ protocol: /^https?$/, error: "must be an address" }).default(usual);
const digits = z.string().regex(/^\d{1,25}$/, "must be the digits of an id");

/** Channels in the file of settings. */
export const chatSchema = z.strictObject({
  telegram: z
    .strictObject({
      baseUrl: address("https://api.telegram.org"),
      /** Telegram calls POST /v1/chat/telegram, with the secret of GIMBAL_TELEGRAM_WEBHOOK_SECRET; else messages are polled. */
      webhook: z.boolean().default(false),
    })
    .optional(),
  discord: z
    .strictObject({
      baseUrl: address("https://discord.com/api/v10"),
      applicationId: digits,
      publicKey: z.string().regex(/^[0-9a-f]{64}$/i, "must have 64 hexadecimal digits"),
    })
    .optional(),
  x: z.strictObject({ baseUrl: address("https://api.x.com"), userId: digits }).optional(),
});

/** Channels with their keys; null: not configured. */
export interface ChatSettings {
  readonly telegram: TelegramSettings | null;
  readonly discord: DiscordSettings | null;
  readonly x: XSettings | null;
}

/** No channel at all. */
export const NO_CHAT: ChatSettings = { telegram: null, discord: null, x: null };

/** Adds the keys of the environment. Throws ChatConfigError when one is missing. */
export function readChatSettings(
  { telegram, discord, x }: z.output<typeof chatSchema>,
  environment: Readonly<Record<string, string | undefined>>,
): ChatSettings {
  const key = (name: string): string => {
    const value = environment[name];
    if (value === undefined || value === "")
      throw new ChatConfigError(`${name} is missing: a channel of "chat" needs it.`);
    return value;
  };
  return {
    telegram:
      telegram === undefined
        ? null
        : {
            baseUrl: telegram.baseUrl,
            token: key("GIMBAL_TELEGRAM_TOKEN"),
            webhookSecret: telegram.webhook ? key("GIMBAL_TELEGRAM_WEBHOOK_SECRET") : null,
          },
    discord: discord === undefined ? null : { ...discord, botToken: key("GIMBAL_DISCORD_TOKEN") },
    x: x === undefined ? null : { ...x, token: key("GIMBAL_X_TOKEN") },
  };
}

/** What no log may show. */
export function chatSecrets({ telegram, discord, x }: ChatSettings): readonly string[] {
  const all = [telegram?.token, telegram?.webhookSecret, discord?.botToken, x?.token];
  return all.filter((secret): secret is string => typeof secret === "string" && secret !== "");
}

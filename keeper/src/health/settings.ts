import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { SEVERITIES } from "./alertKinds.ts";
import type { Receiver } from "./alerts.ts";
import { SHAPES } from "./webhook.ts";

const seconds = z.int().min(1);
const wei = z.string().regex(/^\d+$/, "must be a whole number in quotes").transform(BigInt);

/** Section `health` of the configuration: the keeper's own pages, and from when on something is too old. */
export const healthSchema = z
  .strictObject({
    /** What this keeper is called in alerts; its host and process when absent. */
    name: z.string().min(1).optional(),
    host: z.string().min(1).default("127.0.0.1"),
    /** Of /metrics, /health, /ready and /status; absent: there are none. 0: any free port. */
    port: z.int().min(0).max(65_535).optional(),
    /** {s} between the newest block and the machine's clock, either way. */
    staleHeadSeconds: seconds.default(300),
    /** {s} since the end of the last day that has data. */
    staleDataSeconds: seconds.default(172_800),
    /** {s} since the end of the last day that was trained on. */
    staleModelSeconds: seconds.default(1_209_600),
    /** {ms} that /ready waits for the node and for the journal. */
    probeTimeoutMs: z.int().min(1).default(2_000),
  })
  .prefault({});

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Section `alerts`: who is told of what. Addresses of webhooks are secrets and come from the environment. */
export const alertsSchema = z
  .strictObject({
    /** The address of the one called "on-call" is in GIMBAL_WEBHOOK_ON_CALL. */
    webhooks: z
      .array(
        z.strictObject({
          name: z.string().regex(NAME, "must be lower-case letters, digits and dashes"),
          shape: z.enum(SHAPES).default("generic"),
          least: z.enum(SEVERITIES).default("info"),
        }),
      )
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, "must have different names")
      .default([]),
    /** {s} before the same alert is sent again. */
    repeatAfterSeconds: seconds.default(14_400),
    /** Messages that one webhook gets in an hour. */
    mostPerHour: z.int().min(1).max(3_600).default(30),
    /** The heartbeat goes to GIMBAL_HEARTBEAT_URL, if there is one. */
    heartbeat: z
      .strictObject({ everySeconds: seconds.default(60), method: z.enum(["GET", "POST"]).default("GET") })
      .prefault({}),
    lowBalanceWei: wei.default(50_000_000_000_000_000n),
    failedRounds: z.int().min(1).default(3),
    failedCalls: z.int().min(1).default(5),
  })
  .prefault({});

/** Section `health`, with its defaults. */
export type HealthSettings = z.output<typeof healthSchema>;

/** Section `alerts`, with its defaults and the addresses of the environment. */
export type AlertSettings = Omit<z.output<typeof alertsSchema>, "webhooks"> & {
  readonly webhooks: readonly Receiver[];
  readonly heartbeatUrl: string | null;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds the addresses of the environment. Throws ConfigError when one is missing or none. */
export function withAddresses(section: z.output<typeof alertsSchema>, environment: Environment): AlertSettings {
  return {
    ...section,
    webhooks: section.webhooks.map((webhook) => {
      const variable = `GIMBAL_WEBHOOK_${webhook.name.toUpperCase().replaceAll("-", "_")}`;
      const url = environment[variable];
      if (url) return { ...webhook, url: checked(variable, url) };
      throw new ConfigError("A webhook has no address. Set its variable, or take it out of `alerts.webhooks`.", {
        webhook: webhook.name,
        variable,
      });
    }),
    heartbeatUrl: environment["GIMBAL_HEARTBEAT_URL"]
      ? checked("GIMBAL_HEARTBEAT_URL", environment["GIMBAL_HEARTBEAT_URL"])
      : null,
  };
}

/** The message does not show the address: it is a secret. */
function checked(variable: string, url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new ConfigError("A webhook's address must begin with https:// or http://. Correct its variable.", { variable });
}

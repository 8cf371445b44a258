import { parseArgs } from "node:util";
import { dayFromIso, isoFromDay } from "../../../keeper/src/data/time.ts";

export interface DemoOptions {
  /** "auto": real prices when they are found, else the simulation. */
  source: "auto" | "real" | "simulation";
  /** Folder of CSV files. */
  data: string | undefined;
  /** First and last day of the replay. */
  from: number;
  to: number;
  seed: number;
  port: number;
  /** Leave chain, keeper, indexer, API and app running afterwards. */
  keep: boolean;
  /** Where the app is then. */
  appPort: number;
  /** Where table and chart are written. */
  out: string;
  /** Compile the contracts first, if they have changed. */
  compile: boolean;
}

/** Thrown when a flag makes no sense; nothing has been started. */
export class OptionError extends Error {
  constructor(message: string) {
    super(`${message}\n\n${USAGE}`);
    this.name = "OptionError";
  }
}

const USAGE = `npm start -- [flags]
  --source auto|real|simulation   prices to replay (auto: real ones when the data folder is found)
  --data <folder>                 CSV folder; else GIMBAL_DATA, else ../shared/data
  --from, --to <YYYY-MM-DD>       period (2022-04-11 to 2022-11-28)
  --seed <number>                 of the simulation (7)
  --port <number>                 of the local chain (8545)
  --out <folder>                  for the table and the chart (.gimbal/demo)
  --keep                          leave chain and keeper running, with the clock set to now, and open indexer, API and app
  --app-port <number>             of the app then (8787)
  --no-compile                    take the contracts as they were compiled`;

const SHORTEST = 14; // {days} two decisions

export function parseOptions(args: string[]): DemoOptions {
  const values = parse(args);
  if (!["auto", "real", "simulation"].includes(values.source))
    throw new OptionError(`No such source: ${values.source}`);
  const [from, to] = [toDay(values.from, "--from"), toDay(values.to, "--to")];
  if (to - from < SHORTEST) throw new OptionError(`The replay needs at least ${SHORTEST} days.`);
  return {
    source: values.source as DemoOptions["source"],
    data: values.data,
    from,
    to,
    seed: toNumber(values.seed, "--seed"),
    port: toNumber(values.port, "--port"),
    keep: values.keep,
    appPort: toNumber(values["app-port"], "--app-port"),
    out: values.out,
    compile: !values["no-compile"],
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        source: { type: "string", default: "auto" },
        data: { type: "string" },
        from: { type: "string", default: "2022-04-11" },
        to: { type: "string", default: "2022-11-28" },
        seed: { type: "string", default: "7" },
        port: { type: "string", default: "8545" },
        keep: { type: "boolean", default: false },
        "app-port": { type: "string", default: "8787" },
        out: { type: "string", default: ".gimbal/demo" },
        "no-compile": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

function toDay(text: string, flag: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayFromIso(text) : Number.NaN;
  if (Number.isNaN(day) || isoFromDay(day) !== text)
    throw new OptionError(`${flag} must be a date such as 2022-01-03.`);
  return day;
}

function toNumber(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new OptionError(`${flag} must be a whole number.`);
  return value;
}

// npm run trading-bot -- --config bot.json [--rpc http://127.0.0.1:8545] [--deployment deployments/31337.json]
//                        [--send] [--once] [--every 3600] [--json] | --halt | --resume
// Trades its user's own wallet, or a paper account, on the index's signals: docs/TRADING-BOT.md. Sends nothing without --send.
// A wallet's key is in GIMBAL_WALLET_KEY, in a keystore or behind a remote signer; the settings say which.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { KeeperError } from "../keeper/src/errors.ts";
import { BaseError, parseDeployment } from "../sdk/src/index.ts";
import { type RunReport, runBot } from "./trading-bot/bot.ts";
import { BotError, BotSettingsError } from "./trading-bot/errors.ts";
import { openBot } from "./trading-bot/open.ts";
import { readSettings } from "./trading-bot/settings.ts";
import { BotStore } from "./trading-bot/store.ts";

const { values } = parseArgs({
  options: {
    config: { type: "string", default: "bot.json" },
    rpc: { type: "string", default: "http://127.0.0.1:8545" },
    deployment: { type: "string", default: "deployments/31337.json" },
    every: { type: "string", default: "3600" },
    send: { type: "boolean", default: false },
    once: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    halt: { type: "boolean", default: false },
    resume: { type: "boolean", default: false },
  },
});

function seconds(): number {
  if (/^[1-9]\d{0,5}$/.test(values.every)) return Number(values.every);
  throw new BotSettingsError(`--every must be whole seconds from 1 to 999999, not ${values.every}.`);
}

function lines({ tier, signal, asOf, equity, outcomes, recovered }: RunReport): string[] {
  const of = new Date(asOf * 1_000).toISOString();
  return [
    `tier ${tier}; signals ${signal.slice(0, 10)} of ${of}; the account is worth ${equity.toFixed(2)}`,
    ...recovered.map(({ clientOrderId, state }) => `order ${clientOrderId} of an earlier run: ${state}`),
    ...outcomes.map(({ side, amount, symbol, price, reason, state, filled, cost, why }) => {
      const came = filled === null ? "" : `, ${filled} for ${cost}`;
      return `${side} ${amount} ${symbol} at ${price} (${reason}): ${state}${came}. ${why}`;
    }),
    ...(outcomes.length === 0 ? ["nothing to trade"] : []),
  ];
}

async function main(): Promise<void> {
  const settings = readSettings(values.config);
  mkdirSync(dirname(settings.file), { recursive: true });
  if (values.halt || values.resume) {
    // A running bot looks at the switch before each order, so that it can be turned from beside it.
    const store = await BotStore.open(settings.file, false);
    await (values.halt ? store.halt("its user stopped it.", Math.floor(Date.now() / 1_000)) : store.resume());
    await store.close();
    return console.log(values.halt ? "halted: nothing is traded until --resume" : "running again");
  }
  const [every, { send }] = [seconds(), values];
  const deployment = parseDeployment(JSON.parse(readFileSync(values.deployment, "utf8")));
  const store = await BotStore.open(settings.file, send);
  const bot = await openBot({ rpc: values.rpc, deployment, settings, store, send });
  for (;;) {
    try {
      const report = await runBot(bot);
      if (values.json) console.log(JSON.stringify(report));
      else for (const line of lines(report)) console.log(line);
    } catch (error) {
      if (values.once || !(error instanceof BotError)) throw error;
      console.error(`${error.code}: ${error.shortMessage}`);
    }
    if (values.once) return store.close();
    await wait(every * 1_000);
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof BotError) console.error(`${error.code}: ${error.shortMessage}`);
  else if (error instanceof BaseError || error instanceof KeeperError) console.error(error.shortMessage);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

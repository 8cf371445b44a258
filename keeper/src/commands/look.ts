import { isHex } from "viem";
import { ConfigError } from "../errors.ts";
import { Timetable } from "../execute/timetable.ts";
import { decide } from "../pipeline.ts";
import { decisionHash, recordText } from "../plan/record.ts";
import { noSigner } from "../signers/signer.ts";
import { verifyDecision } from "../verify.ts";
import { openKeeper } from "./openKeeper.ts";
import { type Options, openOffline, openSession, timesOf, vaultsOf } from "./session.ts";

/** Prints what would be decided now. Reads no key, signs and sends nothing. */
export async function dryRun(options: Options): Promise<void> {
  const session = await openSession(options);
  const keeper = await openKeeper(session, options, { account: noSigner, signers: [] });
  for (const { vault, guide } of await vaultsOf(session)()) {
    const record = decide(await keeper.observe(vault, guide));
    console.log(JSON.stringify({ decisionHash: decisionHash(record), ...JSON.parse(recordText(record)) }, null, 2));
  }
  await session.journal.close();
}

/** Makes a decision and its models again from what is stored, and compares every byte. */
export async function verify(hash: string, options: Options & { journal?: string }): Promise<void> {
  if (!isHex(hash)) throw new ConfigError("A decision hash is 0x and 64 digits.", { hash });
  const { journal, client } = await (options.journal === undefined
    ? openSession(options)
    : openOffline(options.journal));
  const { chain, record, retrained, contentHash, gradesRoot } = await verifyDecision(hash, journal, client);
  const models = retrained === null ? "none spoke" : { trainedAgain: "equal", hash: retrained };
  const { action, source } = record;
  const said = { hash, contentHash, gradesRoot, recomputed: "equal", models, chain, action, source: source.label };
  console.log(JSON.stringify(said, null, 2));
  await journal.close();
}

/** Prints each vault with its newest decision, when the next is due, halts, and what is unfinished. */
export async function status(options: Options): Promise<void> {
  const session = await openSession(options);
  const { config, journal } = session;
  // Schedules go by the chain's clock; while the node says nothing, this machine's is near enough to look at.
  const block = await session.client.getBlock().catch(() => null);
  const now = block === null ? Math.floor(Date.now() / 1000) : Number(block.timestamp);
  const client = block === null ? null : session.client;
  const timetable = new Timetable({ client, chainId: config.chainId, journal, ...timesOf(config) });
  for (const { vault, guide } of await vaultsOf(session)()) {
    const [hash] = await journal.decisions(config.chainId, vault, 1);
    const record = hash === undefined ? undefined : await journal.decision(hash);
    const { action, lane, asOf, epoch, reasons, source } = record ?? {};
    const unfinished = (await journal.unfinished()).map(({ intent, state }) => ({ intent, state }));
    const decision = { hash: hash ?? null, source: source?.label, asOf, epoch, action, lane, reasons };
    const { at, reason, looks } = await timetable.nextDue(vault, guide, now);
    const next = {
      at: isoTime(at),
      isDue: at <= now,
      reason,
      looks: Object.fromEntries(Object.entries(looks).map(([name, time]) => [name, isoTime(time)])),
    };
    const halts = await journal.halts(config.chainId).list(vault);
    console.log(JSON.stringify({ vault, decision, next, halts, unfinished }, null, 2));
  }
  await journal.close();
}

function isoTime(time: number): string {
  return new Date(time * 1000).toISOString();
}

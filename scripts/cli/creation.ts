import { writeFileSync } from "node:fs";
import { type Address, formatGwei } from "viem";
import {
  createFromPreview,
  methodologyHash,
  methodologyText,
  type PreviewIndexReturnType,
  previewIndex,
} from "../../sdk/src/index.ts";
import { formatTable } from "../demo/lib/table.ts";
import { connect, requireSender, type Session } from "./connect.ts";
import { readWanted, type Wanted } from "./indexFlags.ts";
import { type Flags, say, UsageError } from "./options.ts";
import { perform, sayPerformed } from "./send.ts";
import { dollars, percent, tokens } from "./words.ts";

const D18 = 10n ** 18n;

function remark({
  isListed,
  price,
  isAboveCap,
  isStable,
  weightBps,
}: PreviewIndexReturnType["tokens"][number]): string {
  if (!isListed) return "not listed";
  if (price === 0n) return "no price";
  if (isAboveCap) return "above its cap";
  if (isStable) return weightBps === 0 ? "stable, to go to in danger" : "stable";
  return "";
}

function names(list: readonly Address[], nameOf: ReadonlyMap<Address, string>): string {
  return list.length === 0 ? "none" : list.map((token) => nameOf.get(token) ?? token).join(", ");
}

function gasWords({ gas, approvals }: PreviewIndexReturnType): string[] {
  const { source, creation, total, gasPrice, costUsd } = gas;
  const unknown = "unknown until it is approved";
  const how =
    source === "estimate" ? "estimated by the chain" : source === "measured" ? "as measured for its size" : "";
  return [
    `approvals    ${approvals.length} to send, ${gas.approvals.toLocaleString("en-US")} gas`,
    `creation     ${creation === undefined ? unknown : `${creation.toLocaleString("en-US")} gas, ${how}`}`,
    `in all       ${total === undefined ? unknown : `${total.toLocaleString("en-US")} gas at ${formatGwei(gasPrice)} gwei`}` +
      (costUsd === undefined ? "" : ` = ${dollars(costUsd)}`),
  ];
}

/** A preview as a person reads it. */
export function previewLines(preview: PreviewIndexReturnType, { parameters, document, nameOf }: Wanted): string[] {
  const { fees, value, perShare, shares, aboveCap, unpriced, unlisted, missing, problems } = preview;
  const rows = preview.tokens.map((token) => [
    nameOf.get(token.token) ?? token.token,
    token.token,
    percent(token.weightBps),
    token.price === 0n ? "?" : tokens(token.amount, token.decimals),
    token.price === 0n ? "?" : dollars(token.price / 10n ** 9n),
    dollars(token.value),
    percent(token.capBps),
    remark(token),
  ]);
  const lacking = missing.map(({ token }) => token);
  const yearly = Number((fees.yearly * 1_000_000n) / D18) / 10_000;
  return [
    `${parameters.name} (${parameters.symbol}): ${document.words}`,
    "",
    ...formatTable([["token", "address", "weight", "seed", "price", "worth", "cap", ""], ...rows], [0, 1, 7]),
    "",
    `seed         ${dollars(value)} for ${tokens(shares, 18)} shares at ${dollars(perShare)}`,
    ...gasWords(preview),
    `fees         ${yearly.toFixed(3)}% a year = ${dollars(fees.yearlyUsd)} of this seed, ${dollars(fees.protocolUsd)} of it to the protocol; ` +
      `${percent(fees.mintFeeBps)} on minting`,
    `above cap    ${names(aboveCap, nameOf)}`,
    `no price     ${names(unpriced, nameOf)}`,
    `not listed   ${names(unlisted, nameOf)}`,
    `you lack     ${names(lacking, nameOf)}`,
    `methodology  ${methodologyHash(document)}`,
    ...(problems.length === 0 ? ["It can be created like this."] : problems.map((problem) => `Not yet: ${problem}.`)),
  ];
}

type Look = { session: Session; preview: PreviewIndexReturnType; lines: readonly string[]; json: object };

async function look(flags: Flags): Promise<Look> {
  const session = await connect(flags);
  const wanted = await readWanted(flags, session);
  const preview = await previewIndex(session.client, wanted.parameters);
  const lines = previewLines(preview, wanted);
  if (flags.document !== undefined) {
    writeFileSync(flags.document, `${methodologyText(wanted.document)}\n`);
    lines.push(`wrote ${flags.document}: give it to the keeper that shall serve this index`);
  }
  return { session, preview, lines, json: { preview, methodologyHash: methodologyHash(wanted.document) } };
}

/** `index preview`: shows everything, sends nothing. */
export async function previewCommand(flags: Flags): Promise<void> {
  const { lines, json } = await look(flags);
  say(flags, lines, json);
}

/** `index create`: shows the preview, then sends approvals and the creation if --send is given. */
export async function createCommand(flags: Flags): Promise<void> {
  const { session, preview, lines, json } = await look(flags);
  if (flags.send === true) requireSender(session);
  if (flags.json !== true) for (const line of lines) console.log(line);
  const action = createFromPreview(session.client, preview);
  const [problem] = preview.problems;
  if (problem !== undefined) throw new UsageError(`It cannot be created: ${problem}.`, "Nothing was sent.");
  const performed = await perform(session, flags, action, "creation");
  const made = performed.isSent && performed.result !== undefined ? [`index ${performed.result.vault}`] : [];
  sayPerformed(flags, performed, "creation", { lines: made, json });
}

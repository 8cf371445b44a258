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
import { connect, requireSender } from "./connect.ts";
import { readWanted, type Wanted } from "./indexFlags.ts";
import { type Flags, UsageError } from "./options.ts";
import { fulfil } from "./send.ts";
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

async function look(flags: Flags) {
  const session = await connect(flags);
  const wanted = await readWanted(flags, session);
  const preview = await previewIndex(session.client, wanted.parameters);
  for (const line of previewLines(preview, wanted)) console.log(line);
  if (flags.document !== undefined) {
    writeFileSync(flags.document, `${methodologyText(wanted.document)}\n`);
    console.log(`wrote ${flags.document}: give it to the keeper that shall serve this index`);
  }
  return { session, preview };
}

/** `preview`: shows everything, sends nothing. */
export async function previewCommand(flags: Flags): Promise<void> {
  await look(flags);
}

/** `create`: shows the preview, then sends approvals and the creation. */
export async function createCommand(flags: Flags): Promise<void> {
  const { session, preview } = await look(flags);
  requireSender(session);
  const action = createFromPreview(session.client, preview);
  const [problem] = preview.problems;
  if (problem !== undefined) throw new UsageError(`It cannot be created: ${problem}.`, "Nothing was sent.");
  const { result } = await fulfil(session.client, action, "creation");
  console.log(`index ${result.vault}`);
}

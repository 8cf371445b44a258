import type { Address, Hash } from "viem";
import {
  getRequirements,
  type PreparedAction,
  type SendReturnType,
  send,
  type Tx,
  type UnmetRequirement,
  type ZapPermit,
} from "../../sdk/src/index.ts";
import { requireAccount, requireSender, type Session } from "./connect.ts";
import { type Flags, stringify } from "./options.ts";

/** A requirement as it is printed. */
type Briefly = {
  kind: string;
  token?: Address;
  spender?: Address;
  amount?: bigint;
  /** Of a collection: the id of its token, or "all". */
  part?: bigint | "all";
  canPermit?: boolean;
};

/** What became of an action: sent, or only shown. */
export type Performed<TResult> = {
  isSent: boolean;
  /** What the contract returns; undefined while approvals are missing, since it cannot be asked before. */
  result: TResult | undefined;
  transactions: readonly { words: string; hash: Hash; gas: bigint }[];
  /** What is still missing; empty once it was sent. */
  requirements: readonly Briefly[];
  tx: Tx;
};

/** The signature that an action takes differs in its type from action to action; here it is always a permit of ours. */
type Signed<TResult> = {
  buildTx: (permit?: ZapPermit) => Tx;
  simulate: (options: { account: Address }, permit?: ZapPermit) => Promise<TResult>;
};

function briefly(requirement: UnmetRequirement): Briefly {
  if (requirement.kind !== "approval") return { kind: requirement.kind };
  const { kind, token, spender, amount, part, canPermit } = requirement;
  return { kind, token, spender, amount, ...(part !== undefined && { part }), canPermit };
}

/** What an approval is of, for a person. */
function approved({ token, amount, part }: Briefly): string {
  if (part === undefined) return `${amount} raw units of ${token}`;
  return part === "all" ? `all that the account has of ${token}` : `token ${part} of ${token}`;
}

/** Without --send: what it would need and do. With it: sends the approvals, signs the permit, sends the action. */
export async function perform<TResult, TSignature>(
  session: Session,
  flags: Flags,
  action: PreparedAction<TResult, TSignature>,
  words: string,
): Promise<Performed<TResult>> {
  const { client } = session;
  const account = requireAccount(session);
  const { buildTx, simulate } = action as unknown as Signed<TResult>;
  const missing = await getRequirements(client, action, account);
  if (flags.send !== true) {
    const result = missing.length === 0 ? await simulate({ account }) : undefined;
    return { isSent: false, result, transactions: [], requirements: missing.map(briefly), tx: buildTx() };
  }
  const wallet = requireSender(session);
  const transactions: { words: string; hash: Hash; gas: bigint }[] = [];
  const deliver = async (name: string, tx: Tx): Promise<SendReturnType> => {
    const sent = await send(client, { tx });
    transactions.push({ words: name, hash: sent.hash, gas: sent.receipt.gasUsed });
    if (flags.json !== true) console.log(`sent ${name}: ${sent.hash}`);
    return sent;
  };
  let permit: ZapPermit | undefined;
  const approvals = missing.filter((requirement) => requirement.kind === "approval");
  for (const [index, { token, tx }] of approvals.entries()) {
    await deliver(`approval ${index + 1} of ${approvals.length}: ${token}`, tx);
  }
  for (const requirement of missing) {
    if (requirement.kind === "permit") permit = requirement.toPermit(await wallet.signTypedData(requirement.typedData));
  }
  const result = await simulate({ account }, permit);
  const tx = buildTx(permit);
  await deliver(words, tx);
  return { isSent: true, result, transactions, requirements: [], tx };
}

/** What a person reads of it, after what was printed while sending. */
export function performedLines(
  { isSent, requirements, transactions, tx }: Performed<unknown>,
  words: string,
): string[] {
  if (isSent) return [`gas ${transactions.reduce((sum, { gas }) => sum + gas, 0n).toLocaleString("en-US")}`];
  return [
    ...requirements.map((requirement) =>
      requirement.kind === "approval"
        ? `first: an approval of ${approved(requirement)} for ${requirement.spender}${requirement.canPermit ? " (--permit signs instead)" : ""}`
        : `first: a signature (${requirement.kind})`,
    ),
    `would send ${words}: to ${tx.to}, ${tx.value} wei`,
    "Nothing was sent. Add --send to send it.",
  ];
}

/** Prints what became of an action, and more about it. */
export function sayPerformed<TResult>(
  flags: Flags,
  performed: Performed<TResult>,
  words: string,
  more: { lines?: readonly string[]; json?: object } = {},
): void {
  if (flags.json === true) console.log(stringify({ ...more.json, ...performed }));
  else for (const line of [...(more.lines ?? []), ...performedLines(performed, words)]) console.log(line);
}

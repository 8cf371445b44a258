import type { Hash } from "viem";
import { type AnyClient, type PreparedAction, type SendReturnType, send } from "../../sdk/src/index.ts";

/** Sends the approvals that an action still needs, then the action, saying each. */
export async function fulfil<TResult, TSignature>(
  client: AnyClient,
  action: PreparedAction<TResult, TSignature>,
  words: string,
): Promise<SendReturnType & { result: TResult }> {
  const approvals = (await action.getRequirements()).filter((requirement) => requirement.kind === "approval");
  for (const [index, { token, tx }] of approvals.entries()) {
    const { hash } = await send(client, { tx });
    report(`approval ${index + 1} of ${approvals.length}: ${token}`, hash);
  }
  const simulate = action.simulate as () => Promise<TResult>;
  const buildTx = action.buildTx as () => Parameters<typeof send>[1]["tx"];
  const result = await simulate();
  const sent = await send(client, { tx: buildTx() });
  report(words, sent.hash);
  console.log(`gas ${sent.receipt.gasUsed.toLocaleString("en-US")}`);
  return { ...sent, result };
}

function report(words: string, hash: Hash): void {
  console.log(`sent ${words}: ${hash}`);
}

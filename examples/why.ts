// Prints why an index was rebalanced last: the decision's hash from the chain, its reasons from the keeper's journal.
//   node examples/why.ts <rpc> <index> <journal> [first block]
import { indexVaultAbi } from "@gimbal/sdk";
import { type Address, createPublicClient, http } from "viem";
import { Journal } from "../keeper/src/journal/journal.ts";

const [rpc, address, path = "", first = "0"] = process.argv.slice(2);
const client = createPublicClient({ transport: http(rpc) });
const search = { address: address as Address, abi: indexVaultAbi, fromBlock: BigInt(first), strict: true } as const;
const proposal = (await client.getContractEvents({ ...search, eventName: "WeightsProposed" })).at(-1);
if (proposal === undefined) throw new Error("This index has not been rebalanced yet.");

const { epoch, decisionHash } = proposal.args;
const journal = await Journal.open(path);
const record = await journal.decision(decisionHash);
if (record === undefined) throw new Error("Another keeper made this decision: ask for its journal.");
console.log(`Rebalance ${epoch} (${record.lane}), decision ${decisionHash}`);
console.log(`Proposed in ${proposal.transactionHash}, on data of ${record.source.label}`);
for (const reason of record.reasons) console.log(`- ${reason}`);
await journal.close();

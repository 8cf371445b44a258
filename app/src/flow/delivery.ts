import { decodeContractError, type Tx } from "@gimbal/sdk";
import { useCallback, useEffect } from "react";
import { toast } from "sonner";
import type { Hash } from "viem";
import { call, estimateGas, getBlock, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { useConfig, useConnection } from "wagmi";
import { getClient, getConnectorClient } from "wagmi/actions";
import { type ChainClient, useNetwork } from "../data/network.tsx";
import { type Activity, ActivityLog } from "./activity.ts";

/** The list of this browser. */
export const activityLog = new ActivityLog(localStorage);

/** {bps} of gas that a transaction gets beyond the estimate. */
const SPARE = 2_000n;

/** Sends a transaction, writes it down from its hash on, and tells how it ended. Throws when it failed, as a sentence. */
export function useDelivery(): (tx: Tx, title: string) => Promise<void> {
  const config = useConfig();
  const network = useNetwork();
  const { address: account } = useConnection();

  return useCallback(
    async (tx, title) => {
      const at = { chainId: network.chainId };
      const [wallet, client] = [await getConnectorClient(config, at), getClient(config, at) as ChainClient];
      if (account === undefined) throw new Error("No wallet is connected.");
      const estimate = await estimateGas(client, { account, ...tx }).catch((error) => {
        throw decodeContractError(error);
      });
      const gas = estimate + (estimate * SPARE) / 10_000n;
      const hash = await sendTransaction(wallet, { ...tx, account, gas, chain: wallet.chain });
      const sentAt = Math.floor(Date.now() / 1_000);
      activityLog.add({ hash, chainId: network.chainId, account, title, sentAt, state: "pending" });
      const reason = await follow(client, activityLog.entries().find((entry) => entry.hash === hash) as Activity, tx);
      if (reason !== undefined) throw new Error(reason);
    },
    [account, config, network],
  );
}

/** Follows what was still under way when the page was closed. */
export function useUnfinished(): void {
  const config = useConfig();
  const network = useNetwork();
  useEffect(() => {
    const client = getClient(config, { chainId: network.chainId }) as ChainClient;
    for (const entry of activityLog.entries()) {
      if (entry.state === "pending" && entry.chainId === network.chainId) void follow(client, entry);
    }
  }, [config, network]);
}

/** Waits for a receipt. Returns why it failed, undefined when it did not. */
async function follow(client: ChainClient, { hash, title, account }: Activity, tx?: Tx): Promise<string | undefined> {
  const id = toast.loading(title, { description: "Waiting for a block" });
  let settled: Hash = hash;
  const receipt = await waitForTransactionReceipt(client, {
    hash,
    onReplaced: ({ transaction }) => {
      settled = transaction.hash;
    },
  }).catch(() => undefined);
  if (receipt === undefined) {
    toast.message(title, { id, description: "It is not in a block yet. The activity list goes on looking." });
    return undefined;
  }
  // Of the block, not of this machine: the list stands among what the chain tells.
  const sentAt = await getBlock(client, { blockNumber: receipt.blockNumber }).then(
    ({ timestamp }) => Number(timestamp),
    () => undefined,
  );
  const dated = { hash: settled, ...(sentAt === undefined ? {} : { sentAt }) };
  if (receipt.status === "success") {
    activityLog.settle(hash, { ...dated, state: "confirmed" });
    toast.success(title, { id, description: "Done" });
    return undefined;
  }
  const reason = await reasonOf(client, account, tx, receipt.blockNumber);
  activityLog.settle(hash, { ...dated, state: "failed", reason });
  toast.error(title, { id, description: reason });
  return reason;
}

/** A receipt does not carry the reason: the call is asked again at its block. */
async function reasonOf(client: ChainClient, account: Activity["account"], tx: Tx | undefined, blockNumber: bigint) {
  const unknown = "The contract refused it, without saying why.";
  if (tx === undefined) return unknown;
  const failure = await call(client, { account, ...tx, blockNumber }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure === undefined ? unknown : decodeContractError(failure).shortMessage;
}

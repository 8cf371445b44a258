import { decodeContractError, simulateCalls, type Tx } from "@gimbal/sdk";
import { useCallback, useEffect } from "react";
import { toast } from "sonner";
import type { Address, Hash } from "viem";
import { call, estimateGas, getBlock, sendCalls, sendTransaction } from "viem/actions";
import { type Config, useConfig, useConnection } from "wagmi";
import { getClient, getConnectorClient } from "wagmi/actions";
import { type ChainClient, useNetwork } from "../data/network.tsx";
import { explorerLink } from "../explorer.ts";
import { type Activity, ActivityLog, type KeptCall } from "./activity.ts";
import { batchOutcomeOf, type Outcome, outcomeOf, sentOf } from "./outcome.ts";

/** The list of this browser. */
export const activityLog = new ActivityLog(localStorage);
// The browser tells of what other tabs of this app keep, not of what this one does.
addEventListener("storage", ({ key }) => activityLog.changed(key));

/** {bps} of gas that a transaction gets beyond the estimate. */
const SPARE = 2_000n;

/** Sends calls, one or several as one, writes that down, and tells how it ended. Throws when it failed, as a sentence. */
export function useDelivery(): (calls: readonly Tx[], title: string) => Promise<void> {
  const config = useConfig();
  const network = useNetwork();
  const { address: account } = useConnection();

  return useCallback(
    async (calls, title) => {
      if (account === undefined) throw new Error("No wallet is connected.");
      const place = { config, chainId: network.chainId, account };
      const isBatch = calls.length > 1;
      const name = isBatch ? await sendBatch(place, calls) : await sendOne(place, calls[0] as Tx);
      const entry: Activity = {
        ...{ ...name, chainId: network.chainId, account, title, sentAt: Math.floor(Date.now() / 1_000) },
        ...{ state: "pending", underWay: { calls: calls.map(keptOf), isBatch } },
      };
      activityLog.add(entry);
      const reason = await follow(config, entry);
      if (reason !== undefined) throw new Error(reason);
    },
    [account, config, network],
  );
}

interface Place {
  readonly config: Config;
  readonly chainId: number;
  readonly account: Address;
}

type Named = Pick<Activity, "id" | "hash">;

async function sendOne({ config, chainId, account }: Place, tx: Tx): Promise<Named> {
  const [wallet, client] = [await getConnectorClient(config, { chainId }), clientOf(config, chainId)];
  const estimate = await estimateGas(client, { account, ...tx }).catch((error) => {
    throw decodeContractError(error);
  });
  const gas = estimate + (estimate * SPARE) / 10_000n;
  const hash = await sendTransaction(wallet, { ...tx, account, gas, chain: wallet.chain });
  return { id: hash, hash };
}

/** All calls happen, or none: the wallet is told that nothing else will do. */
async function sendBatch({ config, chainId, account }: Place, calls: readonly Tx[]): Promise<Named> {
  const wallet = await getConnectorClient(config, { chainId });
  const { id } = await sendCalls(wallet, { account, chain: wallet.chain, calls: [...calls], forceAtomic: true });
  return { id, hash: null };
}

const clientOf = (config: Config, chainId: number) => getClient(config, { chainId }) as ChainClient;
const keptOf = ({ to, data, value }: Tx): KeptCall => ({ to, data, value: String(value) });
const txOf = ({ to, data, value }: KeptCall): Tx => ({ to, data, value: BigInt(value) });

/** Follows what was still under way when the page was closed; a batch as soon as its wallet is there to be asked. */
export function useUnfinished(): void {
  const config = useConfig();
  const network = useNetwork();
  const { address, status } = useConnection();
  // While a wallet of before is being found again, its address is known, and it cannot be asked yet.
  const account = status === "connected" ? address : undefined;
  useEffect(() => {
    for (const entry of activityLog.entries()) {
      if (entry.state !== "pending" || entry.chainId !== network.chainId) continue;
      // A wallet that cannot be asked now is asked when it is connected again.
      if (!entry.underWay?.isBatch || entry.account === account) void follow(config, entry).catch(() => undefined);
    }
  }, [config, network, account]);
}

/** Each is followed once, however often it is asked for. */
const followed = new Map<string, Promise<string | undefined>>();

/** Waits until it has ended. Returns why it failed, undefined when it did not. */
function follow(config: Config, entry: Activity): Promise<string | undefined> {
  const running = followed.get(entry.id);
  if (running !== undefined) return running;
  const begun = settle(config, entry).finally(() => followed.delete(entry.id));
  followed.set(entry.id, begun);
  return begun;
}

async function settle(config: Config, entry: Activity): Promise<string | undefined> {
  const { id, title, chainId } = entry;
  const client = clientOf(config, chainId);
  const sent = sentOf(entry);
  const begun: () => Promise<Outcome> =
    sent === undefined
      ? batchOutcomeOf.bind(undefined, await getConnectorClient(config, { chainId }), id, client.pollingInterval)
      : () => outcomeOf(client, sent, (nonce) => activityLog.numbered(id, nonce));
  const shown = toast.loading(title, { description: "Waiting for a block" });
  const outcome = await begun();
  const dated = await datedOf(client, outcome);
  if (outcome.kind === "confirmed") {
    activityLog.settle(id, { state: "confirmed", ...dated });
    toast.success(title, { id: shown, description: "Done", ...linkTo(client, outcome.hash) });
    return undefined;
  }
  const reason = outcome.kind === "dropped" ? outcome.reason : await reasonOf(client, entry, outcome.blockNumber);
  activityLog.settle(id, { state: outcome.kind, reason, ...dated });
  toast.error(title, { id: shown, description: reason, ...linkTo(client, outcome.hash) });
  return reason;
}

/** A button that shows the transaction in the explorer of the chain, if it has one. */
function linkTo({ chain }: ChainClient, hash: Hash | undefined) {
  const root = chain.blockExplorers?.default.url;
  if (root === undefined || hash === undefined) return {};
  const open = () => void window.open(explorerLink(root, "tx", hash), "_blank", "noopener,noreferrer");
  return { action: { label: "Explorer", onClick: open } };
}

/** Its hash, and the time of its block instead of this machine's: the list stands among what the chain tells. */
async function datedOf(client: ChainClient, outcome: Outcome): Promise<{ hash?: Hash; sentAt?: number }> {
  const hash = outcome.hash === undefined ? {} : { hash: outcome.hash };
  if (outcome.kind === "dropped") return hash;
  return getBlock(client, { blockNumber: outcome.blockNumber }).then(
    ({ timestamp }) => ({ ...hash, sentAt: Number(timestamp) }),
    () => hash,
  );
}

/** A receipt does not carry the reason: the calls are asked again at its block. */
async function reasonOf(client: ChainClient, { account, underWay }: Activity, blockNumber: bigint): Promise<string> {
  const unknown = "The contract refused it, without saying why.";
  const calls = underWay?.calls.map(txOf) ?? [];
  const [first] = calls;
  if (first === undefined) return unknown;
  const asked: Promise<unknown> =
    calls.length === 1
      ? call(client, { account, ...first, blockNumber })
      : simulateCalls(client, { account, calls, blockNumber });
  const failure = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  return failure === undefined ? unknown : decodeContractError(failure).shortMessage;
}

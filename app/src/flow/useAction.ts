import {
  type Authorization,
  ContractError,
  getRequirements,
  type PreparedAction,
  simulateCalls,
  type Tx,
  type UnmetRequirement,
  type ZapPermit,
} from "@gimbal/sdk";
import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Address } from "viem";
import { getCode, signTypedData } from "viem/actions";
import { useConfig, useConnection } from "wagmi";
import { getConnectorClient, switchChain } from "wagmi/actions";
import { type ChainClient, useChainClient, useNetwork } from "../data/network.tsx";
import { useDelivery } from "./delivery.ts";
import { hasCode } from "./outcome.ts";
import { sentenceOf } from "./sentence.ts";
import { nextStep, type Step } from "./steps.ts";
import { useBatching } from "./useBatching.ts";

/** Any action of the SDK; one that takes a permit gets it as the only argument of `buildTx`. */
export type AnyAction = PreparedAction<unknown, ZapPermit>;

export interface ActionParameters {
  /** What tells one action from another; a change asks the chain anew. No bigints: write them as text. */
  readonly key: QueryKey;
  /** Words of the last step: "Buy", "Lock", "Vote". */
  readonly verb: string;
  /** What the activity list says: "Buy 2.5 GIM10". */
  readonly title: string;
  /** Why the form cannot be sent; undefined: it can. */
  readonly fault: string | undefined;
  /** Prepares the action; `authorization` is how its token is taken. Actions without a token ignore it. */
  readonly prepare: (at: {
    client: ChainClient;
    account: Address;
    authorization: Authorization;
  }) => Promise<AnyAction> | AnyAction;
  readonly symbolOf: (token: Address) => string;
  /** After the transaction is in a block. */
  readonly onDone?: (() => void) | undefined;
}

/** Of a contract that knows no Permit2: its token is approved instead. */
export function withoutPermit2(authorization: Authorization): Exclude<Authorization, "permit2"> {
  return authorization === "permit2" ? "approval" : authorization;
}

export interface ActionState {
  readonly step: Step;
  /** Does the next step. Not for "connect", which opens the list of wallets. */
  readonly run: () => void;
  readonly isBusy: boolean;
  /** Why the last try failed, or why the chain would refuse, as a sentence. */
  readonly problem: string | undefined;
}

interface Prepared {
  readonly action: AnyAction;
  readonly requirements: readonly UnmetRequirement[];
  /** What would be sent if every token were approved: it shows before the first signature whether the chain would refuse. */
  readonly rehearsal: readonly Tx[];
}

/** What a wallet answers when the person in front of it refuses (EIP-1193). */
const REJECTED = 4001;
/** {ms} How long an answer of the chain about an action counts. */
const FRESH = 12_000;

/**
 * One action from the form to the receipt. What was approved is read from the chain, so that a reload loses nothing; only a
 * signed permit is kept in memory, because it costs nothing to sign again.
 */
export function useAction(parameters: ActionParameters): ActionState {
  const { key, verb, title, fault, prepare, symbolOf, onDone } = parameters;
  const network = useNetwork();
  const config = useConfig();
  const queries = useQueryClient();
  const deliver = useDelivery();
  const { isKnown, canBatch, isSmart, refused } = useBatching();
  const { address: account, chainId: walletChainId } = useConnection();
  const client = useChainClient();
  const [permit, setPermit] = useState<{ mark: string; value: ZapPermit }>();
  const mark = JSON.stringify([key, account, network.chainId]);
  const signed = permit?.mark === mark ? permit.value : undefined;

  const prepared = useQuery({
    queryKey: ["action", mark, isSmart],
    enabled:
      isKnown &&
      account !== undefined &&
      walletChainId === network.chainId &&
      fault === undefined &&
      client !== undefined,
    staleTime: FRESH,
    refetchInterval: FRESH,
    retry: false,
    queryFn: () => prepareAction({ client: client as ChainClient, account: account as Address, isSmart }, prepare),
  });
  const requirements = prepared.data?.requirements.filter(
    ({ kind }) => signed === undefined || (kind !== "permit" && kind !== "permit2"),
  );
  const step = nextStep({ account, walletChainId, network, fault, symbolOf, verb, requirements, canBatch });

  const doing = useMutation({
    mutationFn: async () => {
      if (step.kind === "switch") return void (await switchChain(config, { chainId: step.chainId }));
      if (prepared.data === undefined || account === undefined || client === undefined) return;
      const { action, rehearsal } = prepared.data;
      if (step.kind !== "send" && signed === undefined) await rehearse(client, account, rehearsal);
      if (step.kind === "approve") await deliver([step.requirement.tx], `Approve ${symbolOf(step.requirement.token)}`);
      if (step.kind === "sign") {
        const wallet = await getConnectorClient(config, { chainId: network.chainId });
        const signature = await signTypedData(wallet, step.requirement.typedData as never);
        setPermit({ mark, value: step.requirement.toPermit(signature) });
        return;
      }
      if (step.kind === "batch") {
        const calls = [...step.approvals.map(({ tx }) => tx), ...(step.isLast ? [action.buildTx(signed)] : [])];
        await deliver(calls, step.isLast ? title : step.label).catch((error: unknown) => {
          throw refused(error) ? new Error("Your wallet does not send this as one. Go on step by step.") : error;
        });
      }
      if (step.kind === "send") {
        const sent = action.simulate({ account }, signed).then(() => deliver([action.buildTx(signed)], title));
        await sent.catch((error: unknown) => {
          // The signature may be used up or too old by now. Who only refused to send it keeps it.
          if (!hasCode(error, REJECTED)) setPermit(undefined);
          throw error;
        });
      }
      if (step.kind === "send" || (step.kind === "batch" && step.isLast)) {
        setPermit(undefined);
        onDone?.();
      }
      await queries.invalidateQueries();
    },
    // What failed was decided by another state than the one that was read.
    onError: () => queries.invalidateQueries({ queryKey: ["action"] }),
  });

  const failure = doing.error ?? prepared.error;
  return { step, run: doing.mutate, isBusy: doing.isPending, problem: failure ? sentenceOf(failure) : undefined };
}

/**
 * Prepares with a signature where one can stand in for the approval: a permit of the token, else one of Permit2 if that may take
 * the token already. Not for accounts that are contracts: those cannot sign one.
 */
async function prepareAction(
  { client, account, isSmart }: { client: ChainClient; account: Address; isSmart: boolean },
  prepare: ActionParameters["prepare"],
): Promise<Prepared> {
  const action = await prepare({ client, account, authorization: "approval" });
  const requirements = await getRequirements(client, action, account);
  const approvals = requirements.filter((requirement) => requirement.kind === "approval");
  const isWhole = approvals.length === requirements.length;
  const rehearsal = isWhole ? [...approvals.map(({ tx }) => tx), action.buildTx()] : [];
  const plain = { action, requirements, rehearsal };
  if (approvals.length === 0 || action.takesPermit !== true || isSmart) return plain;
  if ((await getCode(client, { address: account })) !== undefined) return plain;
  const authorization = approvals.some(({ canPermit }) => canPermit) ? "erc2612" : "permit2";
  const signed = await prepare({ client, account, authorization });
  const toSign = await getRequirements(client, signed, account);
  return toSign.some(({ kind }) => kind === "approval") ? plain : { action: signed, requirements: toSign, rehearsal };
}

/** Throws what a contract would say. What a node cannot try out is left to the wallet, and to the simulation before sending. */
async function rehearse(client: ChainClient, account: Address, calls: readonly Tx[]): Promise<void> {
  if (calls.length === 0) return;
  await simulateCalls(client, { account, calls }).catch((error: unknown) => {
    if (error instanceof ContractError) throw error;
  });
}

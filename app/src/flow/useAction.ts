import {
  type Authorization,
  getRequirements,
  type PreparedAction,
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
import { sentenceOf } from "./sentence.ts";
import { nextStep, type Step } from "./steps.ts";

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
    authorization: Extract<Authorization, "approval" | "erc2612">;
  }) => Promise<AnyAction> | AnyAction;
  readonly symbolOf: (token: Address) => string;
  /** After the transaction is in a block. */
  readonly onDone?: (() => void) | undefined;
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
}

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
  const { address: account, chainId: walletChainId } = useConnection();
  const client = useChainClient();
  const [permit, setPermit] = useState<{ mark: string; value: ZapPermit }>();
  const mark = JSON.stringify([key, account, network.chainId]);
  const signed = permit?.mark === mark ? permit.value : undefined;

  const prepared = useQuery({
    queryKey: ["action", mark],
    enabled: account !== undefined && walletChainId === network.chainId && fault === undefined && client !== undefined,
    staleTime: FRESH,
    refetchInterval: FRESH,
    retry: false,
    queryFn: () => prepareAction(client as ChainClient, account as Address, prepare),
  });
  const requirements = prepared.data?.requirements.filter(
    ({ kind }) => signed === undefined || (kind !== "permit" && kind !== "permit2"),
  );
  const step = nextStep({ account, walletChainId, network, fault, symbolOf, verb, requirements });

  const doing = useMutation({
    mutationFn: async () => {
      if (step.kind === "switch") return void (await switchChain(config, { chainId: step.chainId }));
      if (step.kind === "approve") await deliver(step.requirement.tx, `Approve ${symbolOf(step.requirement.token)}`);
      if (step.kind === "sign") {
        const wallet = await getConnectorClient(config, { chainId: network.chainId });
        const signature = await signTypedData(wallet, step.requirement.typedData as never);
        setPermit({ mark, value: step.requirement.toPermit(signature) });
        return;
      }
      if (step.kind === "send" && prepared.data !== undefined && account !== undefined) {
        await prepared.data.action.simulate({ account }, signed);
        await deliver(prepared.data.action.buildTx(signed) satisfies Tx, title);
        setPermit(undefined);
        onDone?.();
      }
      await queries.invalidateQueries();
    },
  });

  const failure = doing.error ?? prepared.error;
  return { step, run: doing.mutate, isBusy: doing.isPending, problem: failure ? sentenceOf(failure) : undefined };
}

/** Prepares with a permit where the token knows them, except for accounts that are contracts: those cannot sign one. */
async function prepareAction(
  client: ChainClient,
  account: Address,
  prepare: ActionParameters["prepare"],
): Promise<Prepared> {
  const action = await prepare({ client, account, authorization: "approval" });
  const requirements = await getRequirements(client, action, account);
  const canPermit = requirements.some((requirement) => requirement.kind === "approval" && requirement.canPermit);
  if (!canPermit || (await getCode(client, { address: account })) !== undefined) return { action, requirements };
  const permitted = await prepare({ client, account, authorization: "erc2612" });
  return { action: permitted, requirements: await getRequirements(client, permitted, account) };
}

import type { Address, Hex } from "viem";
import type { TransactionState } from "../journal/schema.ts";

/** What the keeper tells of a round about one vault. `failed` carries why. */
export interface RoundEvent {
  readonly kind: "round";
  readonly vault: Address;
  readonly outcome: "decided" | "idle" | "failed";
  readonly seconds: number; // {s} that it took
  readonly reason: string | null;
}

/** Market data as one round saw it. */
export interface ObservationEvent {
  readonly kind: "observation";
  readonly vault: Address;
  readonly source: string; // id of the data source
  readonly asOf: number; // {s} of the block
  readonly knownUntil: number; // {s} end of the last day that has data
}

/** Which models a round had. `fittedOn` and the IC are null while there are none. */
export interface ModelEvent {
  readonly kind: "model";
  readonly vault: Address;
  readonly spec: string;
  readonly asOf: number; // {s} of the block
  readonly fittedUntil: number | null; // {s} end of the last day that the speaking models were fitted on
  readonly rankCorrelation: number | null; // neutral IC of the newest week whose outcome is known
  readonly spoke: "ensemble" | "fallback";
}

/** A training began (`seconds` null) or is over. */
export interface TrainingEvent {
  readonly kind: "training";
  readonly spec: string;
  readonly seconds: number | null;
  readonly failure: string | null;
}

/** A decision that was stored. */
export interface DecisionEvent {
  readonly kind: "decision";
  readonly vault: Address;
  readonly hash: Hex;
  readonly epoch: number;
  readonly asOf: number; // {s} of the block
  readonly action: "propose" | "none";
  readonly lane: "RISK" | "DERISK" | null;
  readonly driftBps: number; // {bps} one way
  readonly reasons: readonly string[];
}

/** When a vault's next decision is due, as far as it is known. */
export interface DueEvent {
  readonly kind: "due";
  readonly vault: Address;
  readonly at: number; // {s} in the chain's time
  readonly reason: string;
}

/** What became of a proposal. */
export interface ProposalEvent {
  readonly kind: "proposal";
  readonly vault: Address;
  readonly epoch: number;
  readonly result: "mined" | "already" | "taken" | "refused" | "failed";
  readonly reason: string | null;
}

/** A fill that was booked, whoever did it. */
export interface FillEvent {
  readonly kind: "fill";
  readonly vault: Address;
  readonly usd: number; // {USD} worth of what was sold
  readonly costCentiBps: number; // {hundredths of a bp} of it that the vault did not get back
}

/** Transactions that anyone may send: for a vault, or (null) for recurring plans. */
export interface UpkeepEvent {
  readonly kind: "upkeep";
  readonly vault: Address | null;
  readonly transactions: number;
}

/** A step of a transaction. `lost`: its block is no longer part of the chain. */
export interface TransactionEvent {
  readonly kind: "transaction";
  readonly intent: string;
  readonly state: TransactionState;
  readonly isLost: boolean;
  readonly gasUsed: bigint | null;
  readonly gasPrice: bigint | null; // {wei} paid
  readonly reason: string | null;
}

/** The account that pays for gas. */
export interface AccountEvent {
  readonly kind: "account";
  readonly account: Address;
  readonly balance: bigint; // {wei}
  readonly nonceGap: number; // transactions that nodes have and no block has yet
}

/** What was spent of the cap on gas of the running day. */
export interface SpendingEvent {
  readonly kind: "spending";
  readonly spent: bigint; // {wei}
  readonly cap: bigint; // {wei}
  readonly isReached: boolean;
}

/** One call of a node. `node` is its name or host, never its whole address, which may hold a key. */
export interface RpcEvent {
  readonly kind: "rpc";
  readonly node: string;
  readonly method: string;
  readonly seconds: number;
  readonly failure: string | null;
}

/** A head that a node gave. */
export interface HeadEvent {
  readonly kind: "head";
  readonly node: string;
  readonly block: bigint;
  readonly timestamp: number; // {s}
}

/** Whether a node can be relied upon, by whoever compares nodes. */
export interface NodeEvent {
  readonly kind: "node";
  readonly node: string;
  readonly isUsable: boolean;
  readonly reason: string | null;
}

/** A breaker stopped the keeper, or was cleared. */
export interface HaltEvent {
  readonly kind: "halt";
  readonly breaker: string;
  readonly isHalted: boolean;
  readonly reason: string | null;
}

/** Price feeds of a vault that give no fresh price. An empty list: all do. */
export interface FeedsEvent {
  readonly kind: "feeds";
  readonly vault: Address;
  readonly stale: readonly string[];
}

/** Which vaults are served, and why others are not. */
export interface VaultsEvent {
  readonly kind: "vaults";
  readonly served: readonly Address[];
  readonly unserved: readonly { readonly vault: Address; readonly reason: string }[];
}

/** The journal failed (with why), or works again (null). */
export interface JournalEvent {
  readonly kind: "journal";
  readonly failure: string | null;
}

/** Whether this keeper acts, or stands by for another one. */
export interface RoleEvent {
  readonly kind: "role";
  readonly role: "acting" | "standby";
  readonly reason: string;
}

/** What another keeper that signs decisions answered. */
export interface CosignerEvent {
  readonly kind: "cosigner";
  readonly cosigner: string;
  /** `dishonest`: it sent what only somebody who lies or is broken sends. `broken`: its answer was none. */
  readonly result: "signed" | "refused" | "dishonest" | "broken" | "unreachable";
  readonly reason: string | null;
}

/** What a webhook made of an alert. */
export interface AlertEvent {
  readonly kind: "alert";
  readonly alert: string;
  readonly result: "sent" | "repeated" | "limited" | "failed";
}

/** Everything that the keeper tells of itself. */
export type KeeperEvent =
  | RoundEvent
  | ObservationEvent
  | ModelEvent
  | TrainingEvent
  | DecisionEvent
  | DueEvent
  | ProposalEvent
  | FillEvent
  | UpkeepEvent
  | TransactionEvent
  | AccountEvent
  | SpendingEvent
  | RpcEvent
  | HeadEvent
  | NodeEvent
  | HaltEvent
  | FeedsEvent
  | VaultsEvent
  | JournalEvent
  | RoleEvent
  | CosignerEvent
  | AlertEvent;

/** Who is told. Never throws and never waits: whoever tells must not depend on who listens. */
export interface Observer {
  tell(event: KeeperEvent): void;
}

/** An observer for whoever has to know one before there is one: it passes on to whom it follows, from then on. */
export class ObserverRelay implements Observer {
  #target: Observer = silentObserver;

  follow(target: Observer): void {
    this.#target = target;
  }

  readonly tell = (event: KeeperEvent): void => this.#target.tell(event);
}

/** Hears nothing. */
export const silentObserver: Observer = { tell: () => {} };

/** What an observer does with each kind of event that it cares for. */
export type Handlers = { readonly [K in KeeperEvent["kind"]]?: (event: Extract<KeeperEvent, { kind: K }>) => void };

/** An observer made of one function a kind. */
export function observerOf(handlers: Handlers): Observer {
  return {
    tell: (event) => {
      const handle = handlers[event.kind] as ((event: KeeperEvent) => void) | undefined;
      handle?.(event);
    },
  };
}

/** Tells several observers. One that fails is reported to `onFailure` and keeps nobody else from hearing. */
export function toAll(observers: readonly Observer[], onFailure: (error: unknown) => void = () => {}): Observer {
  return {
    tell: (event) => {
      for (const observer of observers) {
        try {
          observer.tell(event);
        } catch (error) {
          onFailure(error);
        }
      }
    },
  };
}

import type { Address } from "viem";
import type { Session } from "../access/sessionStore.ts";

/** Who asks. */
export interface Caller {
  /** The account that signed in; null: nobody did. */
  readonly account: Address | null;
  /** Score tier of the account, 0 to 10; 0 for strangers. */
  readonly tier: number;
  /** The session that the caller shows; absent when nobody signed in. */
  readonly session?: Session;
  /** Who a limit counts for: an account with a tier, else the network address. Absent: a program on this machine. */
  readonly client?: string;
}

/** Somebody who did not sign in. */
export const STRANGER: Caller = { account: null, tier: 0 };

declare module "hono" {
  interface ContextVariableMap {
    caller: Caller;
    requestId: string;
  }
}

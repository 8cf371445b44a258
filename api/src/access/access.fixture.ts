import type { Address, Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { openSqlite } from "../../../keeper/src/journal/sqlite.ts";
import { FIXTURE, type Json, type testApp, testContext } from "../app.fixture.ts";
import type { ApiContext } from "../context.ts";
import { JournalDecisions } from "../decisions/decisions.ts";
import { Access, type AccessSettings } from "./access.ts";
import { ACCESS_LIMITS } from "./limits.ts";

/** Two accounts with keys that are good for nothing else. */
export const ALICE = privateKeyToAccount(`0x${"a1".repeat(32)}`);
export const BOB = privateKeyToAccount(`0x${"b0".repeat(32)}`);

/** Access as a deployment has it: the real limits, one trusted proxy. */
export const REAL_ACCESS: AccessSettings = {
  domains: ["app.gimbal.example", "localhost:5173"],
  uri: "https://api.gimbal.example",
  trustedProxies: ["10.0.0.0/8"],
  limits: ACCESS_LIMITS,
};

/** A clock that is set by hand, {s}. */
export type HandClock = { now: number };

/** A context whose access is that of a deployment. */
export async function accessContext(
  clock: HandClock,
  over: Partial<ApiContext> = {},
  settings: Partial<AccessSettings> = {},
): Promise<ApiContext> {
  // Real decisions take seconds to make; access asks for none.
  const decisions = new JournalDecisions(await openSqlite(":memory:"), FIXTURE.chainId);
  const context = await testContext({ decisions, ...over, clock: () => clock.now });
  return { ...context, access: new Access({ ...context, settings: { ...REAL_ACCESS, ...settings } }) };
}

/** A request with a body and, perhaps, a token. */
export function post(body: unknown, token?: string): RequestInit {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify(body),
  };
}

/** Headers of somebody who shows a token. */
export function bearer(token: string, method = "GET"): RequestInit {
  return { method, headers: { authorization: `Bearer ${token}` } };
}

export type Fetch = ReturnType<typeof testApp>;

type Signer = { readonly address: Address; signMessage(parameters: { message: string }): Promise<Hex> };

/** A message for somebody, and the signature of `by`. */
export async function invited(fetch: Fetch, { address }: { address: Address }, by: Signer) {
  const { data } = (await (await fetch("/v1/session/nonce", post({ address }))).json()) as Json;
  const message = data.message as string;
  return { message, nonce: data.nonce as string, signature: await by.signMessage({ message }) };
}

/** Signs in and returns the whole session with its token. */
export async function signIn(fetch: Fetch, signer: Signer): Promise<Json> {
  const { message, signature } = await invited(fetch, signer, signer);
  const response = await fetch("/v1/session", post({ message, signature }));
  return ((await response.json()) as Json).data;
}

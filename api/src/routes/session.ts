import type { Hex } from "viem";
import type { Access } from "../access/access.ts";
import type { Session } from "../access/sessionStore.ts";
import { LONGEST_SIGNATURE } from "../access/signature.ts";
import { LONGEST_MESSAGE, SIGN_IN_LIFETIME } from "../access/siwe.ts";
import type { ApiContext } from "../context.ts";
import { UnavailableError } from "../http/problem.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { addressInput, addressSchema, isoTime, timeSchema, z } from "../http/schemas.ts";

const invitationSchema = z
  .strictObject({
    message: z.string().openapi({ description: "What the wallet signs (personal_sign), to the letter." }),
    domain: z.string(),
    uri: z.string(),
    chainId: z.number().int(),
    nonce: z.string().openapi({ description: `Good for one sign-in within ${SIGN_IN_LIFETIME} seconds.` }),
    issuedAt: timeSchema,
    expiresAt: timeSchema,
  })
  .openapi("SignInInvitation");

const sessionSchema = z
  .strictObject({
    account: addressSchema,
    tier: z
      .number()
      .int()
      .min(0)
      .max(10)
      .nullable()
      .openapi({ description: "Score tier at `tierReadAt`; 0: none; null: the node could not be asked." }),
    tierReadAt: timeSchema
      .nullable()
      .openapi({ description: "The week start that the tier comes from; null without a tier to read." }),
    limit: z
      .strictObject({ name: z.string(), requests: z.number().int(), seconds: z.number().int() })
      .openapi({ description: "A quota of so many requests that fills up again within so many seconds." }),
    openedAt: timeSchema,
    expiresAt: timeSchema,
  })
  .openapi("Session");

const openedSchema = sessionSchema
  .extend({
    token: z.string().openapi({ description: "Send it as `Authorization: Bearer <token>`. It is shown only here." }),
  })
  .openapi("OpenedSession");

const signatureInput = z
  .string()
  .max(2 + 2 * LONGEST_SIGNATURE, `must have at most ${LONGEST_SIGNATURE} bytes`)
  .regex(/^0x([0-9a-fA-F]{2})+$/, "must be whole bytes as hexadecimal digits after 0x")
  .transform((text) => text.toLowerCase() as Hex)
  .openapi({ type: "string", pattern: "^0x([0-9a-fA-F]{2})+$" });

async function describeSession(access: Access, session: Session) {
  const { account, openedAt, expiresAt } = session;
  const known = await access.tierOf(account).catch((error: unknown) => {
    // The sign-in stands; only its tier has to wait for the node.
    if (error instanceof UnavailableError) return undefined;
    throw error;
  });
  const { name, quota, window } = access.limitFor({ account, tier: known?.tier ?? 0 });
  const readAt = known?.readAt ?? 0;
  return {
    account,
    tier: known?.tier ?? null,
    tierReadAt: readAt === 0 ? null : isoTime(readAt),
    limit: { name, requests: quota, seconds: window },
    openedAt: isoTime(openedAt),
    expiresAt: isoTime(expiresAt),
  };
}

/** The frame of an answer that is about the caller and not about the chain. */
const now = ({ clock }: ApiContext) => ({ asOf: Math.floor(clock()), asOfBlock: null });

const makeNonce = defineRoute({
  id: "createSessionNonce",
  method: "post",
  path: "/v1/session/nonce",
  tag: "Session",
  summary: "A message for an account to sign (EIP-4361), with a fresh nonce",
  body: z.strictObject({
    address: addressInput,
    domain: z
      .string()
      .max(255)
      .optional()
      .openapi({ description: "Host of the site that asks for the signature; the usual one when left out." }),
  }),
  data: invitationSchema,
  freshness: "live",
  handle: async (context, { body }) => {
    const { issuedAt, expiresAt, ...invitation } = await context.access.invite(body.address, body.domain);
    return {
      data: { ...invitation, issuedAt: isoTime(issuedAt), expiresAt: isoTime(expiresAt) },
      ...now(context),
    };
  },
});

const openSession = defineRoute({
  id: "openSession",
  method: "post",
  path: "/v1/session",
  tag: "Session",
  summary: "Sign in with a signed message (EIP-4361)",
  description:
    "With the key of the account, or as a smart wallet (ERC-1271, ERC-6492). The session belongs to the account of the message.",
  body: z.strictObject({ message: z.string().min(1).max(LONGEST_MESSAGE), signature: signatureInput }),
  data: openedSchema,
  freshness: "live",
  status: 201,
  handle: async (context, { body }) => {
    const opened = await context.access.signIn(body.message, body.signature);
    return { data: { ...(await describeSession(context.access, opened)), token: opened.token }, ...now(context) };
  },
});

const getSession = defineRoute({
  id: "getSession",
  method: "get",
  path: "/v1/session",
  tag: "Session",
  summary: "Who is signed in, with the tier and the quota that it brings",
  data: sessionSchema,
  freshness: "personal",
  handle: async (context, { caller }) => {
    const session = context.access.sessionOf(caller);
    return { data: await describeSession(context.access, session), ...now(context) };
  },
});

const closeSession = defineRoute({
  id: "closeSession",
  method: "delete",
  path: "/v1/session",
  tag: "Session",
  summary: "Sign out",
  query: {
    everywhere: z
      .enum(["true", "false"])
      .default("false")
      .openapi({ description: "true: all sessions of the account end." }),
  },
  data: z.strictObject({ closed: z.number().int().openapi({ description: "Sessions that ended." }) }),
  freshness: "personal",
  handle: async (context, { caller, query }) => {
    if (query.everywhere === "true") {
      return { data: { closed: await context.access.signOutEverywhere(caller) }, ...now(context) };
    }
    await context.access.signOut(caller);
    return { data: { closed: 1 }, ...now(context) };
  },
});

/** Signing in and out. */
export const sessionRoutes: readonly Route[] = [makeNonce, openSession, getSession, closeSession];

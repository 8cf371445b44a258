import { type Deployment, governanceOf } from "@gimbal/sdk";
import type { Address, Hex, PublicClient } from "viem";
import { createSiweMessage } from "viem/siwe";
import { type Caller, STRANGER } from "../http/caller.ts";
import { RequestInvalidError, UnauthenticatedError, UnavailableError } from "../http/problem.ts";
import type { Store } from "../store/store.ts";
import { clientAddress, clientKeys, type TrustedProxies, trustedProxies } from "./clientAddress.ts";
import { AccessConfigError, SignInRefusedError } from "./errors.ts";
import { type AccessLimit, type AccessLimits, costOf, limitOf } from "./limits.ts";
import { checkNonce, makeNonce } from "./nonces.ts";
import { type Allowance, RateLimiter } from "./rateLimiter.ts";
import { type OpenedSession, SESSION_LIFETIME, type Session, SessionStore } from "./sessionStore.ts";
import { isSignedBy } from "./signature.ts";
import { checkSignIn, SIGN_IN_LIFETIME, type SignInTerms } from "./siwe.ts";
import { type KnownTier, TierBook, type TierSource, tierSource } from "./tierBook.ts";

/** What a deployment of the API decides about access. */
export type AccessSettings = {
  /** Hosts of the sites whose users sign in here, with port; the first is the usual one. */
  readonly domains: readonly string[];
  /** Address of this API as its users see it. */
  readonly uri: string;
  /** Proxies in front of the API, such as "10.0.0.0/8"; X-Forwarded-For is believed of nobody else. */
  readonly trustedProxies: readonly string[];
  readonly limits: AccessLimits;
};

/** What access works with. */
export type AccessParts = {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly store: Store;
  /** {s} */
  readonly clock: () => number;
  readonly settings: AccessSettings;
};

/** What of a request decides who asks. */
export type Visit = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly forwardedFor: string | undefined;
  /** Address at the other end of the connection. */
  readonly socketAddress: string | undefined;
};

/** What is to be signed: the fields of a message of EIP-4361, and the message itself. */
export type Invitation = {
  readonly message: string;
  readonly domain: string;
  readonly uri: string;
  readonly chainId: number;
  readonly nonce: string;
  /** {s} */
  readonly issuedAt: number;
  /** {s} */
  readonly expiresAt: number;
};

const STATEMENT = "Sign in to Gimbal. This costs nothing and allows no transaction.";
const NO_TIERS: KnownTier = { tier: 0, readAt: 0 };

/** The escrow of a deployment without a DAO gives nobody a tier. */
function sourceOf(client: PublicClient, deployment: Deployment): TierSource {
  if (deployment.contracts["ScoreRegistry"] === undefined) return async () => NO_TIERS;
  return tierSource(client, governanceOf(deployment).ScoreRegistry);
}

/** Who asks, how often they may, and how they sign in. Built once; what must not be lost is in the store. */
export class Access {
  readonly #clock: () => number;
  readonly #client: PublicClient;
  readonly #terms: SignInTerms;
  readonly #limits: AccessLimits;
  readonly #proxies: TrustedProxies;
  readonly #limiter = new RateLimiter();
  readonly #sessions: SessionStore;
  readonly #tiers: TierBook;
  #secret: Promise<Uint8Array> | undefined;

  /** Throws {@link AccessConfigError}. */
  constructor({ client, deployment, store, clock, settings }: AccessParts) {
    const { domains, uri, limits } = settings;
    if (domains.length === 0) throw new AccessConfigError("the list of domains", "name at least one");
    if (!URL.canParse(uri)) throw new AccessConfigError(`the address "${uri}"`, "write it like https://api.example");
    this.#clock = clock;
    this.#client = client;
    this.#terms = { domains, uri, chainId: deployment.chainId };
    this.#limits = limits;
    this.#proxies = trustedProxies(settings.trustedProxies);
    this.#sessions = new SessionStore(store.database);
    this.#tiers = new TierBook(sourceOf(client, deployment));
  }

  /** The limit of a caller. */
  limitFor({ tier }: Caller): AccessLimit {
    return limitOf(this.#limits, tier);
  }

  /**
   * What a caller may do now: its quota is charged, whatever comes of the request. Without a tier, a session shares the quota of
   * the network address, so that signing in with many accounts brings nothing. A wrong token is charged to the address as well.
   */
  async admit(visit: Visit): Promise<{ allowance: Allowance; identify: () => Caller }> {
    const now = this.#clock();
    const cost = costOf(visit.method, visit.path);
    const found = await this.#callerOf(visit.authorization, now);
    const identify = (): Caller => {
      if (found !== undefined) return found;
      throw new UnauthenticatedError("The session is over or was never opened. Sign in again, or ask without it.");
    };
    if (found !== undefined && found.account !== null && found.tier > 0) {
      return { allowance: this.#limiter.take(found.account, this.limitFor(found), cost, now), identify };
    }
    const address = clientAddress(visit.socketAddress, visit.forwardedFor, this.#proxies);
    const { client, site } = clientKeys(address);
    const allowance = this.#limiter.take(client, this.#limits.free, cost, now);
    if (!allowance.isAllowed || site === undefined) return { allowance, identify };
    const together = this.#limiter.take(site, this.#limits.network, cost, now);
    return { allowance: together.isAllowed ? allowance : together, identify };
  }

  /** Whether somebody whose quota is used up may try to pay. Trying is bounded too: each try costs a look at the chain. */
  admitPayment({ socketAddress, forwardedFor }: Pick<Visit, "socketAddress" | "forwardedFor">): Allowance {
    const now = this.#clock();
    const { paid, paidNetwork } = this.#limits;
    const { client, site } = clientKeys(clientAddress(socketAddress, forwardedFor, this.#proxies));
    const allowance = this.#limiter.take(`paid ${client}`, paid, 1, now);
    if (!allowance.isAllowed || site === undefined) return allowance;
    const together = this.#limiter.take(`paid ${site}`, paidNetwork, 1, now);
    return together.isAllowed ? allowance : together;
  }

  /** Name of a caller for limits of what it has open: its account, or its network address. */
  clientOf(
    { account }: Caller,
    { socketAddress, forwardedFor }: Pick<Visit, "socketAddress" | "forwardedFor">,
  ): string {
    return account ?? clientKeys(clientAddress(socketAddress, forwardedFor, this.#proxies)).client;
  }

  /** A message for an account to sign. Nothing is kept of it. Throws {@link RequestInvalidError} for a domain that is not ours. */
  async invite(account: Address, wanted?: string): Promise<Invitation> {
    const now = Math.floor(this.#clock());
    const { domains, uri, chainId } = this.#terms;
    const domain = wanted ?? domains[0] ?? "";
    if (!domains.includes(domain)) {
      throw new RequestInvalidError([{ at: "body.domain", message: `must be ${domains.join(" or ")}` }]);
    }
    const nonce = makeNonce(await this.#nonceSecret(), now);
    const expiresAt = now + SIGN_IN_LIFETIME;
    const [issued, expires] = [now, expiresAt].map((seconds) => new Date(seconds * 1_000));
    const fields = { domain, uri, chainId, nonce } as const;
    const times = { issuedAt: issued, expirationTime: expires };
    const message = createSiweMessage({ address: account, statement: STATEMENT, version: "1", ...fields, ...times });
    return { message, ...fields, issuedAt: now, expiresAt };
  }

  /**
   * Opens a session for whoever signed the message. The nonce is used up by a good signature only, and by one request only.
   * Throws {@link SignInRefusedError}, and {@link UnavailableError} when a smart wallet cannot be asked.
   */
  async signIn(message: string, signature: Hex): Promise<OpenedSession> {
    const now = this.#clock();
    const { account, nonce } = checkSignIn(message, this.#terms, now);
    const nonceEnds = checkNonce(await this.#nonceSecret(), nonce, now);
    const used = new SignInRefusedError("nonce", "was used already: ask POST /v1/session/nonce for another");
    if (await this.#sessions.isUsed(nonce)) throw used;
    if (!(await isSignedBy(this.#client, account, message, signature))) {
      throw new SignInRefusedError("signature", `is not ${account}'s signature of this message`);
    }
    if (!(await this.#sessions.useNonce(nonce, nonceEnds, now))) throw used;
    return this.#sessions.open(account, now, now + SESSION_LIFETIME);
  }

  /** Ends the session of a caller. Throws {@link UnauthenticatedError} for a stranger. */
  async signOut(caller: Caller): Promise<void> {
    await this.#sessions.close(this.sessionOf(caller).id);
  }

  /** Ends all sessions of a caller's account and says how many there were. */
  async signOutEverywhere(caller: Caller): Promise<number> {
    return this.#sessions.closeAll(this.sessionOf(caller).account);
  }

  /** The session of a caller. Throws {@link UnauthenticatedError} for a stranger. */
  sessionOf({ session }: Caller): Session {
    if (session !== undefined) return session;
    throw new UnauthenticatedError("This is for accounts that are signed in. Ask POST /v1/session/nonce what to sign.");
  }

  /** The tier of an account and the week start that it was read at. Throws {@link UnavailableError}. */
  tierOf(account: Address): Promise<KnownTier> {
    return this.#tiers.tierOf(account, this.#clock());
  }

  #nonceSecret(): Promise<Uint8Array> {
    this.#secret ??= this.#sessions.nonceSecret();
    return this.#secret;
  }

  /** Who shows a token; a stranger without one, undefined with one that opens nothing. */
  async #callerOf(authorization: string | undefined, now: number): Promise<Caller | undefined> {
    if (authorization === undefined) return STRANGER;
    const token = /^bearer +(\S+)$/i.exec(authorization.trim())?.[1];
    const session = token === undefined ? undefined : await this.#sessions.find(token, now);
    if (session === undefined) return undefined;
    const { account } = session;
    // A node that is silent takes nobody's session away; the tier comes back with it.
    const { tier } = await this.#tiers.tierOf(account, now).catch((error: unknown) => {
      if (error instanceof UnavailableError) return NO_TIERS;
      throw error;
    });
    return { account, tier, session };
  }
}

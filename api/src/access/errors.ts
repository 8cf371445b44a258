import { ApiError } from "../http/problem.ts";
import { type Allowance, rateLimitHeaders } from "./rateLimiter.ts";

/** Thrown when the settings of access are not usable; the server does not start with them. */
export class AccessConfigError extends Error {
  readonly code = "ACCESS_CONFIG";
  /** What is wrong. */
  readonly setting: string;

  constructor(setting: string, advice: string) {
    super(`The API cannot start: ${setting} is not usable; ${advice}.`);
    this.name = "AccessConfigError";
    this.setting = setting;
  }
}

/** A sign-in was refused. `field` names what was wrong: a line of the message, `nonce` or `signature`. */
export class SignInRefusedError extends ApiError {
  readonly code = "SIGN_IN_REFUSED";
  readonly status = 401;
  readonly title = "The sign-in was refused";
  readonly field: string;

  constructor(field: string, reason: string) {
    super(`${field} ${reason}.`, { field });
    this.field = field;
  }
}

/** Somebody asked more often than the limits say. The answer carries the RateLimit fields. */
export class QuotaExceededError extends ApiError {
  readonly code = "RATE_LIMITED";
  readonly status = 429;
  readonly title = "Too many requests";
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allowance: Allowance) {
    const { limit, wait } = allowance;
    const rule = `The quota of ${limit.quota} requests in ${limit.window} seconds is used up.`;
    super(`${rule} Try again in ${wait} seconds. Signing in with an account that has a tier brings more.`, {
      retryAfterSeconds: wait,
      "violated-policies": [limit.name],
    });
    this.headers = rateLimitHeaders(allowance);
  }
}

/** One thing that is wrong with a request. `at` names the place: `query.limit`, `params.address`, `body.rule.kind`. */
export interface RequestFault {
  readonly at: string;
  readonly message: string;
}

/** The body of every answer that is not a success (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly [member: string]: unknown;
}

/** Status codes that problems have. */
export type ProblemStatus = 400 | 401 | 402 | 403 | 404 | 405 | 409 | 413 | 422 | 429 | 500 | 503;

/**
 * Base of every failure that a caller is told about. `code` is stable; `title` says the same for every problem of its kind;
 * `detail` says what happened and what to do. `members` are added to the problem as they are.
 */
export abstract class ApiError extends Error {
  abstract readonly code: string;
  abstract readonly status: ProblemStatus;
  abstract readonly title: string;
  readonly detail: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** Header fields that belong to the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>> = {};

  constructor(detail: string, members: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(detail, options);
    this.name = new.target.name;
    this.detail = detail;
    this.members = members;
  }
}

/** A parameter or a body is missing, unknown or out of range. */
export class RequestInvalidError extends ApiError {
  readonly code = "REQUEST_INVALID";
  readonly status = 400;
  readonly title = "The request cannot be understood";

  constructor(errors: readonly RequestFault[]) {
    super(errors.map(({ at, message }) => `${at}: ${message}`).join("; "), { errors });
  }
}

/** A cursor is damaged, or belongs to another list. */
export class CursorInvalidError extends ApiError {
  readonly code = "CURSOR_INVALID";
  readonly status = 400;
  readonly title = "The cursor cannot be used";
}

/** Nobody is signed in, or the session is over. */
export class UnauthenticatedError extends ApiError {
  readonly code = "UNAUTHENTICATED";
  readonly status = 401;
  readonly title = "Sign in first";
  override readonly headers = { "www-authenticate": 'Bearer realm="gimbal"' };
}

/** The caller may not have this, for example because its tier is too low. */
export class ForbiddenError extends ApiError {
  readonly code = "FORBIDDEN";
  readonly status = 403;
  readonly title = "This is not for this caller";
}

/** There is no such thing. */
export class NotFoundError extends ApiError {
  readonly code = "NOT_FOUND";
  readonly status = 404;
  readonly title = "There is no such thing";
}

/** The path exists, but not with this method. */
export class MethodNotAllowedError extends ApiError {
  readonly code = "METHOD_NOT_ALLOWED";
  readonly status = 405;
  readonly title = "The path does not take this method";
  override readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not possible here. Use ${allowed.join(", ")}.`, { allowed });
    this.headers = { allow: allowed.join(", ") };
  }
}

/** What is asked for contradicts what is there, for example a name that is taken. */
export class ConflictError extends ApiError {
  readonly code = "CONFLICT";
  readonly status = 409;
  readonly title = "This contradicts what is there";
}

/** The body is longer than the API takes. */
export class BodyTooLargeError extends ApiError {
  readonly code = "BODY_TOO_LARGE";
  readonly status = 413;
  readonly title = "The body is too large";
}

/** The request is well formed but cannot be carried out, for example a moment before the index begins. */
export class UnprocessableError extends ApiError {
  readonly code = "UNPROCESSABLE";
  readonly status = 422;
  readonly title = "The request cannot be carried out";
}

/** The caller asked too often. `retryAfter` {s}. */
export class RateLimitedError extends ApiError {
  readonly code = "RATE_LIMITED";
  readonly status = 429;
  readonly title = "Too many requests";
  override readonly headers: Readonly<Record<string, string>>;

  constructor(detail: string, retryAfter: number) {
    super(detail, { retryAfterSeconds: retryAfter });
    this.headers = { "retry-after": String(retryAfter) };
  }
}

/** A part that the answer needs is down. The rest of the API goes on. */
export class UnavailableError extends ApiError {
  readonly code = "UNAVAILABLE";
  readonly status = 503;
  readonly title = "A part of the service is down";
  override readonly headers = { "retry-after": "5" };

  /** `missing`: the parts that are down, such as "indexer", "journal", "node". */
  constructor(missing: readonly string[], detail: string, options?: ErrorOptions) {
    super(detail, { missing }, options);
  }
}

/** Something went wrong that the caller cannot change. The log has the details under the request's id. */
export class InternalError extends ApiError {
  readonly code = "INTERNAL";
  readonly status = 500;
  readonly title = "Something went wrong in the service";

  constructor(options?: ErrorOptions) {
    super(
      "The request failed in the service. Try again; if it fails again, tell us the value of `instance`.",
      {},
      options,
    );
  }
}

/** The media type of problems. */
export const PROBLEM_TYPE = "application/problem+json";

/** Where a kind of problem is explained, from the root of the API. */
export function problemPath(code: string): string {
  return `/problems/${code.toLowerCase().replaceAll("_", "-")}`;
}

/** The problem that a caller reads. `requestId`: a UUID. */
export function toProblem(error: ApiError, requestId: string): Problem {
  const { code, status, title, detail, members } = error;
  return { type: problemPath(code), title, status, detail, instance: `urn:uuid:${requestId}`, code, ...members };
}

/** The whole answer for a failure. */
export function problemResponse(error: ApiError, requestId: string): Response {
  const headers = { "content-type": PROBLEM_TYPE, "cache-control": "no-store", ...error.headers };
  return new Response(JSON.stringify(toProblem(error, requestId)), { status: error.status, headers });
}

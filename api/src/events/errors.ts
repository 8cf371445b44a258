import { ApiError } from "../http/problem.ts";

/** A webhook's secret is not one. */
export class SecretError extends ApiError {
  readonly code = "WEBHOOK_SECRET_INVALID";
  readonly status = 422;
  readonly title = "The secret cannot be used";
}

/** A webhook's address may not be called: it is none, or it leads into a private network. */
export class AddressRefusedError extends ApiError {
  readonly code = "WEBHOOK_URL_REFUSED";
  readonly status = 422;
  readonly title = "The address may not be called";
}

/** The account has as many as its tier allows. */
export class QuotaReachedError extends ApiError {
  readonly code = "QUOTA_REACHED";
  readonly status = 403;
  readonly title = "There are as many as the tier allows";
}

/** A rule contradicts itself, or is about something that does not exist. */
export class RuleError extends ApiError {
  readonly code = "ALERT_RULE_INVALID";
  readonly status = 422;
  readonly title = "The rule makes no sense";
}

/** There are as many streams as a client, or the server, may have. */
export class TooManyStreamsError extends ApiError {
  readonly code = "TOO_MANY_STREAMS";
  readonly status = 429;
  readonly title = "Too many streams are open";
  override readonly headers = { "retry-after": "30" };
}

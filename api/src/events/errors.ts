/** Base of what can go wrong with events, rules and webhooks. `code` is stable; the message says what to do. */
export abstract class EventsError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A webhook's secret is not one. */
export class SecretError extends EventsError {
  readonly code = "WEBHOOK_SECRET_INVALID";
}

/** A webhook's address may not be called: it is none, or it leads into a private network. */
export class AddressRefusedError extends EventsError {
  readonly code = "WEBHOOK_URL_REFUSED";
}

/** Nothing of the account's has this id. */
export class NotThereError extends EventsError {
  readonly code = "NOT_FOUND";
}

/** The account has as many as its tier allows. */
export class QuotaError extends EventsError {
  readonly code = "QUOTA_REACHED";
}

/** A rule or a destination contradicts itself. */
export class RuleError extends EventsError {
  readonly code = "ALERT_RULE_INVALID";
}

/** There are as many streams as a client, or the server, may have. */
export class TooManyStreamsError extends EventsError {
  readonly code = "TOO_MANY_STREAMS";
}

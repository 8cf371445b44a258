import { BaseError } from "../../sdk/src/index.ts";

/** Base of what the bot throws. `code` is stable. */
export abstract class BotError extends BaseError {
  abstract readonly code: string;
}

/** The settings cannot be right. */
export class BotSettingsError extends BotError {
  override readonly name = "BotSettingsError";
  readonly code = "BOT_SETTINGS";
}

/** Another run has the bot's file open. */
export class BotBusyError extends BotError {
  override readonly name = "BotBusyError";
  readonly code = "BOT_BUSY";
}

/** The kill switch is on. */
export class BotHaltedError extends BotError {
  override readonly name = "BotHaltedError";
  readonly code = "BOT_HALTED";

  constructor(reason: string) {
    super(`The bot is halted: ${reason} Look into it, then start it again with --resume.`);
  }
}

/** The account's tier does not reach what the bot asks for. */
export class TierTooLowError extends BotError {
  override readonly name = "TierTooLowError";
  readonly code = "TIER_TOO_LOW";

  constructor(account: string, tier: number, least: number) {
    const has = tier === 0 ? "no score tier" : `score tier ${tier}`;
    super(`${account} had ${has} at the last week's start, and the bot needs tier ${least}. Lock more GIM, or longer.`);
  }
}

/** The signals are too old, from the future, or past their validity. */
export class SignalsStaleError extends BotError {
  override readonly name = "SignalsStaleError";
  readonly code = "SIGNALS_STALE";
}

/** The signals cannot be read or make no sense. */
export class SignalsInvalidError extends BotError {
  override readonly name = "SignalsInvalidError";
  readonly code = "SIGNALS_INVALID";
}

/** An order that was refused before anything was sent: it did not trade and never will. */
export class OrderRefusedError extends BotError {
  override readonly name: string = "OrderRefusedError";
  readonly code: string = "ORDER_REFUSED";
}

/** A venue's price is too far from Chainlink's, or Chainlink has none that can be trusted. Nothing was sent. */
export class PriceAwayError extends OrderRefusedError {
  override readonly name = "PriceAwayError";
  override readonly code = "PRICE_AWAY";
}

/** There is no such order. */
export class OrderUnknownError extends BotError {
  override readonly name = "OrderUnknownError";
  readonly code = "ORDER_UNKNOWN";

  constructor(id: string) {
    super(`There is no order ${id} here. Look at the orders that there are.`);
  }
}

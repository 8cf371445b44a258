import type { Address } from "viem";

export type BaseErrorOptions = {
  cause?: unknown;
  /** What went wrong underneath, for a log. */
  details?: string;
  /** Page of the documentation that explains it. */
  docsPath?: string;
};

/**
 * Root of every error that this package throws. `shortMessage` is a sentence for a screen.
 *
 * @example
 * import { BaseError } from "@gimbal/sdk";
 *
 * try {
 *   await getVault(client, { vault });
 * } catch (error) {
 *   if (error instanceof BaseError) console.error(error.shortMessage);
 * }
 */
export class BaseError extends Error {
  override readonly name: string = "BaseError";
  readonly shortMessage: string;
  readonly details: string | undefined;
  readonly docsPath: string | undefined;

  constructor(shortMessage: string, options: BaseErrorOptions = {}) {
    const { cause, details, docsPath } = options;
    const lines = [shortMessage, details && `Details: ${details}`, docsPath && `Docs: ${docsPath}`];
    super(lines.filter(Boolean).join("\n"), cause === undefined ? undefined : { cause });
    this.shortMessage = shortMessage;
    this.details = details;
    this.docsPath = docsPath;
  }
}

/** Thrown when a chain has no deployment, or the deployment belongs to another chain. */
export class UnknownChainError extends BaseError {
  override readonly name = "UnknownChainError";
  readonly chainId: number;

  constructor(chainId: number, known: readonly number[]) {
    const list = known.length > 0 ? `Known chains: ${known.join(", ")}.` : "No deployment was given.";
    super(`Gimbal is not deployed on chain ${chainId}. Switch your wallet to a chain that it is deployed on.`, {
      details: list,
      docsPath: "/sdk/addresses",
    });
    this.chainId = chainId;
  }
}

/** Thrown when a deployment object lacks something or holds something that it should not. */
export class DeploymentInvalidError extends BaseError {
  override readonly name = "DeploymentInvalidError";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`The deployment file is not usable: ${path} ${reason}. Deploy again or fix the file.`, {
      docsPath: "/sdk/addresses",
    });
    this.path = path;
  }
}

/** Thrown when an argument cannot be right, before anything is sent. */
export class ArgumentInvalidError extends BaseError {
  override readonly name = "ArgumentInvalidError";
  readonly argument: string;

  constructor(argument: string, reason: string) {
    super(`${argument} ${reason}.`, { docsPath: "/sdk/arguments" });
    this.argument = argument;
  }
}

/** Thrown when a client lacks what an action needs: an account or a chain. */
export class ClientInvalidError extends BaseError {
  override readonly name = "ClientInvalidError";

  constructor(missing: "account" | "chain") {
    super(
      missing === "account"
        ? "This action signs or sends, and no account was given. Connect a wallet or pass `account`."
        : "This action needs to know its chain. Create the client with `chain`, or pass `chainId`.",
      { docsPath: "/sdk/clients" },
    );
  }
}

export type Shortfall = {
  /** `NATIVE` for Ether. */
  token: Address;
  owner: Address;
  /** {raw tokens} */
  held: bigint;
  /** {raw tokens} */
  needed: bigint;
};

/** Thrown when an account holds less of a token than an action takes, before anything is signed or sent. */
export class BalanceTooSmallError extends BaseError {
  override readonly name = "BalanceTooSmallError";
  readonly token: Address;
  readonly owner: Address;
  readonly held: bigint;
  readonly needed: bigint;

  constructor({ token, owner, held, needed }: Shortfall) {
    super(`${owner} holds ${held} of the token ${token}, and this takes ${needed}. Get more of it, or ask for less.`, {
      docsPath: "/sdk/requirements",
    });
    this.token = token;
    this.owner = owner;
    this.held = held;
    this.needed = needed;
  }
}

import { type Abi, type Address, decodeErrorResult, type Hex, isHex, BaseError as ViemError } from "viem";
import { errorsAbi } from "../abis/errors.ts";
import { BaseError } from "./base.ts";
import { foreignErrorsAbi, foreignSentences, isForeignError } from "./foreign.ts";
import { type TokenWords, toWording, type Wording } from "./format.ts";
import { type ContractErrorName, sentences } from "./sentences.ts";

/** Thrown when a contract refuses a call. `shortMessage` is a sentence for a screen. */
export class ContractError extends BaseError {
  override readonly name = "ContractError";
  /** Name of the custom error, "Error" for a reason in words, "Panic" for a broken assertion, "" when none was given. */
  readonly errorName: string;
  readonly args: readonly unknown[];

  constructor(parameters: { sentence: string; errorName: string; args: readonly unknown[]; cause?: unknown }) {
    const { sentence, errorName, args, cause } = parameters;
    super(sentence, {
      cause,
      details: errorName ? `${errorName}(${args.map(String).join(", ")})` : "reverted without a reason",
      docsPath: errorName in sentences ? `/errors#${errorName}` : "/errors",
    });
    this.errorName = errorName;
    this.args = args;
  }
}

/** Thrown when a call failed before a contract could answer: no connection, rejected by the wallet, too little ETH. */
export class CallFailedError extends BaseError {
  override readonly name = "CallFailedError";

  constructor(cause: unknown) {
    const isViem = cause instanceof ViemError;
    super(isViem ? cause.shortMessage : cause instanceof Error ? cause.message : String(cause), {
      cause,
      details: isViem ? cause.details : undefined,
      docsPath: "/errors",
    });
  }
}

export type DecodeContractErrorOptions = {
  /** Symbol and decimals of a token for the sentence; its address and raw amounts are used otherwise. */
  tokenOf?: (token: Address) => TokenWords | undefined;
  /** Further errors to recognise, such as those of a token or router. */
  abi?: Abi;
};

const knownAbi: Abi = [...errorsAbi, ...foreignErrorsAbi];

function sentenceFor(name: string, args: readonly unknown[], say: Wording): string {
  if (name in sentences) {
    // The name selects the sentence and the ABI has decoded its arguments, so that they belong together.
    const sentence = sentences[name as ContractErrorName] as (args: readonly unknown[], say: Wording) => string;
    return sentence(args, say);
  }
  if (isForeignError(name)) return foreignSentences[name];
  if (name === "Error") return `The contract refused: ${String(args[0])}.`;
  if (name === "Panic") return `The contract stopped on an internal check (code ${String(args[0])}). Please report it.`;
  return `The contract refused the call: ${name}.`;
}

/**
 * Turns revert data into a typed error.
 *
 * @example
 * decodeRevertData("0x...").shortMessage; // "The weights sum to 99%, and must sum to 100%."
 */
export function decodeRevertData(
  data: Hex,
  options: DecodeContractErrorOptions & { cause?: unknown } = {},
): ContractError {
  const { cause, abi = [], tokenOf } = options;
  if (data === "0x") {
    const sentence = "The contract refused the call without saying why. It may have run out of gas.";
    return new ContractError({ sentence, errorName: "", args: [], cause });
  }
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: [...knownAbi, ...abi], data });
    const sentence = sentenceFor(errorName, args, toWording(tokenOf));
    return new ContractError({ sentence, errorName, args, cause });
  } catch {
    const sentence = `The contract refused the call with an unknown error (${data.slice(0, 10)}).`;
    return new ContractError({ sentence, errorName: "", args: [data], cause });
  }
}

/** Revert data anywhere in a chain of causes: viem wraps it, and nodes nest it differently. */
function findRevertData(error: unknown): Hex | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 12 && current !== null && typeof current === "object"; depth++) {
    const { data, raw, cause } = current as { data?: unknown; raw?: unknown; cause?: unknown };
    if (isHex(raw)) return raw;
    if (isHex(data)) return data;
    if (data !== null && typeof data === "object") {
      const inner = data as { data?: unknown; result?: unknown };
      if (isHex(inner.data)) return inner.data;
      if (isHex(inner.result)) return inner.result;
    }
    current = cause;
  }
  return undefined;
}

/**
 * Turns whatever viem threw into a `ContractError` with a sentence for a screen, or a `CallFailedError` when no contract
 * answered. Errors of this package are returned as they are.
 *
 * @example
 * try {
 *   await client.simulateContract(request);
 * } catch (error) {
 *   const { shortMessage } = decodeContractError(error, { tokenOf: (token) => tokens[token] });
 * }
 */
export function decodeContractError(error: unknown, options: DecodeContractErrorOptions = {}): BaseError {
  if (error instanceof BaseError) return error;
  const data = findRevertData(error);
  if (data !== undefined) return decodeRevertData(data, { ...options, cause: error });
  if (error instanceof ViemError) {
    const reverted = error.walk((inner) => inner instanceof Error && inner.name === "ContractFunctionRevertedError");
    if (reverted instanceof ViemError) {
      const reason = (reverted as ViemError & { reason?: string }).reason;
      if (reason === undefined) return decodeRevertData("0x", { ...options, cause: error });
      const sentence = sentenceFor("Error", [reason], toWording());
      return new ContractError({ sentence, errorName: "Error", args: [reason], cause: error });
    }
  }
  return new CallFailedError(error);
}

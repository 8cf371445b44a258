import { ArgumentInvalidError, CallFailedError, ContractError } from "@gimbal/sdk";
import { UnavailableError, UnprocessableError } from "../http/problem.ts";

/**
 * Reads from the chain through the SDK and turns what it throws into problems: a node that does not answer is a part that is
 * down; what a contract refuses, or the SDK finds impossible, cannot be carried out.
 */
export async function fromNode<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ContractError || cause instanceof ArgumentInvalidError) {
      throw new UnprocessableError(cause.shortMessage, {}, { cause });
    }
    if (cause instanceof CallFailedError) {
      throw new UnavailableError(["node"], "The chain's node does not answer. Try again later.", { cause });
    }
    throw cause;
  }
}

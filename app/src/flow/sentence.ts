import { decodeContractError } from "@gimbal/sdk";

/** What went wrong, as a sentence for a screen. */
export function sentenceOf(error: Error): string {
  return "shortMessage" in error && typeof error.shortMessage === "string"
    ? error.shortMessage
    : decodeContractError(error).shortMessage;
}

import type { UnmetRequirement } from "@gimbal/sdk";
import { type Address, getAddress } from "viem";

/** The next thing that a person has to do, and the words on the one primary button. */
export type Step =
  | { readonly kind: "connect"; readonly label: string }
  | { readonly kind: "switch"; readonly label: string; readonly chainId: number }
  | { readonly kind: "invalid"; readonly label: string }
  | { readonly kind: "loading"; readonly label: string }
  | { readonly kind: "approve"; readonly label: string; readonly requirement: UnmetRequirement & { kind: "approval" } }
  | {
      readonly kind: "sign";
      readonly label: string;
      readonly requirement: UnmetRequirement & { kind: "permit" | "permit2" };
    }
  /** Several calls in one confirmation of the wallet. `isLast`: the action itself is among them. */
  | {
      readonly kind: "batch";
      readonly label: string;
      readonly approvals: readonly (UnmetRequirement & { kind: "approval" })[];
      readonly isLast: boolean;
    }
  | { readonly kind: "send"; readonly label: string };

/** {calls} that wallets take as one (MetaMask's limit, the lowest). */
const MOST_CALLS = 10;

export interface StepInputs {
  readonly account: Address | undefined;
  /** Chain of the wallet. */
  readonly walletChainId: number | undefined;
  readonly network: { readonly chainId: number; readonly name: string };
  /** Why the form cannot be sent as it is; undefined: it can. */
  readonly fault: string | undefined;
  /** undefined while they are being asked for. */
  readonly requirements: readonly UnmetRequirement[] | undefined;
  /** Whether the wallet sends several calls as one, all or none (EIP-5792). */
  readonly canBatch: boolean;
  /** Symbol of a token, for the words. */
  readonly symbolOf: (token: Address) => string;
  /** What the last step does: "Buy", "Lock", "Vote". */
  readonly verb: string;
}

/** What comes next, from the state of the wallet and the chain alone: a reload changes nothing. */
export function nextStep(inputs: StepInputs): Step {
  const { account, walletChainId, network, fault, requirements, symbolOf, verb } = inputs;
  if (account === undefined) return { kind: "connect", label: "Connect a wallet" };
  if (walletChainId !== network.chainId) {
    return { kind: "switch", label: `Switch to ${network.name}`, chainId: network.chainId };
  }
  if (fault !== undefined) return { kind: "invalid", label: fault };
  if (requirements === undefined) return { kind: "loading", label: "Checking" };
  const [next] = requirements;
  const approvals = requirements.filter((each) => each.kind === "approval");
  if (inputs.canBatch && approvals.length > 0) {
    const isLast = approvals.length === requirements.length && approvals.length < MOST_CALLS;
    const some = approvals.slice(0, MOST_CALLS);
    const symbols = [...new Set(some.map(({ token }) => symbolOf(getAddress(token))))];
    if (isLast) return { kind: "batch", label: `Approve and ${lowerFirst(verb)}`, approvals: some, isLast };
    if (some.length > 1) return { kind: "batch", label: `Approve ${symbols.join(", ")}`, approvals: some, isLast };
  }
  if (next?.kind === "approval") {
    return { kind: "approve", label: `Approve ${symbolOf(getAddress(next.token))}`, requirement: next };
  }
  if (next?.kind === "permit" || next?.kind === "permit2") {
    return { kind: "sign", label: `Sign for ${symbolOf(getAddress(tokenOf(next)))}`, requirement: next };
  }
  return { kind: "send", label: verb };
}

function tokenOf({ kind, typedData }: UnmetRequirement & { kind: "permit" | "permit2" }): Address {
  return kind === "permit"
    ? (typedData.domain as { verifyingContract: Address }).verifyingContract
    : (typedData.message as { permitted: { token: Address } }).permitted.token;
}

/** "Buy in kind" inside a sentence; what begins with an abbreviation stays as it is. */
function lowerFirst(words: string): string {
  return /^[A-Z][^A-Z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

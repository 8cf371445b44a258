import {
  batchDepositorAbi,
  batchFactoryAbi,
  type DecodedAction,
  type Deployment,
  decodeAction,
  recurringOrdersAbi,
  strategyRegistryAbi,
  strategySharesAbi,
  strategySharesFactoryAbi,
  zapAbi,
} from "@gimbal/sdk";
import { type Abi, type Address, formatEther, formatUnits, type Hex, hexToBytes, isAddress, maxUint256 } from "viem";
import { time } from "../format.ts";
import { decodeCall } from "../govern/decodeCall.ts";
import { argumentText, knownName } from "../govern/words.ts";
import type { SigningRequest } from "./embedded.ts";

/** What the wallet asks its person to agree to. */
export interface Question {
  readonly title: string;
  /** What it does, as far as that can be told for certain. */
  readonly sentence: string;
  /** Why to be careful, each a sentence. */
  readonly warnings: readonly string[];
  readonly lines: readonly (readonly [label: string, text: string])[];
  /** Exactly what is signed. */
  readonly raw: string;
}

const ABIS: Abi = [
  ...[...zapAbi, ...batchDepositorAbi, ...batchFactoryAbi, ...recurringOrdersAbi],
  ...[...strategyRegistryAbi, ...strategySharesAbi, ...strategySharesFactoryAbi],
];
const UNKNOWN_CONTRACT =
  "This deployment does not list the contract: an index, a batch, or a stranger's. Agree only when you expected it.";

/** What is about to be signed, in words. Nothing that an app says of it is believed: all of it is read from what is signed. */
export function questionOf(request: SigningRequest, deployment: Deployment): Question {
  const place = [["Account", request.account] as const, ["Network", request.chainName] as const];
  if (request.kind === "message") return { ...messageOf(request.raw), lines: place, raw: request.raw };
  if (request.kind === "typedData") return typedQuestion(request.text, deployment, place);
  return transactionQuestion(request, deployment, place);
}

type Lines = Question["lines"];

function transactionQuestion(
  { to, value, data, maxFee }: SigningRequest & { kind: "transaction" },
  deployment: Deployment,
  place: Lines,
): Question {
  const call = to === null ? undefined : readCall({ target: to, value, data });
  const isKnown = to !== null && knownName(deployment, to) !== undefined;
  const warnings = [
    ...(to === null || (data !== "0x" && !isKnown && !isTokenCall(call)) ? [UNKNOWN_CONTRACT] : []),
    ...(call !== undefined && data !== "0x" && call.functionName === undefined
      ? ["This wallet cannot read what is called. Agree only when you know it."]
      : []),
    ...(call === undefined ? [] : allowanceWarnings(call, deployment)),
  ];
  return {
    title: "Send this transaction?",
    sentence: call === undefined ? "Put a new contract on the chain." : callSentence(call, deployment),
    warnings,
    lines: [
      ["To", to === null ? "a new contract" : argumentText(to, deployment)],
      ["Ether", `${formatEther(value)} ETH`],
      ["Fee of the network, at most", `${formatEther(maxFee)} ETH`],
      ...(call?.args ?? []).map(({ name, value: argument }) => [name, argumentText(argument, deployment)] as const),
      ...place,
    ],
    raw: data,
  };
}

/** A call by the protocol's own interfaces. */
function readCall(action: { target: Address; value: bigint; data: Hex }): DecodedAction {
  const known = decodeCall(action);
  return known.functionName === undefined ? decodeAction(action, ABIS) : known;
}

const isTokenCall = (call: DecodedAction | undefined) =>
  call?.functionName === "approve" || call?.functionName === "transfer";

function callSentence({ functionName, target, value, data, args }: DecodedAction, deployment: Deployment): string {
  const [first, second] = args.map(({ value: argument }) => argument);
  if (data === "0x") return `Send ${formatEther(value)} ETH to ${nameOrAddress(first ?? target, deployment)}.`;
  if (functionName === "approve") return allowSentence(target, first as Address, second as bigint, deployment);
  if (functionName === "transfer") {
    return `Send ${sum(deployment, target, second as bigint)} to ${nameOrAddress(first, deployment)}.`;
  }
  const what = functionName === undefined ? "something that cannot be read" : functionName;
  return `Call ${what} of ${nameOrAddress(target, deployment)}.`;
}

function allowanceWarnings({ functionName, args }: DecodedAction, deployment: Deployment): readonly string[] {
  if (functionName !== "approve") return [];
  const [spender, amount] = args.map(({ value }) => value) as [Address, bigint];
  return spenderWarnings(spender, amount, deployment);
}

function spenderWarnings(spender: Address, amount: bigint, deployment: Deployment): readonly string[] {
  if (amount === 0n) return [];
  return [
    ...(knownName(deployment, spender) === undefined
      ? [
          `This deployment does not list ${spender}: an index, a batch, or a stranger's. It can take the tokens at any time.`,
        ]
      : []),
    ...(amount === maxUint256 ? ["It has no limit: everything that you hold or will hold could be taken."] : []),
  ];
}

function allowSentence(token: Address, spender: Address, amount: bigint, deployment: Deployment): string {
  const who = nameOrAddress(spender, deployment);
  if (amount === 0n) return `Take back what ${who} may take of your ${nameOrAddress(token, deployment)}.`;
  return `Let ${who} take up to ${sum(deployment, token, amount)} from you.`;
}

interface Typed {
  readonly domain?: { readonly name?: string; readonly chainId?: string | number; readonly verifyingContract?: string };
  readonly primaryType?: string;
  readonly message?: Readonly<Record<string, unknown>>;
}

function typedQuestion(text: string, deployment: Deployment, place: Lines): Question {
  const { domain = {}, primaryType = "", message = {} } = JSON.parse(text) as Typed;
  const contract = domain.verifyingContract;
  const warnings = [
    ...(domain.chainId === undefined ? ["It names no chain: it counts on every one."] : []),
    ...(contract === undefined || knownName(deployment, contract as Address) === undefined ? [UNKNOWN_CONTRACT] : []),
  ];
  const lines: Lines = [
    [
      "For",
      `${domain.name ?? "nobody named"}${contract === undefined ? "" : `, ${argumentText(contract, deployment)}`}`,
    ],
    ...Object.entries(message).map(
      ([name, value]) =>
        [name, /deadline|expir/i.test(name) ? moment(value) : argumentText(value, deployment)] as const,
    ),
    ...place,
  ];
  const rest = { lines, raw: JSON.stringify(JSON.parse(text), null, 2) };
  const { spender, value } = message;
  if (primaryType === "Permit" && isAddress(String(contract)) && isAddress(String(spender)) && isWhole(value)) {
    const amount = BigInt(value);
    return {
      title: "Sign this permission?",
      sentence: allowSentence(contract as Address, spender as Address, amount, deployment),
      // Shares of an index are tokens that the deployment does not list.
      warnings: [
        ...warnings.filter((one) => one !== UNKNOWN_CONTRACT),
        ...spenderWarnings(spender as Address, amount, deployment),
      ],
      ...rest,
    };
  }
  return {
    title: "Sign this?",
    sentence: `Sign “${primaryType}”. Whoever has it can use it once you agree.`,
    warnings,
    ...rest,
  };
}

const isWhole = (value: unknown): value is string | number => /^\d+$/.test(String(value));

function moment(value: unknown): string {
  const seconds = Number(value);
  return isWhole(value) && seconds < 8.64e12 ? time(seconds).exact : `${String(value)}, which never comes`;
}

function messageOf(raw: Hex): Pick<Question, "title" | "sentence" | "warnings"> {
  return { title: "Sign this message?", sentence: textOf(raw) ?? "Bytes that are no text.", warnings: [] };
}

/** Text of a message; undefined for bytes that are none, or that would not look like what they are. */
function textOf(raw: Hex): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(hexToBytes(raw));
    return /[\p{Cc}\p{Cf}]/u.test(text.replaceAll(/[\n\r\t]/g, "")) ? undefined : text;
  } catch {
    return undefined;
  }
}

function nameOrAddress(value: unknown, deployment: Deployment): string {
  return knownName(deployment, value as Address) ?? String(value);
}

/** {raw} of a token with its symbol; of one that the deployment does not name the raw number, which is said. */
function sum({ tokens, contracts }: Deployment, token: Address, raw: bigint): string {
  if (raw === maxUint256) return `any amount of ${knownName({ tokens, contracts }, token) ?? token}`;
  const known = Object.entries(tokens).find(([, { address }]) => address.toLowerCase() === token.toLowerCase());
  if (known !== undefined) return `${formatUnits(raw, known[1].decimals)} ${known[0]}`;
  const isGim = contracts.GovernanceToken?.toLowerCase() === token.toLowerCase();
  return isGim ? `${formatUnits(raw, 18)} GIM` : `${raw} smallest units of ${token}`;
}

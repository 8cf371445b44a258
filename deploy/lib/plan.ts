import {
  type Future,
  FutureType,
  type IgnitionModule,
  type IgnitionModuleResult,
  isAccountRuntimeValue,
  isFuture,
} from "@nomicfoundation/ignition-core";

/** One step of a deployment in words: what, and with which arguments. */
export interface PlannedStep {
  id: string;
  kind: "deploy" | "call" | "read" | "attach" | "encode";
  what: string;
  args: string[];
}

/** The steps of a module in the order in which it states them. */
export function planOf(module: IgnitionModule<string, string, IgnitionModuleResult<string>>): PlannedStep[] {
  return [...module.futures].map(describe);
}

export function formatPlan(steps: readonly PlannedStep[]): string {
  return steps.map(({ kind, what, args }) => `  ${kind.padEnd(6)} ${what}(${args.join(", ")})`).join("\n");
}

function describe(future: Future): PlannedStep {
  const { id } = future;
  switch (future.type) {
    case FutureType.NAMED_ARTIFACT_CONTRACT_DEPLOYMENT:
      return { id, kind: "deploy", what: future.contractName, args: future.constructorArgs.map(show) };
    case FutureType.NAMED_ARTIFACT_LIBRARY_DEPLOYMENT:
      return { id, kind: "deploy", what: future.contractName, args: [] };
    case FutureType.CONTRACT_CALL:
      return { id, kind: "call", what: functionOf(future), args: future.args.map(show) };
    case FutureType.ENCODE_FUNCTION_CALL:
      return { id, kind: "encode", what: functionOf(future), args: future.args.map(show) };
    case FutureType.STATIC_CALL:
      return { id, kind: "read", what: functionOf(future), args: future.args.map(show) };
    case FutureType.NAMED_ARTIFACT_CONTRACT_AT:
      return { id, kind: "attach", what: future.contractName, args: [show(future.address)] };
    default:
      throw new Error(`the plan has no words for ${future.type} (${id})`);
  }
}

function functionOf({ contract, functionName }: { contract: { contractName: string }; functionName: string }): string {
  return `${contract.contractName}.${functionName}`;
}

function show(value: unknown): string {
  if (isFuture(value)) return value.id.replace(/^.*#/, "");
  if (isAccountRuntimeValue(value)) return `account ${value.accountIndex}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, field]) => `${key}: ${show(field)}`)
    .join(", ")} }`;
}

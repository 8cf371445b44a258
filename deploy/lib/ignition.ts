import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import {
  type DeployConfig,
  type DeploymentResult,
  DeploymentResultType,
  deploy,
  type ExecutionEventListener,
  type IgnitionModule,
  type IgnitionModuleResult,
  wipe,
} from "@nomicfoundation/ignition-core";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Address } from "viem";
import { lostTransactionOf, recoverLostTransaction } from "./lostTransaction.ts";

/** A provider as Hardhat's connections and viem's clients have it. */
export interface RpcProvider {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

export interface RunOptions {
  provider: RpcProvider;
  /** Where the journal is kept; without one a failure cannot be resumed. */
  journal?: string;
  config?: Partial<DeployConfig>;
  listener?: ExecutionEventListener;
}

/** Thrown when a module was not deployed completely. Running it again resumes from the journal. */
export class DeploymentError extends Error {
  readonly failures: Readonly<Record<string, string>>;

  constructor(reason: string, failures: Record<string, string>) {
    const lines = Object.entries(failures).map(([future, why]) => `  ${future}: ${why}`);
    super(
      [`${reason}. Fix the cause and run the same command again: it goes on where it stopped.`, ...lines].join("\n"),
    );
    this.name = "DeploymentError";
    this.failures = failures;
  }
}

/**
 * Deploys a module, going on from its journal: what is done stays done, and what failed last time is tried again.
 * Ignition itself wants failed steps wiped by hand first; here running again is the whole procedure.
 * @returns addresses by the names that the module returns.
 */
export async function runModule<ContractName extends string>(
  hre: HardhatRuntimeEnvironment,
  module: IgnitionModule<string, ContractName, IgnitionModuleResult<ContractName>>,
  options: RunOptions,
): Promise<Record<string, Address>> {
  const artifactResolver = new HardhatArtifactResolver(hre.artifacts);
  const accounts = (await options.provider.request({ method: "eth_accounts" })) as string[];
  const attempt = (): Promise<DeploymentResult> =>
    deploy({
      artifactResolver,
      provider: options.provider as Parameters<typeof deploy>[0]["provider"],
      ignitionModule: module,
      deploymentParameters: {},
      accounts,
      ...(options.journal === undefined ? {} : { deploymentDir: options.journal }),
      ...(options.config === undefined ? {} : { config: options.config }),
      ...(options.listener === undefined ? {} : { executionEventListener: options.listener }),
    });

  const { journal, provider } = options;
  let result = await attempt().catch(async (error: unknown) => {
    const lost = lostTransactionOf(error);
    if (lost === undefined || journal === undefined) throw error;
    if (!(await recoverLostTransaction(journal, artifactResolver, provider, lost))) throw error;
    return attempt();
  });
  if (result.type === DeploymentResultType.PREVIOUS_RUN_ERROR && journal !== undefined) {
    for (const future of Object.keys(result.errors)) await wipe(journal, artifactResolver, future);
    result = await attempt();
  }
  return addressesOf(module, result);
}

function addressesOf(
  module: IgnitionModule<string, string, IgnitionModuleResult<string>>,
  result: DeploymentResult,
): Record<string, Address> {
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) throw failureOf(result);

  return Object.fromEntries(
    Object.entries(module.results).map(([name, future]) => {
      const deployed = result.contracts[future.id];
      if (deployed === undefined) throw new DeploymentError(`${future.id} was not deployed`, {});
      return [name, deployed.address as Address];
    }),
  );
}

type Failure = Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>;

function failureOf(result: Failure): DeploymentError {
  if (result.type === DeploymentResultType.EXECUTION_ERROR) {
    const failed = result.failed.map((failure) => [failure.futureId, failure.error]);
    const timedOut = result.timedOut.map((failure) => [failure.futureId, "timed out"]);
    return new DeploymentError("Deployment stopped half way", Object.fromEntries([...failed, ...timedOut]));
  }
  const reasons = Object.entries(result.errors).map(([future, errors]) => [future, errors.join("; ")]);
  return new DeploymentError(`Deployment refused (${result.type})`, Object.fromEntries(reasons));
}

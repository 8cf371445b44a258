import type {
  NamedArtifactContractAtFuture as Attached,
  NamedArtifactContractDeploymentFuture as Deployed,
  IgnitionModuleBuilder,
} from "@nomicfoundation/ignition-core";

export interface Timelock {
  TimelockFactory: Deployed<"TimelockFactory">;
  IndexTimelock: Attached<"IndexTimelock">;
}

/** The DAO's timelock comes first: what is deployed after it can belong to it from its constructor on. */
export function deployTimelock(m: IgnitionModuleBuilder): Timelock {
  const factory = m.contract("TimelockFactory", [m.getAccount(0)]);
  const timelock = m.contractAt("IndexTimelock", m.staticCall(factory, "timelock"));
  return { TimelockFactory: factory, IndexTimelock: timelock };
}

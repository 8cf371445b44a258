import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
  keccak256,
  toHex,
} from "viem";
import { type NetworkConfig, ZERO_ADDRESS } from "../config/types.ts";
import type { Roles } from "../modules/Gimbal.ts";
import { OWNED } from "../modules/HandOver.ts";
import { OWNED_SERVICES } from "../modules/Services.ts";
import type { Deployment } from "./addresses.ts";
import type { RpcProvider } from "./ignition.ts";

/** One answer that the chain must give: who has which right. */
interface Entry {
  contract: string;
  read: string;
  args?: readonly unknown[];
  expected: unknown;
  /** What it means that the answer is another one. */
  means: string;
}

/** Thrown when somebody has a right that the table does not give, or lacks one that it gives. */
export class RoleTableError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      [
        "The rights on the chain are not those of the table. Do not use this deployment before this is explained:",
        ...problems.map((problem) => `  ${problem}`),
      ].join("\n"),
    );
    this.name = "RoleTableError";
    this.problems = problems;
  }
}

const ADMIN = toHex(0, { size: 32 });
const PROPOSER = keccak256(toHex("PROPOSER_ROLE"));
const CANCELLER = keccak256(toHex("CANCELLER_ROLE"));
const EXECUTOR = keccak256(toHex("EXECUTOR_ROLE"));
const ROLE_NAMES = new Map<Hex, string>([
  [ADMIN, "administrator"],
  [PROPOSER, "proposer"],
  [CANCELLER, "canceller"],
  [EXECUTOR, "executor"],
]);

/** Reads every right of the DAO back from the chain. Runs after every deployment, also one that had nothing to do. */
export async function verifyRoleTable(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  deployment: Deployment,
  config: NetworkConfig,
  roles: Roles,
): Promise<number> {
  const abis = new Map<string, Abi>();
  const problems: string[] = [];
  const entries = await tableOf(provider, deployment, config, roles);
  for (const { contract, read, args = [], expected, means } of entries) {
    const address = deployment.contracts[contract];
    if (address === undefined) {
      problems.push(`${contract} was not deployed`);
      continue;
    }
    const abi = abis.get(contract) ?? ((await hre.artifacts.readArtifact(contract)).abi as Abi);
    abis.set(contract, abi);
    const data = encodeFunctionData({ abi, functionName: read, args: [...args] });
    const answer = (await provider.request({ method: "eth_call", params: [{ to: address, data }, "latest"] })) as Hex;
    const actual = decodeFunctionResult({ abi, functionName: read, data: answer });
    if (!isSame(actual, expected)) {
      problems.push(`${means}: ${contract}.${read} is ${show(actual)} instead of ${show(expected)}`);
    }
  }
  if (problems.length > 0) throw new RoleTableError(problems);
  return entries.length;
}

async function tableOf(
  provider: RpcProvider,
  { contracts }: Deployment,
  config: NetworkConfig,
  roles: Roles,
): Promise<Entry[]> {
  const at = (name: string): Address => contracts[name] ?? ZERO_ADDRESS;
  const timelock = at("IndexTimelock");
  const { deployer, guardian, team } = roles;

  const services = OWNED_SERVICES.filter((contract) => contracts[contract] !== undefined);
  const owners = [...OWNED, ...services].flatMap((contract): Entry[] => [
    { contract, read: "owner", expected: timelock, means: "it does not belong to the timelock" },
    { contract, read: "pendingOwner", expected: ZERO_ADDRESS, means: "it is offered to somebody" },
  ]);
  return [
    ...owners,
    ...timelockRoles(contracts, roles),
    {
      contract: "IndexTimelock",
      read: "getMinDelay",
      expected: BigInt(config.governance.timelockDelay),
      means: "the delay is not that of the configuration",
    },
    { contract: "TimelockFactory", read: "completed", expected: true, means: "nothing was handed over" },
    { contract: "TimelockFactory", read: "timelock", expected: timelock, means: "this is another timelock" },
    { contract: "IndexGovernor", read: "timelock", expected: timelock, means: "the governor has another timelock" },
    { contract: "KeeperRegistry", read: "factory", expected: at("IndexFactory"), means: "another factory has rights" },
    { contract: "TeamVesting", read: "owner", expected: team, means: "another beneficiary" },
    {
      contract: "GovernanceToken",
      read: "balanceOf",
      args: [deployer],
      expected: 0n,
      means: "the deployer kept GIM",
    },
    await guardianEntry(provider, at("KeeperRegistry"), guardian, timelock),
  ];
}

/** Who of all that take part has which role of the timelock. Others cannot have one: TimelockFactory sees to it. */
function timelockRoles(contracts: Deployment["contracts"], roles: Roles): Entry[] {
  const { deployer, guardian, team, liquidity, grants } = roles;
  const people = { deployer, guardian, team, liquidity, grants, everybody: ZERO_ADDRESS };
  const accounts = Object.entries({ ...contracts, ...people }).filter(
    (entry): entry is [string, Address] => entry[1] !== undefined,
  );
  const holders: Readonly<Record<Hex, readonly string[]>> = {
    [ADMIN]: ["IndexTimelock"],
    [PROPOSER]: ["IndexGovernor", "OptimisticModule"],
    [CANCELLER]: ["IndexGovernor", "OptimisticModule"],
    [EXECUTOR]: ["everybody"],
  };
  return Object.entries(holders).flatMap(([role, names]) =>
    accounts.map(([name, account]): Entry => {
      const expected = names.includes(name);
      const roleName = ROLE_NAMES.get(role as Hex) ?? role;
      const means = expected ? `${name} is no ${roleName}` : `${name} is ${roleName}`;
      return { contract: "IndexTimelock", read: "hasRole", args: [role, account], expected, means };
    }),
  );
}

/** After its term the guardian's powers are the timelock's, which is no mistake. */
async function guardianEntry(
  provider: RpcProvider,
  registry: Address,
  guardian: Address,
  timelock: Address,
): Promise<Entry> {
  const abi = [
    { type: "function", name: "guardianExpiresAt", inputs: [], outputs: [{ type: "uint48" }], stateMutability: "view" },
  ] as const;
  const data = encodeFunctionData({ abi, functionName: "guardianExpiresAt" });
  const answer = (await provider.request({ method: "eth_call", params: [{ to: registry, data }, "latest"] })) as Hex;
  const expiresAt = decodeFunctionResult({ abi, functionName: "guardianExpiresAt", data: answer });
  const block = (await provider.request({ method: "eth_getBlockByNumber", params: ["latest", false] })) as {
    timestamp: Hex;
  };
  const expected = BigInt(block.timestamp) < BigInt(expiresAt) ? guardian : timelock;
  return { contract: "KeeperRegistry", read: "guardian", expected, means: "somebody else is the guardian" };
}

function isSame(actual: unknown, expected: unknown): boolean {
  const addresses = [actual, expected].every((value) => typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value));
  return addresses ? isAddressEqual(actual as Address, expected as Address) : actual === expected;
}

function show(value: unknown): string {
  return typeof value === "bigint" ? value.toString() : String(value);
}

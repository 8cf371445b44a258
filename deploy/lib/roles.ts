import { type Address, getAddress, isAddress } from "viem";
import type { Accounts, NetworkConfig } from "../config/types.ts";
import type { Roles } from "../modules/Gimbal.ts";
import type { RpcProvider } from "./ignition.ts";

/** Thrown before anything is sent when an account is missing, malformed or the deployer's own. */
export class RolesError extends Error {
  constructor(problems: readonly string[]) {
    super(["The accounts of the DAO are not in order:", ...problems.map((problem) => `  ${problem}`)].join("\n"));
    this.name = "RolesError";
  }
}

/** Variable of the environment that names an account, before what the configuration says. */
const VARIABLES: Readonly<Record<keyof Accounts, string>> = {
  guardian: "GIMBAL_GUARDIAN",
  team: "GIMBAL_TEAM",
  liquidity: "GIMBAL_LIQUIDITY",
  grants: "GIMBAL_GRANTS",
};
const REQUIRED: readonly (keyof Accounts)[] = ["guardian", "team"];
/** Accounts of a local node that stand for the multisigs; scripts use the first ten. */
const LOCAL: Readonly<Record<"guardian" | "team" | "liquidity", number>> = { guardian: 10, team: 11, liquidity: 12 };

export async function deployerOf(provider: RpcProvider): Promise<Address> {
  const [first] = (await provider.request({ method: "eth_accounts" })) as Address[];
  if (first === undefined) throw new RolesError(["no account to deploy from: set DEPLOYER_PRIVATE_KEY"]);
  return getAddress(first);
}

/** Who is who on a public network: by the environment, else by the configuration. Nobody is left to chance. */
export function publicRoles(
  deployer: Address,
  { governance }: NetworkConfig,
  environment: Readonly<Record<string, string | undefined>>,
): Roles {
  const problems: string[] = [];
  const accounts: Partial<Record<keyof Accounts, Address>> = {};
  for (const role of Object.keys(VARIABLES) as (keyof Accounts)[]) {
    const variable = VARIABLES[role];
    const named = environment[variable] ?? governance.accounts[role];
    if (named === undefined) {
      if (REQUIRED.includes(role)) problems.push(`name the ${role}: set ${variable}`);
    } else if (!isAddress(named, { strict: false })) {
      problems.push(`${variable} is not an address: ${named}`);
    } else if (getAddress(named) === deployer) {
      problems.push(`the ${role} is the deployer, who must keep nothing: set another ${variable}`);
    } else {
      accounts[role] = getAddress(named);
    }
  }
  if (governance.airdrop === undefined) {
    problems.push("publish the first list of the airdrop: without it nobody could vote (governance.airdrop)");
  }
  const { guardian, team, ...others } = accounts;
  if (guardian === undefined || team === undefined || problems.length > 0) throw new RolesError(problems);
  return { deployer, guardian, team, ...others };
}

/** Who is who on a local chain: accounts of its node. */
export async function localRoles(provider: RpcProvider): Promise<Roles> {
  const accounts = (await provider.request({ method: "eth_accounts" })) as Address[];
  const at = (index: number): Address => {
    const account = accounts[index];
    if (account === undefined) throw new RolesError([`the local node has fewer than ${index + 1} accounts`]);
    return getAddress(account);
  };
  const { guardian, team, liquidity } = LOCAL;
  return { deployer: at(0), guardian: at(guardian), team: at(team), liquidity: at(liquidity) };
}

import { type Deployment, parseDeployment } from "@gimbal/sdk";
import { canBeLocal } from "./local.ts";

/** One chain that the app knows, as `gimbal.json` beside it says. */
export interface NetworkSettings {
  readonly chainId: number;
  readonly name: string;
  readonly rpcUrl: string;
  /** null: history and reasons are missing, everything else comes from the chain. */
  readonly apiUrl: string | null;
  /** null: hashes are shown without a link. */
  readonly explorerUrl: string | null;
  readonly deployment: Deployment;
  /** A chain of this machine, on which money is made up and the embedded wallet may be given some. */
  readonly isLocal: boolean;
}

/** Thrown when `gimbal.json` is missing or says what cannot be. `message` is a sentence for a screen. */
export class SettingsInvalidError extends Error {
  override readonly name = "SettingsInvalidError";
}

/** Reads the networks that this copy of the app serves; the first one is shown to whoever has no wallet. `folder` ends in a slash. */
export async function loadSettings(read: typeof fetch = fetch, folder = "/"): Promise<readonly NetworkSettings[]> {
  const response = await read(`${folder}gimbal.json`).catch(() => undefined);
  if (response?.ok !== true) throw new SettingsInvalidError("gimbal.json is missing beside the app.");
  return parseSettings(await response.json().catch(() => undefined));
}

/** The networks of a `gimbal.json`, checked. */
export function parseSettings(value: unknown): readonly NetworkSettings[] {
  const { networks } = (typeof value === "object" && value !== null ? value : {}) as { networks?: unknown };
  if (!Array.isArray(networks) || networks.length === 0) {
    throw new SettingsInvalidError("gimbal.json names no network.");
  }
  return networks.map(parseNetwork);
}

function parseNetwork(value: unknown, i: number): NetworkSettings {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const fail = (what: string): never => {
    throw new SettingsInvalidError(`gimbal.json, network ${i + 1}: ${what}`);
  };
  const url = (key: string): string => {
    const text = given[key];
    const isWeb = typeof text === "string" && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
    return isWeb ? text : fail(`${key} must be a URL that begins with http:// or https://.`);
  };
  const optionalUrl = (key: string): string | null =>
    given[key] === undefined || given[key] === null ? null : url(key);
  const { chainId, name, isLocal } = given;
  if (typeof chainId !== "number" || !Number.isSafeInteger(chainId)) return fail("chainId must be a whole number.");
  if (typeof name !== "string" || name === "") return fail("name is missing.");
  const deployment = parseDeployment(given.deployment);
  if (deployment.chainId !== chainId) return fail(`the deployment is one of chain ${deployment.chainId}.`);
  const rpcUrl = url("rpcUrl");
  // "Money is made up here" must never stand above real money, whatever the file says.
  if (isLocal === true && !canBeLocal(chainId, rpcUrl)) {
    return fail("only a development chain at an address of this machine can be local.");
  }
  return {
    ...{ chainId, name, rpcUrl, apiUrl: optionalUrl("apiUrl"), explorerUrl: optionalUrl("explorerUrl") },
    ...{ deployment, isLocal: isLocal === true },
  };
}

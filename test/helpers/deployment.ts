import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { localAssets } from "../../deploy/config/local.ts";
import type { RpcProvider } from "../../deploy/lib/ignition.ts";
import { deployLocalNetwork } from "../../deploy/lib/local.ts";
import { deployNetwork } from "../../deploy/lib/network.ts";
import { localRoles } from "../../deploy/lib/roles.ts";
import { type Deployment, parseDeployment } from "../../sdk/src/index.ts";

/** Deploys all of Gimbal on a local chain, as `npm run deploy` does, and returns its address book. */
export async function deployAll(hre: HardhatRuntimeEnvironment, provider: RpcProvider): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-deployed-"));
  try {
    const { config } = await deployLocalNetwork(hre, provider, localAssets, join(folder, "local"));
    const book = join(folder, "31337.json");
    await deployNetwork(hre, provider, {
      config,
      roles: await localRoles(provider),
      journal: join(folder, "gimbal"),
      book,
      polling: { blockPollingInterval: 5, requiredConfirmations: 1, disableFeeBumping: true },
    });
    return parseDeployment(JSON.parse(readFileSync(book, "utf8")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

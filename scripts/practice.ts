// npm run practice: what somebody needs who wants to try the keeper: a local chain at today's time with two vaults of invented
// tokens, a PostgreSQL server, a keeper.json and test keys. Everything is in .gimbal/practice and gone when it is stopped, but the
// files. docs/OPERATIONS.md goes on from there. GIMBAL_PRACTICE_PORT: of the chain, 8545 unless set.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { formatUnits } from "ethers";
import { network } from "hardhat";
import { keccak256, toHex } from "viem";
import { startPostgres } from "../keeper/src/journal/postgres.fixture.ts";
import { deployKeeperWorld, deploymentOf } from "../test/helpers/keeper.ts";
import { createVaults } from "../test/helpers/keeperFleet.ts";
import { setPrices } from "../test/helpers/market.ts";
import { SIGNERS } from "../test/helpers/protocol.ts";
import { serve } from "../test/helpers/rpcServer.ts";

const PORT = Number(process.env["GIMBAL_PRACTICE_PORT"] ?? 8_545);
const FOLDER = resolve(".gimbal/practice");
const BLOCK = 12_000; // {ms}
const FEED_ROUND = 300; // blocks between two rounds of the feeds: an hour

// Every transaction of the deployment takes the clock a second on: begun in the past, it does not run ahead.
const { ethers, provider } = await network.create({ override: { initialDate: new Date(Date.now() - 3_600_000) } });
const server = await serve(provider, PORT).catch((error: Error) => {
  console.error(`No chain on port ${PORT}: ${error.message}. Choose another one with GIMBAL_PRACTICE_PORT.`);
  process.exit(1);
});
const postgres = await startPostgres();
const world = await deployKeeperWorld(ethers, provider);
const vaults = await createVaults(world, 2);
await provider.request({ method: "evm_setNextBlockTimestamp", params: [Math.floor(Date.now() / 1000)] });
await publish();

// A new chain knows nothing of what an old journal says.
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const second = keccak256(toHex("gas of a second keeper"));
const write = (name: string, text: string, mode = 0o644) => writeFileSync(join(FOLDER, name), `${text}\n`, { mode });
write("deployment.json", JSON.stringify(deploymentOf(world), null, 2));
write(
  "keeper.json",
  JSON.stringify(
    {
      rpcUrl: `http://127.0.0.1:${PORT}`,
      chainId: world.chainId,
      deployment: "deployment.json",
      vaults,
      assets: Object.fromEntries(world.names),
      data: { source: "simulation", seed: 7 },
      weighting: "market-cap",
      journal: "keeper.db",
      roundEvery: 10,
      health: { name: "keeper-1", port: 9464 },
      transactions: { confirmations: 1 },
    },
    null,
    2,
  ),
);
const url = await postgres.database("gimbal");
const variables = {
  GIMBAL_KEEPER_KEY: keccak256(toHex("gas of the keeper")),
  GIMBAL_SIGNER_KEYS: SIGNERS[0]?.privateKey ?? "",
  GIMBAL_JOURNAL_URL: url,
  GIMBAL_SECOND_KEEPER_KEY: second,
};
write(
  "keys.env",
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n"),
  0o600,
);
for (const key of [variables.GIMBAL_KEEPER_KEY, second]) {
  await provider.request({ method: "hardhat_setBalance", params: [new ethers.Wallet(key).address, toHex(10n ** 18n)] });
}

console.log(
  `Chain 31337 at http://127.0.0.1:${PORT}, its clock at now, a block every 12 seconds; PostgreSQL at ${url}.`,
);
console.log(`Vaults: ${vaults.join(", ")}.`);
console.log(`In ${FOLDER}: keeper.json, deployment.json, keys.env (keys of this chain alone). Stop with Ctrl-C.`);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
for (let block = 1; !stop.signal.aborted; block++) {
  await setTimeout(BLOCK, undefined, { signal: stop.signal }).catch(() => {});
  if (block % FEED_ROUND === 0) await publish();
  await provider.request({ method: "evm_mine", params: [] });
}
server.close();
await postgres.stop();
process.exit(0);

/** The same prices again, so that no feed grows old. */
async function publish(): Promise<void> {
  const prices = world.protocol.tokens.map(({ symbol, price }) => [symbol, formatUnits(price, 8)] as const);
  await setPrices(world.protocol, Object.fromEntries(prices));
}

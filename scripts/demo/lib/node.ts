// The local chain of the demo, run as a process of its own: Hardhat's simulated network behind JSON-RPC, with a clock
// that starts in the past so that a replay can move it forwards. Prints its address and lives until it is stopped.
import hre from "hardhat";

const [port, startsAt] = process.argv.slice(2);
/** As many as play a part. */
const ACCOUNTS = 39;

const server = await hre.network.createServer(
  {
    network: "node",
    override: { initialDate: new Date(Number(startsAt) * 1_000).toISOString(), accounts: { count: ACCOUNTS } },
  },
  "127.0.0.1",
  Number(port),
);
const { address, port: actual } = await server.listen();
console.log(`listening http://${address}:${actual}`);

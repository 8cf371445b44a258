import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, toHex } from "viem";
import { CHILD_ENVIRONMENT } from "../childProcess.fixture.ts";
import { emptyChain, FaultyNode } from "../execute/faultyNode.fixture.ts";
import { startFakeReceiver } from "../health/fakeReceiver.fixture.ts";

const CLI = join(import.meta.dirname, "../cli.ts");
const A = (n: number) => `0x${String(n).padStart(40, "0")}`;
const entries = (names: string) => Object.fromEntries(names.split(" ").map((name, i) => [name, A(i + 1)]));
const CONTRACTS =
  "AssetRegistry KeeperRegistry IndexFactory IndexVaultImplementation AmmFiller UniswapV3Adapter Zap IndexLens";
const EXTERNAL = "uniswapV3Factory swapRouter02 quoterV2 weth permit2 multicall3";

/** Writes the files of a keeper whose contracts are nowhere. */
function configure(folder: string, rpcUrl: string, over: object = {}): void {
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  const contracts = entries(CONTRACTS);
  write("deployment.json", { chainId: 31_337, blockNumber: 0, contracts, external: entries(EXTERNAL), tokens: {} });
  const data = { source: "simulation" };
  const files = { deployment: "deployment.json", vaults: [A(9)], data };
  write("keeper.json", { rpcUrl, chainId: 31_337, ...files, roundEvery: 1, ...over });
}

describe("gimbal-keeper run", () => {
  it("default: is watched from the start: pages, alert, traces, and an end in order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-watch-"));
    // A node that knows its blocks and nothing else.
    const seconds = () => Math.floor(Date.now() / 1000);
    const [fakeNode, fakeDesk] = await Promise.all([
      FaultyNode.start(emptyChain(seconds, 31_337)),
      startFakeReceiver(),
    ]);
    configure(folder, `${fakeNode.url}/v2/abcdef0123456789abcdef`, {
      health: { port: 0, name: "keeper-1" },
      alerts: { webhooks: [{ name: "desk" }], failedRounds: 1 },
    });
    const child = spawn(process.execPath, [CLI, "run", "--config", join(folder, "keeper.json")], {
      env: {
        ...CHILD_ENVIRONMENT,
        GIMBAL_KEEPER_KEY: keccak256(toHex("watched")),
        GIMBAL_WEBHOOK_DESK: `${fakeDesk.url}/hook`,
        OTEL_EXPORTER_OTLP_ENDPOINT: fakeDesk.url,
      },
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (log += text.toString()));
    try {
      await fakeDesk.until(1);
      const url = /"url":"(http:[^"]+)"/.exec(log)?.[1];
      expect(url, log).to.be.a("string");
      expect((await fetch(`${url}/health`)).status).to.equal(200);
      fakeNode.fault = "drops";
      while ((await fetch(`${url}/ready`)).status !== 503) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await (await fetch(`${url}/metrics`)).text()).to.match(
        /gimbal_keeper_rounds_total\{.*outcome="failed"\} [1-9]/,
      );
      child.kill("SIGTERM");
      const [code] = (await once(child, "close")) as [number];
      expect(code, log).to.equal(0);
      const said = fakeDesk.received.map(({ path, body }) => `${path} ${body}`).join("\n");
      expect(said).to.contain('"alert":"round-failed"').and.contain("/v1/traces").and.contain('"name":"round"');
      expect(log).to.match(/"trace":"[0-9a-f]{32}"/);
      expect(log + said).to.not.contain("abcdef0123456789abcdef");
    } finally {
      child.kill("SIGKILL");
      fakeNode.stop();
      await fakeDesk.close();
      rmSync(folder, { recursive: true });
    }
  });

  it("default: started while its node is away, it waits for the node and says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-watch-"));
    const seconds = () => Math.floor(Date.now() / 1000);
    const fakeNode = await FaultyNode.start(emptyChain(seconds, 31_337));
    fakeNode.fault = "drops";
    configure(folder, fakeNode.url);
    const child = spawn(process.execPath, [CLI, "run", "--config", join(folder, "keeper.json")], {
      env: { ...CHILD_ENVIRONMENT, GIMBAL_KEEPER_KEY: keccak256(toHex("watched")) },
    });
    let log = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (log += text.toString()));
    const says = async (words: string) => {
      while (!log.includes(words) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(log).to.contain(words);
    };
    await says("waiting for a node that can be believed");
    fakeNode.fault = "none";
    await says("round failed");
    child.kill("SIGTERM");
    expect(await once(child, "close")).to.deep.equal([0, null]);
    fakeNode.stop();
    rmSync(folder, { recursive: true });
  });
});

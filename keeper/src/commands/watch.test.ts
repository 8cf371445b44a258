import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, toHex } from "viem";
import { startFakeReceiver } from "../health/fakeReceiver.fixture.ts";

const CLI = join(import.meta.dirname, "../cli.ts");
const A = (n: number) => `0x${String(n).padStart(40, "0")}`;
const entries = (names: string) => Object.fromEntries(names.split(" ").map((name, i) => [name, A(i + 1)]));
const CONTRACTS =
  "AssetRegistry KeeperRegistry IndexFactory IndexVaultImplementation AmmFiller UniswapV3Adapter Zap IndexLens";
const EXTERNAL = "uniswapV3Factory swapRouter02 quoterV2 weth permit2 multicall3";

describe("gimbal-keeper run", () => {
  it("default: is watched from the start: pages, alert, traces, and an end in order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-watch-"));
    const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
    // A node that knows its chain and nothing else.
    const [fakeNode, fakeDesk] = await Promise.all([startFakeReceiver(), startFakeReceiver()]);
    fakeNode.bodies.push('{"jsonrpc":"2.0","id":1,"result":"0x7a69"}');
    const tokens = {};
    write("deployment.json", {
      chainId: 31_337,
      blockNumber: 0,
      contracts: entries(CONTRACTS),
      external: entries(EXTERNAL),
      tokens,
    });
    write("keeper.json", {
      rpcUrl: `${fakeNode.url}/v2/abcdef0123456789abcdef`,
      chainId: 31_337,
      deployment: "deployment.json",
      vaults: [A(9)],
      data: { source: "simulation" },
      roundEvery: 1,
      health: { port: 0, name: "keeper-1" },
      alerts: { webhooks: [{ name: "desk" }], failedRounds: 1 },
    });
    const child = spawn(process.execPath, [CLI, "run", "--config", join(folder, "keeper.json")], {
      env: {
        PATH: process.env.PATH ?? "",
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
      const ready = await fetch(`${url}/ready`);
      expect(ready.status).to.equal(503);
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
      await Promise.all([fakeNode.close(), fakeDesk.close()]);
      rmSync(folder, { recursive: true });
    }
  });
});

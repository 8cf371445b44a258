import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { computeAddress, encryptKeystoreJson } from "ethers";
import { network } from "hardhat";
import { type Hex, keccak256, toHex } from "viem";
import { readMethodologies } from "../../keeper/src/data/methodologyFolder.ts";
import { CHILD_ENVIRONMENT } from "../helpers/childProcess.ts";
import {
  createAnother,
  deployKeeperWorld,
  deploymentOf,
  type KeeperWorld,
  proposedDecisions,
} from "../helpers/keeper.ts";
import { SIGNERS } from "../helpers/protocol.ts";
import { serve } from "../helpers/rpcServer.ts";

const { ethers, networkHelpers, provider } = await network.create({
  override: { initialDate: "2022-05-12T00:10:00Z" },
});

const CLI = join(import.meta.dirname, "../../keeper/src/cli.ts");

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("keeper on the command line", function () {
  this.timeout(240_000);
  let world: KeeperWorld;
  let server: Server;
  let folder: string;

  beforeEach(async () => {
    world = await networkHelpers.loadFixture(deployed);
    folder = mkdtempSync(join(tmpdir(), "gimbal-cli-"));
    server = await serve(provider);
    environment = keys;
    configure();
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function deployed(): Promise<KeeperWorld> {
    return deployKeeperWorld(ethers, provider);
  }

  function configure(over: Readonly<Record<string, unknown>> = {}): void {
    const { names, vault } = world;
    write("deployment.json", deploymentOf(world));
    write("keeper.json", {
      rpcUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      chainId: 31_337,
      deployment: "deployment.json",
      vaults: [vault],
      assets: Object.fromEntries(names),
      data: { source: "simulation", seed: 7 },
      weighting: "market-cap",
      journal: "keeper.db",
      transactions: { confirmations: 0, pollSeconds: 1 },
      ...over,
    });
  }

  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));

  const keys = {
    GIMBAL_KEEPER_KEY: keccak256(toHex("gas of the keeper")),
    GIMBAL_SIGNER_KEYS: SIGNERS[0]!.privateKey,
  };
  let environment: Readonly<Record<string, string>> = keys;

  function start(...args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [CLI, ...args, "--config", join(folder, "keeper.json")], {
      env: { ...CHILD_ENVIRONMENT, LOG_LEVEL: "info", ...environment },
    });
  }

  async function cli(...args: readonly string[]): Promise<Output> {
    const child = start(...args);
    const output = { stdout: "", stderr: "" };
    child.stdout!.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    for (const key of Object.values(keys)) {
      expect(output.stdout + output.stderr, "no key is ever shown").not.to.contain(key.slice(2));
    }
    return { code, ...output };
  }

  it("decides without sending, then runs, shows and verifies; invented data is labelled everywhere", async () => {
    const dry = await cli("run", "--dry-run");
    expect(dry.code, dry.stderr).to.equal(0);
    expect(JSON.parse(dry.stdout)).to.include({ action: "propose", lane: "DERISK" });
    expect(dry.stdout).to.contain("SIMULATION");
    expect(await proposedDecisions(world)).to.deep.equal([]);

    const ran = await cli("run", "--once");
    expect(ran.code, ran.stderr).to.equal(0);
    const [hash] = await proposedDecisions(world);
    expect(ran.stdout).to.contain(hash!);

    const status = await cli("status");
    expect(status.stdout).to.contain(hash!).and.to.contain("SIMULATION").and.to.contain('"unfinished": []');
    const verified = await cli("verify", hash!);
    expect(verified.code, verified.stderr).to.equal(0);
    expect(JSON.parse(verified.stdout)).to.include({ recomputed: "equal", chain: "matches" });
    expect(verified.stdout).to.contain("SIMULATION");
  });

  it("acts with keys from encrypted files as it does with those of the environment, and decides without any", async () => {
    const password = "a password of the tests";
    const place = (name: string) => ({ kind: "keystore", file: `${name}.json`, passwordFile: "password" });
    writeFileSync(join(folder, "password"), password, { mode: 0o600 });
    for (const [name, privateKey] of [
      ["gas", keys.GIMBAL_KEEPER_KEY],
      ["signer", keys.GIMBAL_SIGNER_KEYS],
    ] as const) {
      const address = computeAddress(privateKey);
      const json = await encryptKeystoreJson({ address, privateKey }, password, { scrypt: { N: 2 } });
      writeFileSync(join(folder, `${name}.json`), json, { mode: 0o600 });
    }
    configure({ signers: { gas: place("gas"), decisions: [place("signer")] } });
    environment = {};
    const ran = await cli("run", "--once");
    expect(ran.code, ran.stderr).to.equal(0);
    expect(await proposedDecisions(world)).to.have.length(1);

    configure();
    const [dry, refused] = [await cli("run", "--dry-run"), await cli("run", "--once")];
    expect([dry.code, refused.code]).to.deep.equal([0, 1]);
    expect(refused.stderr).to.contain("No key to pay for gas");
  });

  it("serves every index whose methodology it knows, and says which it does not", async () => {
    const { owner, vault: unknown } = world;
    const [top5] = [...readMethodologies().values()].filter(({ id }) => id === "top-5");
    const strategy = { recipient: owner.address, royaltyBps: 0, methodologyHash: top5!.hash };
    const limits = { riskDelay: 3_600, curveLength: 3_600 };
    const index = await createAnother(world, { strategy, limits, salt: keccak256(toHex("known")) });
    configure({ vaults: "all" });
    const { code, stdout, stderr } = await cli("run", "--once");
    expect(code, stderr).to.equal(0);
    const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
    const said = lines.map(
      (line) => JSON.parse(line) as { msg: string; vault?: string; reason?: string; hash?: string },
    );
    const served = said.find(({ msg }) => msg === "index is served");
    expect(served).to.include({ vault: index, hash: top5!.hash, methodology: "top-5" });
    const left = said.find(({ msg }) => msg === "index is not served");
    expect(left?.vault).to.equal(unknown);
    expect(left?.reason).to.contain("No document");
    const decided = said.filter(({ msg }) => msg === "decision").map(({ vault }) => vault);
    expect(decided).to.deep.equal([index]);
  });

  it("killed at any moment, it proposes exactly once in the end", async () => {
    const restored = await networkHelpers.takeSnapshot();
    for (const [i, trigger] of ["decision", "SIGNED", "BROADCAST"].entries()) {
      configure({ journal: `killed-${i}.db` });
      const child = start("run", "--once");
      child.stdout!.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes(trigger)) child.kill("SIGKILL");
      });
      await once(child, "close");
      expect(child.signalCode, `died when it said ${trigger}`).to.equal("SIGKILL");

      const again = await cli("run", "--once");
      expect(again.code, again.stderr).to.equal(0);
      expect(await proposedDecisions(world), trigger).to.have.length(1);
      await restored.restore();
    }
  });

  it("stopped by a person, it decides nothing until a person clears it", async () => {
    const halted = await cli("halt", "all", "somebody looks");
    expect(halted.code, halted.stderr).to.equal(0);
    expect(JSON.parse(halted.stdout)).to.include({ scope: "all", breaker: "by-hand", reason: "somebody looks" });
    const ran = await cli("run", "--once");
    expect(ran.code, ran.stderr).to.equal(0);
    expect(ran.stdout).to.contain('"msg":"halted"').and.to.contain("somebody looks");
    expect(await proposedDecisions(world)).to.deep.equal([]);
    expect((await cli("status")).stdout).to.contain("somebody looks");
    expect((await cli("clear", world.vault)).stderr, "another scope").to.contain("This is not halted");
    expect((await cli("clear", "all")).stdout).to.contain("somebody looks");
    expect((await cli("halts")).stdout).to.equal("");
    const again = await cli("run", "--once");
    expect(again.code, again.stderr).to.equal(0);
    expect(await proposedDecisions(world)).to.have.length(1);
  });

  it("says in one sentence what is wrong, and exits with 1", async () => {
    const failures: readonly (readonly [over: Readonly<Record<string, unknown>>, sentence: string])[] = [
      [{ chainId: 1 }, "The deployment file is of another chain"],
      [{ data: { source: "csv", folder: join(folder, "nowhere") } }, "No daily_<split>.csv"],
      [{ assets: {} }, "A basket token has no market data name"],
      [{ rpcUrl: "http://127.0.0.1:1" }, "HTTP request failed"],
    ];
    for (const [over, sentence] of failures) {
      configure(over);
      const { code, stderr } = await cli("run", "--once");
      expect(code, sentence).to.equal(1);
      expect(stderr).to.contain(sentence);
      expect(await proposedDecisions(world)).to.deep.equal([]);
    }
    configure();
    const unknown = await cli("verify", `0x${"12".repeat(32)}` as Hex);
    expect([unknown.code, unknown.stderr.includes("has no such decision")]).to.deep.equal([1, true]);
  });
});

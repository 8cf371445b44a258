import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const SIX_WEEKS = ["--source", "simulation", "--from", "2022-04-25", "--to", "2022-05-30", "--port", "0"];

function play(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["scripts/demo.ts", ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once("close", (code) => resolve({ code, output }));
  });
}

describe("demo", () => {
  const out = mkdtempSync(join(tmpdir(), "gimbal-demo-test-"));
  after(() => rmSync(out, { recursive: true }));

  it("plays six weeks of the simulation to the end and labels its figures", async function () {
    this.timeout(300_000);

    const { code, output } = await play(...SIX_WEEKS, "--out", out);

    expect(code, output).to.equal(0);
    expect(output).to.match(/DERISK/);
    expect(output)
      .to.match(/reverts on every transfer/)
      .and.to.match(/claims paid in full/);
    expect(output).to.match(/TEN: 6 holders own .* 10 tokens solvent/);
    expect(output).to.match(/G100: \d+ decisions on chain, each verified/);
    expect(output).to.contain("Prices: SIMULATION (seed 7): invented prices. 2022-04-25 to 2022-05-30.");
    expect(readFileSync(join(out, "chart.svg"), "utf8")).to.contain("SIMULATION");
    expect(readFileSync(join(out, "report.txt"), "utf8")).to.contain("decisionHash 0x");
  });

  it("stops before it starts anything when the data folder is not there", async () => {
    const { code, output } = await play("--source", "real", "--data", join(out, "nowhere"));

    expect(code).to.equal(1);
    expect(output).to.contain("No daily_public.csv.gz in the data folder").and.not.to.contain("01 A local chain");
  });

  it("stops before it starts anything when a flag makes no sense", async () => {
    const { code, output } = await play("--from", "yesterday");

    expect(code).to.equal(1);
    expect(output).to.contain("--from must be a date").and.not.to.contain("01 A local chain");
  });
});

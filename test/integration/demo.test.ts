import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

// Without its own compilation: that is one without tests, which replaces what the test command has compiled for all.
const SIX_WEEKS = [
  "--source",
  "simulation",
  "--from",
  "2022-04-25",
  "--to",
  "2022-05-30",
  "--port",
  "0",
  "--no-compile",
];

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
    expect(output).to.match(/GAI: 17 holders own .* 20 tokens solvent/);
    expect(output).to.match(/G100: \d+ decisions on chain, each equal to the bit when made again/);
    expect(output).to.match(/models: those of 2 of 6 weeks trained again from their stored inputs, equal to the bit/);
    expect(output).to.match(
      /\d{4}-\d\d-\d\d GAI .* in coins, (RISK|DERISK) lane, turnover .*, expected cost \d+\.\d\d bps/,
    );
    expect(output).to.match(/\w+ +\d+\.\d% -> +\d+\.\d% +\d+ +\d+ +\w+ +\d+\.\d\d bps .*\([+-]?\d+\)/);
    expect(output).to.contain("Prices: SIMULATION (seed 7): invented prices. 2022-04-25 to 2022-05-30.");
    expect(readFileSync(join(out, "chart.svg"), "utf8")).to.contain("SIMULATION");
    expectDao(output);
    expectProducts(output);
    expectServices(output);
    expect(readFileSync(join(out, "report.txt"), "utf8")).to.match(/Gimbal Global 100, epoch 1: [\s\S]*decision 0x/);
  });

  /** The DAO's part: each figure stands in the closing table, and the books behind it were reconciled. */
  function expectDao(output: string): void {
    expect(output).to.match(/the deployer has handed everything over: \d+ rights read back/);
    expect(output).to.match(/Alice +400,000 +0 +50,000 .* 1\/4 liquid, 3\/4 vest/);
    expect(output).to.match(/Bob +3,000,000 +375,000 .* locked 26 weeks/);
    expect(output).to.match(/Carol +6,000,000 +1,500,000 .* locked 52 weeks, then permanent/);
    expect(output).to.match(/Dave +200,000 +50,000 +0 .* left early/);
    expect(output)
      .to.match(/List \w+ .* 0\.0 .* executed/)
      .and.to.match(/Raise the protocol's part of fees to 15% .* executed/)
      .and.to.match(/Lower the penalty of leaving to 10% .* no quorum/)
      .and.to.match(/Pay Wallet 5 .* cancelled/);
    expect(output)
      .to.match(/Bob .* [1-9][\d,]*\.\d\d +compounded: GIM into the lock/)
      .and.to.match(/Carol .* [1-9][\d,]*\.\d\d +compounded: GIM and USDC into the lock/);
    expect(output).to.match(/protocol's part, first week -> last +10\.0% -> 15\.0% +10\.0% -> 15\.0%/);
    expect(output).to.match(/together +\$259,000 +\$200,000 +\$59,000/);
    expect(output)
      .to.match(/fees: all 4 tokens that came in are claimed, claimable or waiting, but for \d+ wei of dust/)
      .and.to.match(/powers and votes each sum to the supply/);
  }

  /** Batches, the recurring deposit, the plan, the index from a table: what each came to, and that nothing is missing. */
  function expectProducts(output: string): void {
    expect(output)
      .to.match(/Frank, without any role, writes .*\.csv: .* USDC 60%/)
      .and.to.match(/preview: \$10,000\.\d\d of tokens for 100 shares; creation about [\d,]+ gas = \$\d/)
      .and.to.match(/Steady Five: 0x\w{40}, \d+ gas; the hash of its methodology is on chain/)
      .and.to.contain("3 batch depositors, one an index");
    expect(output)
      .to.contain("10 small wallets ask for G100 with $2145")
      .and.to.contain("Small wallet 7 cancels and has its $250.00 back")
      .and.to.match(
        /G100: batch \d+ settled, \$[\d,.]+ of 11 people: \$9\d\d\.\d\d crossed .* above NAV, .*; one transaction paid all/,
      )
      .and.to.match(/each of 11 people [\d,]+ to ask; .* [\d,]+ a person; a zap of one's own 1\d,\d{3},\d{3}/);
    expect(output)
      .to.match(/Heidi cancels after 2 orders: \d+\.\d\d STDY for \$[\d,.]+, \$[\d,.]+ back of \d orders/)
      .and.to.match(/Grace buys the plan with \$100,000\.00 in one transaction: \$[\d,.]+ STDY, \$[\d,.]+ GAI, /)
      .and.to.match(/Steady Five +conservative +43\.3\d% +\$[\d,.]+ +4\d\.\d\d% +[+-]?\d+\.\d\d%/);
    expect(output)
      .to.match(/STDY: \d+ holders own .* 5 tokens solvent/)
      .and.to.match(/G100 batches: 1\d requests of 1\d accounts; \$0\.00 and 0 share wei still owed are there/);
  }

  /** Services: who paid, what was used and settled, who earned by it, and that it all adds up. */
  function expectServices(output: string): void {
    expect(output)
      .to.match(/Ivan registers his data as token 1 and his method as token 2, hash 0x/)
      .and.to.match(/GAI follows strategy 2: 25% of its creator's part for its owner/)
      .and.to.match(/Ivan locks strategy 2 for 1,000 shares and sells a third of them to Judy for \$20,000/)
      .and.to.match(
        /royalties: [\d.]+ GAI = [\d.]+ to the author \+ [\d.]+ to holders of shares, in proportion in 3 rounds .* of its use \$0\.047999/,
      )
      .and.to.match(/Judy +33\.33% +0\.000000 +0\.[1-9]\d+/);
    expect(output)
      .to.match(/Alice, tier 4, buys plan 0 for her program, 2 times 30 days: \$[\d.]+, [1-9]\d*% off/)
      .and.to.match(/Ken sells 120 of 300 credits to Judy for \$1\.08, \$0\.03 fee/)
      .and.to.match(/STDY a NavFeed: \$\d+\.\d+ a share, as the lens says/)
      .and.to.match(/GradeBook believes the API's proof, and no other grade/);
    expect(output)
      .to.match(/\d{3} requests for a decision are free, then it answers 402 with what to sign/)
      .and.to.contain("The key of Ken signs 21 receipts for 21 credits.")
      .and.to.contain("Alice's program is signed in: the plan pays for 5 requests, and nothing is signed.")
      .and.to.contain(
        "21 receipts for 21 credits are settled: the method earned $0.0480, the data $0.0240, paid to Ivan",
      )
      .and.to.contain("6 receipts for 6 credits are settled: the method earned $0.0000, the data $0.0240, paid to Judy")
      .and.to.contain("Judy sells data set 1 to Grace for $6,000.00, $300.00 of it to the author, $150.00 fee");
    expect(output)
      .to.contain(
        "credits: 1000 sold = 27 used, as the API served + 373 in meters + 600 in wallets; all 27 receipts are settled",
      )
      .and.to.contain(
        "use: the method earned $0.048000 and the data $0.048000, all of it paid; $3.892000 wait for the use of what is held",
      )
      .and.to.match(/services: .* of the plan \+ \$6\.00 of credits \+ \$275\.03 of the market .* all of it split/);
  }

  it("stops before it starts anything when the data folder is not there", async () => {
    const { code, output } = await play("--source", "real", "--data", join(out, "nowhere"));

    expect(code).to.equal(1);
    expect(output).to.contain("No daily_<split>.csv.gz in the data folder").and.not.to.contain("01 A local chain");
  });

  it("stops before it starts anything when a flag makes no sense", async () => {
    const { code, output } = await play("--from", "yesterday");

    expect(code).to.equal(1);
    expect(output).to.contain("--from must be a date").and.not.to.contain("01 A local chain");
  });
});

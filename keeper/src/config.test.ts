import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadConfig } from "./config.ts";
import { METHODOLOGIES } from "./data/methodologyFolder.ts";
import { ConfigError } from "./errors.ts";
import { defaultPlanParams } from "./plan/params.ts";
import { aiPolicy } from "./plan/policy.ts";
import { fullSpec, smallSpec } from "./training/specs.ts";
import { weightParamsOf } from "./weights/params.ts";

const A = (n: number) => `0x${String(n).padStart(40, "0")}`;
const CONTRACTS = [
  "AssetRegistry",
  "KeeperRegistry",
  "IndexFactory",
  "IndexVaultImplementation",
  "AmmFiller",
  "UniswapV3Adapter",
  "Zap",
  "IndexLens",
];
const EXTERNAL = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
const entries = (names: readonly string[], from: number) =>
  Object.fromEntries(names.map((name, i) => [name, A(from + i)]));

const deployment = {
  chainId: 31_337,
  blockNumber: 1,
  contracts: entries(CONTRACTS, 1),
  external: entries(EXTERNAL, 20),
  tokens: { BTC: { address: A(50), decimals: 8, feed: A(51) } },
};
const valid = {
  rpcUrl: "http://127.0.0.1:8545",
  chainId: 31_337,
  deployment: "deployment.json",
  vaults: [A(99)],
  data: { source: "simulation" },
};

describe("loadConfig", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-config-"));
  const path = join(folder, "keeper.json");
  after(() => rmSync(folder, { recursive: true }));

  const load = (config: unknown, environment = {}) => {
    writeFileSync(join(folder, "deployment.json"), JSON.stringify(deployment));
    writeFileSync(path, JSON.stringify(config));
    return loadConfig(path, environment);
  };

  it("takes a schedule for all vaults, and another one for a vault", () => {
    const own = { every: "quarterly", at: { day: 31, hour: 6 }, drift: { largestBps: 300 } };
    const config = load({
      ...valid,
      schedule: { every: "weekly" },
      vaults: [A(98), { address: A(99), schedule: own }],
    });
    expect(config.schedule).to.deep.include({ every: "weekly", cooldown: 21_600 });
    expect([...config.schedules.keys()]).to.deep.equal([A(99)]);
    expect(config.schedules.get(A(99))).to.deep.include({
      every: "quarterly",
      at: { day: 31, hour: 6, minute: 15, weekday: "monday" },
      drift: { largestBps: 300, oneWayBps: 1_000, checkEvery: 3_600 },
    });
    expect(load(valid).schedule).to.equal(undefined);
  });

  it("error: names the field of a schedule that is wrong, and the period that documents have already", () => {
    const wrong = { ...valid, vaults: [{ address: A(99), schedule: { at: { hour: 24 } } }] };
    expect(() => load(wrong)).to.throw(ConfigError, "vaults.0.schedule.at.hour");
    expect(() => load({ ...valid, schedule: { every: "hourly" } })).to.throw(ConfigError, "must be one of daily");
    const all = { ...valid, vaults: "all", schedule: { every: "daily" } };
    expect(() => load(all)).to.throw(ConfigError, "Leave `every` out");
    expect(load({ ...all, schedule: { at: { hour: 3 } } }).schedule?.at.hour).to.equal(3);
  });

  it("default: fills in every parameter and names the deployment's tokens", () => {
    const config = load(valid);
    expect(config.policy).to.deep.equal(aiPolicy);
    expect(config.names.get(A(50))).to.equal("BTC");
    expect(config.journal).to.equal(join(folder, ".gimbal/keeper.db"));
    expect(config.signers).to.deep.equal({ gas: { kind: "environment" }, decisions: [{ kind: "environment" }] });
  });

  it("behavior: no breaker halts for gas before the cap of the day, unless somebody sets one", () => {
    const { breakers, transactions } = load(valid);
    expect([breakers.gasBudgetWei, transactions.spendingCapWeiPerDay]).to.deep.equal([0n, 10n ** 18n]);
    expect(load({ ...valid, breakers: { gasBudgetWei: "5" } }).breakers.gasBudgetWei).to.equal(5n);
  });

  it("behavior: takes parameters and names that are given", () => {
    const assets = { [A(50)]: "WBTC" };
    const config = load({ ...valid, assets, plan: { portfolioBandBps: 700 } });
    expect(config.policy.plan).to.deep.equal({ ...defaultPlanParams, portfolioBandBps: 700 });
    expect(config.names.get(A(50))).to.equal("WBTC");
  });

  it("behavior: a vault may have a policy of its own; a rule trains nothing unless asked to", () => {
    const vaults = [
      A(99),
      { address: A(98), weighting: "market-cap", mode: "binary" },
      { address: A(97), tier: "conservative", ensemble: "small" },
      { address: A(96), weighting: "equal", ensemble: "full" },
    ];
    const config = load({ ...valid, vaults, plan: { portfolioBandBps: 700 } });
    const list = config.vaults === "all" ? [] : config.vaults;
    expect(list.map(({ address }) => address)).to.deep.equal([A(99), A(98), A(97), A(96)]);
    const [plain, global, careful, equal] = list.map(({ policy }) => policy);
    expect(plain).to.deep.equal(config.policy);
    expect([plain?.ensemble?.id, global?.ensemble, careful?.ensemble?.id, equal?.ensemble?.id]).to.deep.equal([
      fullSpec.id,
      null,
      smallSpec.id,
      fullSpec.id,
    ]);
    expect([global?.weighting, global?.regime.mode, plain?.regime.mode]).to.deep.equal([
      "market-cap",
      "binary",
      "ladder",
    ]);
    expect(careful?.weights).to.deep.equal(weightParamsOf.conservative);
    expect(careful?.plan).to.deep.equal(plain?.plan);
    expect(load({ ...valid, weighting: "equal" }).policy.ensemble).to.equal(null);
  });

  it("behavior: every index of the factory, with folders of documents that are relative to the file", () => {
    const config = load({ ...valid, vaults: "all", methodologies: ["mine"] });
    expect(config.vaults).to.equal("all");
    expect(config.methodologies).to.deep.equal([METHODOLOGIES, join(folder, "mine")]);
    expect(() => load({ ...valid, vaults: "some" })).to.throw(ConfigError, "vaults");
    expect(() => load({ ...valid, vaults: [] })).to.throw(ConfigError, "vaults");
  });

  it("behavior: feeds of headlines by address or by path, which is relative to the file", () => {
    const headlines = [
      { kind: "rss", name: "desk", url: "https://example.org/rss" },
      { kind: "csv", name: "own", path: "own.csv" },
    ];
    const { data } = load({ ...valid, data: { source: "live", headlines } });
    expect(data).to.deep.include({ headlines: [headlines[0], { ...headlines[1], path: join(folder, "own.csv") }] });
    const bad = { source: "live", headlines: [{ kind: "rss", name: "desk", url: "desk" }] };
    expect(() => load({ ...valid, data: bad })).to.throw(ConfigError, "data.headlines.0.url");
  });

  it("behavior: names data sets beside the source of market data, in one order, none unless told", () => {
    for (const source of ["csv", "live", "simulation"]) {
      expect(load({ ...valid, data: { source } }).data.datasets).to.deep.equal([]);
      expect(load({ ...valid, data: { source, datasets: [9, 2, 11] } }).data.datasets).to.deep.equal([2, 9, 11]);
    }
  });

  const faults: readonly (readonly [title: string, config: unknown, field: string])[] = [
    ["a missing vault", { ...valid, vaults: [] }, "vaults"],
    ["a bad address", { ...valid, vaults: ["0x12"] }, "vaults.0"],
    ["an unknown risk tier", { ...valid, vaults: [{ address: A(1), tier: "wild" }] }, "vaults.0.tier"],
    ["an unknown field", { ...valid, vault: A(1) }, "vault"],
    ["an unknown plan parameter", { ...valid, plan: { portfolioBand: 1 } }, "portfolioBand"],
    ["a fraction where basis points belong", { ...valid, plan: { portfolioBandBps: 0.05 } }, "plan.portfolioBandBps"],
    ["basis points above 10,000", { ...valid, regime: { bandBps: 10_001 } }, "regime.bandBps"],
    ["an unknown data source", { ...valid, data: { source: "oracle" } }, "data.source"],
    ["a data set that is named twice", { ...valid, data: { source: "csv", datasets: [2, 2] } }, "data.datasets"],
    ["a data set without an id", { ...valid, data: { source: "csv", datasets: [0] } }, "data.datasets.0"],
    ["a URL that is none", { ...valid, rpcUrl: "localhost" }, "rpcUrl"],
    [
      "a fee ceiling that is a number",
      { ...valid, transactions: { maxFeeCeilingWei: 5 } },
      "transactions.maxFeeCeilingWei",
    ],
    ["names for something else than addresses", { ...valid, assets: { BTC: "BTC" } }, "BTC"],
    ["a deployment of another chain", { ...valid, chainId: 1 }, "chainId"],
    ["a deployment that is not there", { ...valid, deployment: "nowhere.json" }, "nowhere.json"],
  ];
  for (const [title, config, field] of faults) {
    it(`error: names the field of ${title}`, () => {
      expect(() => load(config)).to.throw(ConfigError, field);
    });
  }

  it("behavior: says where keys are: in files beside it, at other services, or in the environment", () => {
    const keystore = { kind: "keystore", file: "keys/gas.json", passwordFile: "/run/secrets/password" };
    const remote = { kind: "remote", url: "https://signer.example.org", address: A(7) };
    const { signers } = load({ ...valid, signers: { gas: keystore, decisions: [remote, { kind: "environment" }] } });
    expect(signers.gas).to.deep.equal({ ...keystore, file: join(folder, "keys/gas.json") });
    const defaults = { api: "web3signer", timeoutSeconds: 10 };
    expect(signers.decisions).to.deep.equal([{ ...remote, ...defaults }, { kind: "environment" }]);
  });

  const secret = `0x${"5e".repeat(32)}`;
  const signerFaults: readonly (readonly [title: string, source: unknown, field: string])[] = [
    ["a key in the place of a path", { kind: "keystore", file: secret }, "signers.gas.file"],
    ["a key in a field of its own", { kind: "keystore", file: "a.json", key: secret }, "signers.gas"],
    ["a password in the file", { kind: "keystore", file: "a.json", password: secret }, "signers.gas"],
    ["an unknown kind", { kind: secret }, "signers.gas.kind"],
    ["an address that is a key", { kind: "remote", url: "https://a.example", address: secret }, "signers.gas.address"],
    [
      "a password in an address of the web",
      { kind: "remote", url: `https://user:${secret}@a.example`, address: A(1) },
      "signers.gas.url",
    ],
    [
      "a token in the place of its variable",
      { kind: "remote", url: "https://a.example", address: A(1), tokenVariable: `${secret}!` },
      "signers.gas.tokenVariable",
    ],
  ];
  for (const [title, gas, field] of signerFaults) {
    it(`error: names the field of ${title}, without showing what it holds`, () => {
      expect(() => load({ ...valid, signers: { gas } }))
        .to.throw(ConfigError, field)
        .with.property("message")
        .that.does.not.contain(secret);
    });
  }

  it("error: says when the file is missing or no JSON", () => {
    expect(() => loadConfig(join(folder, "none.json"), {})).to.throw(ConfigError, "cannot be read");
    writeFileSync(path, "{");
    expect(() => loadConfig(path, {})).to.throw(ConfigError, "cannot be read");
  });
});

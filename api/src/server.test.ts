import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Journal } from "../../keeper/src/journal/journal.ts";
import { bodyOf, FIXTURE_DEPLOYMENT } from "./app.fixture.ts";
import { ApiConfigError, loadApiConfig } from "./config.ts";
import { type RunningApi, startApi } from "./server.ts";

const quiet = () => {};
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe("settings of the API", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-api-settings-"));
  const deployment = join(folder, "deployment.json");
  const file = join(folder, "api.json");
  before(() => writeFileSync(deployment, JSON.stringify(FIXTURE_DEPLOYMENT)));
  after(() => rmSync(folder, { recursive: true }));

  const problemOf = (environment: Record<string, string>, path: string | null = null): string => {
    try {
      loadApiConfig(path, environment);
    } catch (error) {
      expect(error).to.be.instanceOf(ApiConfigError);
      return (error as Error).message;
    }
    throw new Error("expected settings to be refused");
  };

  it("come from the environment alone, or from a file that the environment goes before", () => {
    const alone = loadApiConfig(null, { GIMBAL_RPC_URL: "http://127.0.0.1:8545", GIMBAL_DEPLOYMENT: deployment });
    expect(alone).to.include({ port: 8788, host: "127.0.0.1", logLevel: "info" });
    expect(alone.deployment).to.deep.equal(FIXTURE_DEPLOYMENT);
    const settings = { rpcUrl: "http://a.test", deployment: "deployment.json", journal: "keeper.db", port: 1 };
    writeFileSync(file, JSON.stringify(settings));
    const both = loadApiConfig(file, { GIMBAL_API_PORT: "2", GIMBAL_API_STORE: ":memory:", GIMBAL_INDEXER_URL: "" });
    expect(both).to.include({
      rpcUrl: "http://a.test",
      port: 2,
      store: ":memory:",
      journal: join(folder, "keeper.db"),
    });
  });

  it("are refused together, each with the name of its variable", () => {
    const words = problemOf({ GIMBAL_API_PORT: "70000", GIMBAL_RPC_URL: "ws://a.test" });
    expect(words).to.match(/rpcUrl \(or GIMBAL_RPC_URL\): must be an address that begins with http/);
    expect(words).to.match(/deployment \(or GIMBAL_DEPLOYMENT\): is missing/);
    expect(words).to.match(/port \(or GIMBAL_API_PORT\): must be at most 65535/);
    writeFileSync(file, JSON.stringify({ rpcUrl: "http://a.test", deployment: "deployment.json", prt: 1 }));
    expect(problemOf({}, file)).to.match(/prt: is no setting/);
    expect(problemOf({}, join(folder, "none.json"))).to.match(/cannot be read/);
    writeFileSync(file, JSON.stringify({ rpcUrl: "http://a.test", deployment: "api.json" }));
    expect(problemOf({}, file)).to.match(/is not what deploy writes/);
  });
});

describe("the API as a service", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-api-"));
  const journal = join(folder, "keeper.db");
  let api: RunningApi;
  before(async () => {
    const deployment = join(folder, "deployment.json");
    writeFileSync(deployment, JSON.stringify(FIXTURE_DEPLOYMENT));
    const environment = {
      // Port 9 takes what nobody answers: the node is down.
      GIMBAL_RPC_URL: "http://127.0.0.1:9",
      GIMBAL_DEPLOYMENT: deployment,
      GIMBAL_JOURNAL_URL: journal,
      GIMBAL_API_STORE: join(folder, "store", "api.db"),
      GIMBAL_API_PORT: "0",
    };
    api = await startApi(loadApiConfig(null, environment), logger);
  });
  after(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const ask = (path: string) => fetch(`${api.url}${path}`);

  it("says which part is down and serves the rest, and serves that part once it is there", async () => {
    const down = await ask("/v1/decisions");
    expect([down.status, down.headers.get("retry-after")]).to.deep.equal([503, "5"]);
    expect(await bodyOf(down)).to.deep.include({ code: "UNAVAILABLE", missing: ["journal"] });
    expect((await ask("/health")).status).to.equal(200);
    await (await Journal.open(journal)).close();
    const up = await ask("/v1/decisions");
    expect([up.status, (await bodyOf(up)).data]).to.deep.equal([200, []]);
    const ready = await ask("/ready");
    expect(ready.status).to.equal(503);
    const { parts } = await bodyOf(ready);
    const states = parts.map(({ name, isUp }: { name: string; isUp: boolean }) => `${name} ${isUp}`);
    expect(states).to.deep.equal(["indexer false", "journal true", "node false", "store true"]);
  });

  it("counts requests by route, not by what stands in their paths", async () => {
    await ask(`/v1/decisions/0x${"0".repeat(64)}`);
    const text = await (await ask("/metrics")).text();
    expect(text).to.match(/requests_total\{route="\/v1\/decisions\/:hash",method="GET",status="404"\} 1\n/);
    expect(text).to.contain("nodejs_eventloop_lag_seconds");
  });

  it("refuses a port that is taken, in words", async () => {
    const config = loadApiConfig(null, {
      GIMBAL_RPC_URL: "http://127.0.0.1:9",
      GIMBAL_DEPLOYMENT: join(folder, "deployment.json"),
      GIMBAL_API_STORE: ":memory:",
      GIMBAL_API_PORT: new URL(api.url).port,
    });
    const failure = await startApi(config, logger).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(ApiConfigError).with.property("message").that.contains("Choose another");
  });

  it("finishes what it is answering when it is asked to stop", async () => {
    const own = await startApi(
      loadApiConfig(null, {
        GIMBAL_RPC_URL: "http://127.0.0.1:9",
        GIMBAL_DEPLOYMENT: join(folder, "deployment.json"),
        GIMBAL_API_STORE: ":memory:",
        GIMBAL_API_PORT: "0",
      }),
      logger,
    );
    const asked = fetch(`${own.url}/ready`);
    await fetch(`${own.url}/health`);
    await Promise.all([own.close(), asked.then((response) => expect(response.status).to.equal(503))]);
    expect(await fetch(`${own.url}/health`).catch(() => "gone")).to.equal("gone");
  });
});

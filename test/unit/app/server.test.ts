import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadSettings } from "../../../app/src/settings.ts";
import { apiProblem, checkNode, UnreachableError } from "../../../scripts/app/reach.ts";
import { type AppServer, startAppServer } from "../../../scripts/app/server.ts";
import { type AppNetwork, appNetwork } from "../../../scripts/app/settings.ts";
import { listable } from "../../../scripts/app/tokenList.ts";
import { parseDeployment } from "../../../sdk/src/index.ts";

const at = (names: readonly string[]) =>
  Object.fromEntries(names.map((name, i) => [name, `0x${(i + 1).toString().padStart(40, "0")}`]));

const CONTRACTS = [
  ...["AssetRegistry", "KeeperRegistry", "IndexFactory", "IndexVaultImplementation"],
  ...["AmmFiller", "UniswapV3Adapter", "Zap", "IndexLens"],
];
const EXTERNAL = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
const deploymentOf = (chainId: number) =>
  parseDeployment({ chainId, blockNumber: 0, contracts: at(CONTRACTS), external: at(EXTERNAL), tokens: {} });

const network = (chainId: number, rpcUrl: string, apiUrl?: string): AppNetwork =>
  appNetwork({ deployment: deploymentOf(chainId), rpcUrl, apiUrl });

describe("app: what it is told of its networks", () => {
  it("knows a development chain of this machine as local, and no other", () => {
    expect(network(31_337, "http://127.0.0.1:8545")).to.include({
      name: "Local chain",
      isLocal: true,
      explorerUrl: null,
    });
    expect(network(31_337, "http://localhost:8545").isLocal).to.equal(true);
    expect(network(31_337, "https://chain.example.org").isLocal).to.equal(false);
    expect(network(31_337, "https://127.0.0.1.example.org").isLocal).to.equal(false);
    const base = network(8_453, "http://127.0.0.1:8545");
    expect(base).to.include({ name: "Base", isLocal: false, explorerUrl: "https://basescan.org" });
    expect(network(99_999_999, "https://chain.example.org").name).to.equal("Chain 99999999");
  });
});

describe("app: its server", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-app-"));
  let server: AppServer;

  before(async () => {
    mkdirSync(join(folder, "dist/assets"), { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(folder, "dist/index.html"), "<!doctype html><title>Gimbal</title>");
    writeFileSync(join(folder, "dist/mark.svg"), "<svg/>");
    writeFileSync(join(folder, "dist/assets/index-abc.js"), "export {};");
    const networks = [network(31_337, "http://127.0.0.1:8545/key", "http://127.0.0.1:8788")];
    server = await startAppServer({ folder: join(folder, "dist"), networks, host: "127.0.0.1", port: 0 });
  });

  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("answers every page of the app with the one that it has", async () => {
    for (const path of ["/", "/index/0x00000000000000000000000000000000000000aa", "/govern/12?tab=votes"]) {
      const response = await fetch(server.url + path);
      expect(response.status).to.equal(200);
      expect(response.headers.get("content-type")).to.equal("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).to.equal("no-cache");
      expect(await response.text()).to.contain("<title>Gimbal</title>");
    }
  });

  it("has no list of tokens while no chain answers, and says so", async () => {
    const networks = [network(31_337, "http://127.0.0.1:1")];
    const other = await startAppServer({ folder: join(folder, "dist"), networks, host: "127.0.0.1", port: 0 });
    const response = await fetch(`${other.url}/tokenlist.json`);
    expect([response.status, await response.text()]).to.deep.equal([
      503,
      "The chain does not answer, and the list is the chain's.",
    ]);
    await other.close();
  });

  it("answers files with their type, and keeps those with a hash in their name", async () => {
    const script = await fetch(`${server.url}/assets/index-abc.js`);
    expect(script.headers.get("content-type")).to.equal("text/javascript; charset=utf-8");
    expect(script.headers.get("cache-control")).to.contain("immutable");
    expect(script.headers.get("content-encoding")).to.equal("gzip");
    expect(await script.text()).to.equal("export {};");
    expect((await fetch(`${server.url}/mark.svg`)).headers.get("content-type")).to.equal("image/svg+xml");
    const head = await fetch(server.url, { method: "HEAD" });
    expect([head.status, await head.text()]).to.deep.equal([200, ""]);
    const plain = await fetch(`${server.url}/mark.svg`, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).to.equal(null);
  });

  it("compresses as the browser can read, and not as it refuses", async () => {
    const accepted = { "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "GZIP;q=0.5": "gzip", "gzip;q=0.0": null };
    for (const [list, encoding] of Object.entries(accepted)) {
      const response = await fetch(`${server.url}/assets/index-abc.js`, { headers: { "accept-encoding": list } });
      expect(response.headers.get("content-encoding"), list).to.equal(encoding);
      expect(response.headers.get("vary")).to.equal("accept-encoding");
      expect(await response.text()).to.equal("export {};");
    }
  });

  it("sends a file again only when it has changed", async () => {
    const tag = (await fetch(server.url)).headers.get("etag") ?? "";
    const again = await fetch(server.url, { headers: { "if-none-match": tag } });
    expect([again.status, again.headers.get("etag"), await again.text()]).to.deep.equal([304, tag, ""]);
    const other = await fetch(`${server.url}/mark.svg`, { headers: { "if-none-match": tag } });
    expect([other.status, await other.text()]).to.deep.equal([200, "<svg/>"]);
  });

  it("says that a file is not there instead of showing a page", async () => {
    for (const path of ["/assets/index-old.js", "/assets/index", "/favicon.ico"]) {
      expect((await fetch(server.url + path)).status, path).to.equal(404);
    }
    expect((await fetch(server.url, { method: "POST" })).status).to.equal(405);
  });

  it("shows nothing outside of its folder", async () => {
    const { port } = new URL(server.url);
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/..%5csecret.txt",
      "/%00",
      "/%zz",
    ]) {
      const status = await new Promise((resolve, reject) => {
        const asked = request({ host: "127.0.0.1", port, path }, (response) => resolve(response.resume().statusCode));
        asked.once("error", reject).end();
      });
      expect(status, path).to.equal(400);
    }
  });

  it("hands out settings that the app reads", async () => {
    const read = (path: Parameters<typeof fetch>[0]) => fetch(server.url + String(path));
    const [settings] = await loadSettings(read as typeof fetch);
    expect(settings).to.deep.include({ rpcUrl: "http://127.0.0.1:8545/key", apiUrl: "http://127.0.0.1:8788" });
    expect(settings?.deployment).to.deep.equal(deploymentOf(31_337));
  });

  it("lets the page talk to its node and its API alone", async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).to.contain("default-src 'none'").and.to.contain("script-src 'self';");
    expect(policy).to.contain("connect-src 'self' http://127.0.0.1:8545 http://127.0.0.1:8788;");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
  });

  it("says so when its port is taken", async () => {
    const port = Number(new URL(server.url).port);
    const second = startAppServer({ folder, networks: [], host: "127.0.0.1", port });
    const error = await second.then(
      () => undefined,
      (failure: Error) => failure,
    );
    expect(error?.message).to.match(/another program has it. Choose another port/);
  });
});

describe("app: whether a browser reaches what it needs", () => {
  const ORIGIN = "http://127.0.0.1:8787";
  let origin = "*";
  const node = createServer((asked, response) => {
    if (origin !== "") response.setHeader("access-control-allow-origin", origin);
    response.end(asked.method === "OPTIONS" ? "" : JSON.stringify({ jsonrpc: "2.0", id: 1, result: "0x7a69" }));
  });
  let url = "";

  before(async () => {
    await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    origin = "*";
  });
  after(() => node.close());

  const failure = (chainId: number, place = url): Promise<Error | undefined> =>
    checkNode(place, chainId, ORIGIN).then(
      () => undefined,
      (error: Error) => error,
    );

  it("takes a node of the right chain that answers pages of other origins", async () => {
    expect(await failure(31_337)).to.equal(undefined);
    origin = ORIGIN;
    expect(await failure(31_337)).to.equal(undefined);
    expect(await apiProblem(url, ORIGIN)).to.equal(undefined);
  });

  it("says what is wrong with any other", async () => {
    expect(await failure(1)).to.be.instanceOf(UnreachableError);
    expect((await failure(1))?.message).to.contain("The node is of chain 31337, the deployment of chain 1");
    expect((await failure(31_337, "http://127.0.0.1:9"))?.message).to.contain("No node of a chain answers");
    for (origin of ["", "https://example.org"]) {
      expect((await failure(31_337))?.message).to.contain("CORS");
      expect(await apiProblem(url, ORIGIN)).to.contain("CORS");
    }
    expect(await apiProblem("http://127.0.0.1:9", ORIGIN)).to.contain("the app reads the chain until one does");
  });
});

describe("app: its list of tokens", () => {
  const token = (name: string, symbol: string) =>
    listable({
      chainId: 1,
      address: "0x00000000000000000000000000000000000000AA",
      name,
      symbol,
      decimals: 18,
      tags: [],
    });

  it("writes names as the schema allows them, and leaves out what has no symbol that it allows", () => {
    expect(token("Blue <b>Chips</b> (2)", "BLUE")?.name).to.equal("Blue b Chips /b 2");
    expect(token(`Long ${"name ".repeat(10)}`, "LONG")?.name).to.have.lengthOf.at.most(40);
    expect(token("Größe & Co.", "GR")?.name).to.equal("Größe Co.");
    expect(token("★", "STAR")?.name).to.equal("STAR");
    expect([token("A", ""), token("A", "A B"), token("A", "A".repeat(21)), token("A", "★")]).to.deep.equal([
      ...[undefined, undefined, undefined, undefined],
    ]);
  });
});

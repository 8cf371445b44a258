import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { expect } from "chai";
import { build } from "vite";
import { appNetwork } from "../../scripts/app/settings.ts";
import { theStage, visit } from "./stage.ts";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** A host that knows files and nothing else: no page for paths that are none, as gateways of IPFS are. */
function plainHost(folder: string): Server {
  return createServer(({ url = "/" }, response) => {
    const path = url.endsWith("/") ? `${url}index.html` : url;
    try {
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      response.setHeader("content-type", type).end(readFileSync(join(folder, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
}

describe("a build with a relative base", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-any-host-"));
  const server = plainHost(folder);

  before(async () => {
    const { world } = await theStage();
    const outDir = join(folder, "ipfs/of-this-build");
    mkdirSync(outDir, { recursive: true });
    await build({ root: "app", base: "./", logLevel: "error", build: { outDir } });
    const networks = [appNetwork({ deployment: world.deployment, rpcUrl: world.chain.url })];
    writeFileSync(join(outDir, "gimbal.json"), JSON.stringify({ networks }));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  it("works in any folder of a host that knows nothing of it, after a reload too", async () => {
    const { port } = server.address() as AddressInfo;
    const { page, faults, close } = await visit(`http://127.0.0.1:${port}/ipfs/of-this-build/`);
    await page.getByRole("link", { name: /Blue Chips/ }).click();
    await page.getByRole("heading", { level: 1, name: "Blue Chips" }).waitFor();
    expect(new URL(page.url()).hash).to.match(/^#\/index\/0x/);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Blue Chips" }).waitFor();
    await page.getByRole("button", { name: "Connect a wallet" }).waitFor();
    expect(faults).to.deep.equal([]);
    await close();
  });
});

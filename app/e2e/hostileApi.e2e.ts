import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Address } from "viem";
import { theStage, visit } from "./stage.ts";

const NOW = "2026-01-01T00:00:00Z";

/** An index in the words of an API that may say anything. */
function toldIndex(address: Address, name: string) {
  const sum = { amount: "100", raw: "100000000000000000000", decimals: 18, unit: "USD" };
  return {
    ...{ address, name, symbol: "SAFE", price: sum, tvl: sum, supply: sum, isPriceComplete: true, holders: 9_000 },
    ...{ change24hBps: 10, change30dBps: 500, risk: "conservative", epoch: 3, createdAt: NOW, creator: address },
    ...{ curator: null, royaltyRecipient: null, feeRecipient: address },
    fees: { streamingBpsPerYear: 10, mintBps: 0, royaltyBps: 0 },
    methodology: { hash: `0x${"1".repeat(64)}`, id: null, name: null },
    paused: { mint: false, fill: false, propose: false, until: null },
  };
}

const LIE = {
  ...{ id: "7", path: "governor", title: "Pay everybody", description: "# Pay everybody", state: "active" },
  ...{ proposer: `0x${"2".repeat(40)}`, actions: [], votes: null, vetoes: null, quorum: null, isQuorumReached: null },
  ...{ isMajority: null, proposedAt: NOW, votesFrom: NOW, votesUntil: NOW, executableAt: null, endedAt: null },
};

/** An API that answers these paths with these things, and nothing else. */
async function startLiar(answers: Readonly<Record<string, unknown>>): Promise<{ url: string; server: Server }> {
  const server = createServer(({ url = "/" }, response) => {
    const data = answers[new URL(url, "http://liar").pathname.toLowerCase()];
    response.writeHead(data === undefined ? 503 : 200, {
      "content-type": "application/json",
      "access-control-allow-origin": "*",
    });
    response.end(JSON.stringify(data === undefined ? { code: "DOWN", detail: "No." } : { data, asOf: NOW }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe("an API that lies", () => {
  it("sells no contract that only looks like an index, and gives no index or proposal another name", async () => {
    const { world } = await theStage();
    // It has all the functions of an index; the factory did not make it one.
    const fake = world.deployment.contracts.IndexVaultImplementation;
    const blue = world.indices.BLUE as Address;
    const liar = await startLiar({
      "/v1/indices": [toldIndex(fake, "Safe Dollars"), toldIndex(blue, "Safer Dollars")],
      [`/v1/indices/${fake.toLowerCase()}`]: toldIndex(fake, "Safe Dollars"),
      "/v1/proposals": [LIE],
    });
    try {
      const { url } = await world.serve(liar.url);
      const { page, faults, close } = await visit(`${url}/index/${fake}`);
      await page.getByRole("heading", { level: 1, name: "Safe Dollars" }).waitFor();
      await page
        .locator("#trade")
        .getByText(/did not make .* It is no index/)
        .waitFor();
      expect(await page.getByLabel("You pay at most").count()).to.equal(0);

      await page.goto(`${url}/plans`);
      const table = page.getByRole("table", { name: "Indices of the plan" });
      await table.getByText("Blue Chips", { exact: true }).waitFor();
      expect(await table.getByText(/Safer? Dollars/).count()).to.equal(0);

      await page.goto(`${url}/govern`);
      await page.getByText("Read from the chain alone").waitFor();
      expect(await page.getByText("Pay everybody").count()).to.equal(0);
      expect(faults).to.deep.equal([]);
      await close();

      const { url: alone } = await world.serve();
      const other = await visit(`${alone}/index/${fake}`);
      await other.page.getByText("There is no index with this address").waitFor();
      await other.close();
    } finally {
      liar.server.closeAllConnections();
      liar.server.close();
    }
  });
});

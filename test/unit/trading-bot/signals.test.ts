import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fixtureJournal } from "../../../api/src/app.fixture.ts";
import { encodeSnapshot } from "../../../keeper/src/data/snapshot.ts";
import { encodeVault } from "../../../keeper/src/data/vault.ts";
import { Journal } from "../../../keeper/src/journal/journal.ts";
import { openSqliteFile } from "../../../keeper/src/journal/sqlite.ts";
import { SignalsInvalidError } from "../../../scripts/trading-bot/errors.ts";
import { journalSignals } from "../../../scripts/trading-bot/signals.ts";
import { failureOf } from "../../helpers/sdk.ts";

describe("trading bot: signals of a keeper's journal", () => {
  it("reads the stances of the newest decision, whose text must fit its hash", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gimbal-bot-"));
    const file = join(folder, "keeper.db");
    const { journal: source, hashes } = await fixtureJournal();
    const journal = await Journal.open(file);
    for (const hash of hashes) {
      const record = (await source.decision(hash))!;
      const { market, vault } = await source.inputs(record);
      await journal.saveDecision(record, encodeSnapshot(market), encodeVault(vault).text);
    }
    await journal.close();
    const newest = (await source.decision(hashes.at(-1)!))!;
    const [btc, eth] = newest.assets.filter(({ stance }) => stance !== "stable");
    const stable = newest.assets.find(({ stance }) => stance === "stable")!;
    const tokens = [
      { symbol: "WBTC", address: btc!.token, decimals: 8 },
      { symbol: "WETH", address: eth!.token, decimals: 18 },
      { symbol: "USDC", address: stable.token, decimals: 6 },
    ];
    const about = { chainId: newest.chainId, vault: newest.vault, tokens };
    const set = await journalSignals(file, about)();
    expect(set).to.deep.equal({
      ...{ id: hashes.at(-1), asOf: newest.asOf, validUntil: newest.validUntil },
      signals: [
        { symbol: "WBTC", stance: btc!.stance },
        { symbol: "WETH", stance: eth!.stance },
      ],
    });
    await failureOf(SignalsInvalidError, () => journalSignals(file, { ...about, chainId: 1 })());

    const database = openSqliteFile(file);
    await database.run("UPDATE decisions SET record = REPLACE(record, '\"known\":', '\"known\": ')");
    await database.run(`UPDATE decisions SET record = REPLACE(record, '"epoch":', '"epoch":1')`);
    await database.close();
    await failureOf(SignalsInvalidError, () => journalSignals(file, about)());
    rmSync(folder, { recursive: true });
  });
});

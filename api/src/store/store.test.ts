import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { rejectionOf } from "../../../keeper/src/rejection.fixture.ts";
import { type Migration, Store } from "./store.ts";

const first: Migration = { id: "notes/1", statements: ["CREATE TABLE notes (text TEXT NOT NULL)"] };
const second: Migration = { id: "notes/2", statements: ["ALTER TABLE notes ADD COLUMN at BIGINT NOT NULL DEFAULT 7"] };

describe("Store", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-store-"));
  after(() => rmSync(folder, { recursive: true }));

  it("keeps what was written when it is opened again, and takes only the steps that are new", async () => {
    const path = join(folder, "store.db");
    const before = await Store.open(path, [first]);
    await before.database.run("INSERT INTO notes VALUES (?)", "kept");
    await before.close();
    const after = await Store.open(path, [first, second]);
    expect(await after.database.all("SELECT text, at FROM notes")).to.deep.equal([{ text: "kept", at: 7 }]);
    await after.close();
  });

  it("takes all of the new steps or none", async () => {
    const path = join(folder, "half.db");
    const broken: Migration = { id: "broken/1", statements: ["CREATE TABLE nonsense ("] };
    expect(await rejectionOf(Store.open(path, [first, broken]))).to.be.instanceOf(Error);
    const store = await Store.open(path, [first]);
    expect(await store.database.all("SELECT id FROM migrations")).to.deep.equal([{ id: "notes/1" }]);
    await store.close();
  });
});

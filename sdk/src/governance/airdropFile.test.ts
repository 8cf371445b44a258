import { expect } from "chai";
import { parseEther } from "viem";
import { buildAirdrop, formatAirdrop } from "./airdrop.ts";
import { AirdropFileInvalidError, findAirdropEntry, isInAirdrop, parseAirdropFile } from "./airdropFile.ts";

const accounts = Array.from({ length: 7 }, (_, index) => `0x${`${index + 1}`.repeat(40)}` as const);
const list = buildAirdrop(accounts.map((account, index) => ({ account, amount: parseEther(`${index + 1}`) })));

describe("sdk governance: files of airdrops", () => {
  it("reads what the builder writes", () => {
    expect(parseAirdropFile(JSON.parse(formatAirdrop(list)))).to.deep.equal(list);
  });

  it("checks every proof, and finds one that was changed", () => {
    for (const entry of list.entries) {
      expect(isInAirdrop(list.root, entry)).to.equal(true);
      expect(isInAirdrop(list.root, { ...entry, amount: entry.amount + 1n })).to.equal(false);
      expect(isInAirdrop(list.root, { ...entry, index: entry.index + 1 })).to.equal(false);
    }
  });

  it("finds an account in any spelling", () => {
    expect(findAirdropEntry(list, accounts[2]!)?.index).to.equal(2);
    expect(findAirdropEntry(list, `0x${"ab".repeat(20)}`)).to.equal(undefined);
  });

  it("names what is wrong with a file", () => {
    const file = JSON.parse(formatAirdrop(list)) as Record<string, unknown> & { entries: Record<string, unknown>[] };
    const refuses = (json: unknown, path: string) =>
      expect(() => parseAirdropFile(json)).to.throw(AirdropFileInvalidError, path);
    refuses(null, "airdrop");
    refuses({ ...file, root: "0x12" }, "root");
    refuses({ ...file, total: 5 }, "total");
    refuses({ ...file, entries: {} }, "entries");
    for (const [field, value] of [
      ["index", -1],
      ["account", "0x1"],
      ["amount", "1e18"],
      ["proof", "0x"],
      ["proof", ["0x1"]],
    ] as const) {
      refuses({ ...file, entries: [{ ...file.entries[0], [field]: value }] }, `entries[0].${field}`);
    }
  });
});

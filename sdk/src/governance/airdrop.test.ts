import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { concatHex, encodeAbiParameters, getAddress, type Hex, keccak256, pad, toHex } from "viem";
import {
  AirdropAccountDuplicateError,
  AirdropAccountInvalidError,
  AirdropAmountInvalidError,
  AirdropEmptyError,
  type AirdropEntry,
  AirdropHeaderInvalidError,
  AirdropLineInvalidError,
  AirdropTotalInvalidError,
  buildAirdrop,
  formatAirdrop,
  parseAirdropCsv,
} from "./airdrop.ts";

const ALICE = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const BOB = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const GIM = 10n ** 18n;
const csv = (...lines: string[]): string => ["account,amount", ...lines, ""].join("\n");

/** The root that an entry's proof leads to, computed as the contract does. */
function rootOf({ index, account, amount, proof }: AirdropEntry): Hex {
  const types = [{ type: "uint256" }, { type: "address" }, { type: "uint256" }] as const;
  const leaf = keccak256(keccak256(encodeAbiParameters(types, [BigInt(index), account, amount])));
  return proof.reduce((node, other) => keccak256(concatHex(node < other ? [node, other] : [other, node])), leaf);
}

describe("parseAirdropCsv", () => {
  it("default", () => {
    expect(parseAirdropCsv(csv(`${ALICE},12.5`, `${BOB},0.000000000000000001`))).to.deep.equal([
      { account: ALICE, amount: (25n * GIM) / 2n },
      { account: BOB, amount: 1n },
    ]);
  });

  it("behavior: takes Windows line ends, a byte order mark, a missing last line end and lower case", () => {
    const text = `\uFEFFaccount,amount\r\n${ALICE.toLowerCase()},7\r\n${BOB},8`;
    expect(parseAirdropCsv(text)).to.deep.equal([
      { account: ALICE, amount: 7n * GIM },
      { account: BOB, amount: 8n * GIM },
    ]);
  });

  it("error: no header", () => {
    expect(() => parseAirdropCsv(`${ALICE},1\n`)).to.throw(AirdropHeaderInvalidError, "account,amount");
    expect(() => parseAirdropCsv("")).to.throw(AirdropHeaderInvalidError);
  });

  it("error: nobody", () => {
    expect(() => parseAirdropCsv("account,amount\n")).to.throw(AirdropEmptyError);
  });

  for (const line of [ALICE, `${ALICE},1,2`, `${ALICE},1 `, ` ${ALICE},1`, ""]) {
    it(`error: a line "${line.replace(ALICE, "account")}"`, () => {
      expect(() => parseAirdropCsv(csv(`${BOB},1`, line, `${BOB},1`))).to.throw(AirdropLineInvalidError, "Line 3");
    });
  }

  for (const [what, account] of [
    ["too short", ALICE.slice(0, -1)],
    ["with a wrong checksum", ALICE.replace("C8", "c8")],
    ["zero", `0x${"0".repeat(40)}`],
    ["a name", "alice.eth"],
  ] as const) {
    it(`error: an account that is ${what}`, () => {
      expect(() => parseAirdropCsv(csv(`${account},1`))).to.throw(AirdropAccountInvalidError, "Line 2");
    });
  }

  it("error: an account that is there twice, in other letters too", () => {
    expect(() => parseAirdropCsv(csv(`${ALICE},1`, `${BOB},1`, `${ALICE.toLowerCase()},1`)))
      .to.throw(AirdropAccountDuplicateError, "Line 4")
      .with.property("firstLine", 2);
  });

  for (const [amount, reason] of [
    ["-1", "is negative"],
    ["0", "is zero"],
    ["0.000", "is zero"],
    ["1.0000000000000000001", "has 19 decimals"],
    ["1e3", "is no plain number"],
    ["1_000", "is no plain number"],
    [".5", "is no plain number"],
    ["1.", "is no plain number"],
    ["+1", "is no plain number"],
    ["", "is no plain number"],
    ["NaN", "is no plain number"],
    ["0x10", "is no plain number"],
  ] as const) {
    it(`error: the amount "${amount}" ${reason}`, () => {
      expect(() => parseAirdropCsv(csv(`${ALICE},${amount}`))).to.throw(AirdropAmountInvalidError, reason);
    });
  }
});

describe("buildAirdrop", () => {
  const rows = parseAirdropCsv(csv(`${ALICE},12.5`, `${BOB},100`));

  it("default", () => {
    const airdrop = buildAirdrop(rows, (225n * GIM) / 2n);
    expect(airdrop.total).to.equal((225n * GIM) / 2n);
    expect(airdrop.root).to.equal("0x36b4f448857ea15b54a440abe3f139ef0bc65f6a4a82bab9e9d22bb2f74e41ea");
    expect(airdrop.entries.map(({ index, account }) => [index, account])).to.deep.equal([
      [0, ALICE],
      [1, BOB],
    ]);
    for (const entry of airdrop.entries) expect(rootOf(entry)).to.equal(airdrop.root);
  });

  it("behavior: one account alone is its own root", () => {
    const { root, entries } = buildAirdrop(rows.slice(0, 1));
    expect(entries[0]!.proof).to.deep.equal([]);
    expect(rootOf(entries[0]!)).to.equal(root);
  });

  it("behavior: the order of the list counts", () => {
    expect(buildAirdrop(rows.toReversed()).root).to.not.equal(buildAirdrop(rows).root);
  });

  it("behavior: 10,000 accounts, whose tree is the one that OpenZeppelin reads back", () => {
    const many = Array.from({ length: 10_000 }, (_, k) => ({
      account: getAddress(pad(toHex(k + 1), { size: 20 })),
      amount: BigInt(k + 1) * GIM,
    }));
    const { root, total, entries } = buildAirdrop(many);
    expect(total).to.equal(50_005_000n * GIM);
    for (let k = 0; k < 10_000; k += 97) expect(rootOf(entries[k]!)).to.equal(root);
    const leaf: [string, string, string] = ["9999", many[9_999]!.account, `${many[9_999]!.amount}`];
    const types = ["uint256", "address", "uint256"];
    expect(StandardMerkleTree.verify(root, types, leaf, entries[9_999]!.proof)).to.equal(true);
    expect(StandardMerkleTree.verify(root, types, leaf, entries[9_998]!.proof)).to.equal(false);
  });

  it("error: nobody", () => {
    expect(() => buildAirdrop([])).to.throw(AirdropEmptyError);
  });

  it("error: another total than expected, or more than a wave can hold", () => {
    expect(() => buildAirdrop(rows, 113n * GIM)).to.throw(AirdropTotalInvalidError, "113000000000000000000");
    expect(() => buildAirdrop([{ account: ALICE, amount: 2n ** 96n }])).to.throw(AirdropTotalInvalidError, "at most");
    expect(buildAirdrop([{ account: ALICE, amount: 2n ** 96n - 1n }]).total).to.equal(2n ** 96n - 1n);
  });
});

describe("formatAirdrop", () => {
  it("default", () => {
    const airdrop = buildAirdrop(parseAirdropCsv(csv(`${ALICE},1`, `${BOB},2`)));
    const text = formatAirdrop(airdrop);
    const parsed = JSON.parse(text) as { root: Hex; total: string; entries: { amount: string; proof: Hex[] }[] };
    expect(parsed.root).to.equal(airdrop.root);
    expect(parsed.total).to.equal(`${3n * GIM}`);
    expect(parsed.entries.map(({ amount }) => amount)).to.deep.equal([`${GIM}`, `${2n * GIM}`]);
    expect(parsed.entries[1]!.proof).to.deep.equal(airdrop.entries[1]!.proof);
    expect(text.endsWith("}\n")).to.equal(true);
  });

  it("behavior: the same list gives the same bytes", () => {
    const build = () => formatAirdrop(buildAirdrop(parseAirdropCsv(csv(`${ALICE},1`, `${BOB},2`))));
    expect(build()).to.equal(build());
  });
});

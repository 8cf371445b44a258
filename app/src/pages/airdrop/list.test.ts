import { BaseError, findAirdropEntry, isInAirdrop } from "@gimbal/sdk";
import { formatAirdrop } from "@gimbal/sdk/airdrop";
import { expect } from "chai";
import { readList } from "./list.ts";

const ACCOUNT = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const TABLE = `account,amount\n${ACCOUNT},12.5\n0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC,1\n`;

describe("the list of an airdrop", () => {
  it("is read as a table and as the file with proofs, with the same root", async () => {
    const table = await readList(TABLE);
    const file = await readList(`\n${formatAirdrop(table)}`);
    expect(file).to.deep.equal(table);
    const entry = findAirdropEntry(file, ACCOUNT);
    expect(entry?.amount).to.equal(12_500_000_000_000_000_000n);
    expect(entry !== undefined && isInAirdrop(file.root, entry)).to.equal(true);
  });

  it("is refused in words when it is something else", async () => {
    for (const text of ["", "hello", '{"root":', "{}", "account,amount\n0x12,1"]) {
      const error = await readList(text).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error, text).to.be.instanceOf(BaseError);
    }
  });
});

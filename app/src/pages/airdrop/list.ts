import { type Airdrop, AirdropFileInvalidError, parseAirdropFile } from "@gimbal/sdk";

/**
 * Reads a list as it was loaded or pasted: the file with proofs that the builder writes, or the table of accounts and amounts,
 * of which the proofs are made here. Throws an error of the SDK, whose words say what is wrong and in which line.
 */
export async function readList(text: string): Promise<Airdrop> {
  if (text.trimStart().startsWith("{")) return parseAirdropFile(parseJson(text));
  // The tree's library is fetched only by whoever brings a table.
  const { buildAirdrop, parseAirdropCsv } = await import("@gimbal/sdk/airdrop");
  return buildAirdrop(parseAirdropCsv(text.trim()));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AirdropFileInvalidError("airdrop", "is not JSON to its end");
  }
}

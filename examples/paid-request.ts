// Asks the API, and pays for the answer with a signed receipt when it is not free. Credits must be in the account's meter.
//   GIMBAL_WALLET_KEY=0x... node examples/paid-request.ts http://127.0.0.1:8788/v1/trader-grades
import { fileURLToPath } from "node:url";
import { getUsageReceiptTypedData } from "@gimbal/sdk";
import { type Address, type Hex, isHex, type LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const GOOD_FOR = 86_400; // {s} beyond what the service asks for: it has to be settled within

/** What of a 402 is signed. */
type Quote = {
  chainId: number;
  contract: Address;
  id: string;
  units: number;
  asset: string;
  nonce: string;
  leastValidUntil: number;
};

/** An answer, paid for if need be. `most` {credits}: nothing dearer is signed. */
export async function paidRequest(
  url: string,
  account: Pick<LocalAccount, "address" | "signTypedData">,
  most: number,
  ask: (url: string, init: RequestInit) => Promise<Response> = fetch,
): Promise<Response> {
  const first = await ask(url, { headers: { "gimbal-account": account.address } });
  if (first.status !== 402) return first;
  const { chainId, contract, id, units, asset, nonce, leastValidUntil } = (await first.json()) as Quote;
  if (units > most) throw new Error(`This answer costs ${units} credits.`);
  const numbers = { id: BigInt(id), asset: BigInt(asset), nonce: BigInt(nonce), units };
  const receipt = { account: account.address, ...numbers, validUntil: leastValidUntil + GOOD_FOR };
  const typed = getUsageReceiptTypedData({ chainId, accessPass: contract }, receipt);
  const signature = await account.signTypedData(typed);
  // Numbers of 256 bits travel as texts.
  const json = JSON.stringify({ chainId, contract, ...receipt, id, asset, nonce, signature });
  return ask(url, { headers: { "gimbal-receipt": Buffer.from(json).toString("base64url") } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [url] = process.argv.slice(2);
  const key = process.env["GIMBAL_WALLET_KEY"] ?? "";
  if (url === undefined || !isHex(key)) throw new Error("Give the URL, and a key in GIMBAL_WALLET_KEY.");
  const answer = await paidRequest(url, privateKeyToAccount(key as Hex), 10);
  console.log(answer.headers.get("gimbal-charge") ?? "free of charge");
  console.log(await answer.text());
}

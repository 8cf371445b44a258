// Gas of one real transaction in a block of its own, so that every account and slot starts cold, as on a live chain.
import type { ContractTransactionResponse } from "ethers";
import { getBytes } from "ethers";

const TRANSACTION_GAS = 21_000;
const ZERO_BYTE_GAS = 4;
const BYTE_GAS = 16;
const FLOOR_GAS = 10; // EIP-7623: per token, of which a byte has one when zero, else four

/** Gas of the whole transaction, as its sender pays it. */
export async function txGas(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const receipt = await (await sent).wait();
  if (receipt === null) throw new Error("a transaction was not mined");
  return Number(receipt.gasUsed);
}

/** What the transaction executed: gas used without its base cost and its calldata. */
export async function execGas(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const response = await sent;
  const receipt = await response.wait();
  if (receipt === null) throw new Error(`transaction ${response.hash} was not mined`);

  const data = getBytes(response.data);
  const zeros = data.filter((byte) => byte === 0).length;
  const others = data.length - zeros;
  const used = Number(receipt.gasUsed);
  // A transaction that pays the floor says nothing about what it executed.
  const floor = TRANSACTION_GAS + FLOOR_GAS * (zeros + 4 * others);
  if (used <= floor) throw new Error(`transaction ${response.hash} pays the calldata floor`);

  return used - TRANSACTION_GAS - ZERO_BYTE_GAS * zeros - BYTE_GAS * others;
}

import { decodeRevertData } from "@gimbal/sdk";
import { type Hex, keccak256, parseTransaction, toHex } from "viem";
import type { Receipt, TransactionPort } from "./port.ts";

/** A chain of one account: what is sent is mined when `mine` says so. */
export class FakeChain implements TransactionPort {
  now = 1_000;
  base = 10n;
  tip = 2n;
  block = 100n;
  nonce = 7;
  mining: "at once" | "never" = "at once";
  succeeds = true;
  sent: Hex[] = [];
  receipts = new Map<Hex, Receipt>();
  refusal: Hex | null = null;

  async time() {
    return this.now;
  }
  async simulate() {
    if (this.refusal !== null) throw decodeRevertData(this.refusal);
    return 100_000n;
  }
  async explain() {
    return "The rebalance is still cooling down.";
  }
  async balance() {
    return 10n ** 18n;
  }
  async nonces() {
    return { latest: this.nonce, pending: this.nonce };
  }
  async fees() {
    return { base: this.base, tip: this.tip };
  }
  async send(raw: Hex) {
    const { nonce = 0 } = parseTransaction(raw);
    if (nonce < this.nonce) throw new Error("nonce too low");
    this.sent.push(raw);
    if (this.mining === "at once") this.mine(raw);
  }
  async receipt(hash: Hex) {
    return this.receipts.get(hash) ?? null;
  }
  async height() {
    return this.block;
  }
  mine(raw: Hex) {
    this.block++;
    this.nonce++;
    const place = { block: this.block, blockHash: keccak256(toHex(this.block)) };
    this.receipts.set(keccak256(raw), { succeeded: this.succeeds, ...place, gasUsed: 90_000n, gasPrice: 12n });
  }
}

import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type AddressLike, type ContractTransactionResponse, MaxUint256, resolveAddress, Signature } from "ethers";
import { SCORE_TIERS } from "../../sdk/src/governance/tiers.ts";
import {
  type AccessPass,
  AccessPass__factory,
  ScoreRegistry__factory,
  VotingEscrow__factory,
} from "../../typechain-types/index.js";

/** Credits for signals. */
export const SIGNALS = 1n;
/** {raw currency} of a credit, the least that the pass admits. */
export const CREDIT_PRICE = 100n;
/** {raw currency} that an asset earns by a credit that was used with it: 40% of the price. */
export const EARNED_A_CREDIT = 40n;

const RECEIPT = {
  UsageReceipt: [
    { name: "account", type: "address" },
    { name: "id", type: "uint256" },
    { name: "asset", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "units", type: "uint32" },
    { name: "validUntil", type: "uint48" },
  ],
};
const NEVER = 2n ** 48n - 1n;

/** What a pass is made of. */
export interface PassParts {
  usdc: AddressLike;
  gim: AddressLike;
  registry: AddressLike;
  splitter: AddressLike;
}

/** A pass that sells credits for signals in both currencies, over scores of its own; `owner` may change its prices. */
export async function deployPass(
  owner: HardhatEthersSigner,
  { usdc, gim, registry, splitter }: PassParts,
): Promise<AccessPass> {
  const escrow = await new VotingEscrow__factory(owner).deploy(gim, owner, owner);
  const scores = await new ScoreRegistry__factory(owner).deploy(escrow, owner, [...SCORE_TIERS]);
  const pass = await new AccessPass__factory(owner).deploy(usdc, gim, registry, scores, splitter, owner, "ipfs://{id}");
  await pass.setCreditPrice(SIGNALS, CREDIT_PRICE, CREDIT_PRICE);
  return pass;
}

/** A token of which anybody can have as much as he wants. */
interface Mintable {
  connect(account: HardhatEthersSigner): Mintable;
  getAddress(): Promise<string>;
  mint(account: AddressLike, amount: bigint): Promise<ContractTransactionResponse>;
  approve(spender: AddressLike, amount: bigint): Promise<ContractTransactionResponse>;
}

/** Who uses which asset of the registry, and what he pays with. */
export interface Use {
  payer: HardhatEthersSigner;
  currency: Mintable;
  asset: bigint;
  units: bigint;
}

/** Buys credits, loads them, signs a receipt for a use of the asset and settles it, as a service and its client do. */
export async function useAsset(pass: AccessPass, { payer, currency, asset, units }: Use): Promise<void> {
  const account = await payer.getAddress();
  const as = pass.connect(payer);
  await currency.mint(account, units * CREDIT_PRICE);
  await currency.connect(payer).approve(pass, MaxUint256);
  await as.buyCredits(SIGNALS, units, currency.getAddress(), MaxUint256, account);
  await as.load(SIGNALS, units);

  const chainId = (await payer.provider?.getNetwork())?.chainId;
  const domain = { name: "Gimbal AccessPass", version: "1", chainId, verifyingContract: await resolveAddress(pass) };
  // What was used so far grows with every receipt, so no nonce comes twice.
  const { used } = await pass.supplyOf(SIGNALS);
  const terms = { nonce: used, units, validUntil: NEVER };
  const signature = await payer.signTypedData(domain, RECEIPT, { account, id: SIGNALS, asset, ...terms });
  const { r, yParityAndS: vs } = Signature.from(signature);
  await pass.settle([{ account, id: SIGNALS, asset, receipts: [{ ...terms, r, vs }] }]);
}

import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { SCORE_TIERS } from "../../sdk/src/governance/tiers.ts";
import {
  KeeperRegistry__factory,
  type SaleRound,
  SaleRound__factory,
  SaleRoundFactory__factory,
  TokenMock__factory,
} from "../../typechain-types/index.js";
import { addressOf } from "./assets.ts";
import { type Chain, DAY, deployScores } from "./scores.ts";

/** One US dollar in raw payment tokens. */
export const USD = 10n ** 6n;
/** One whole sale token. */
export const ONE = 10n ** 18n;

/** Order of the contract's SaleStatus. */
export const STATUS = { announced: 0, funded: 1, open: 2, succeeded: 3, missed: 4, lapsed: 5, cancelled: 6 };

/** Ten buyers, one of each tier, and a factory of sales. People 10 and on have no tier; 11 gets fees, 12 issues. */
export async function deploySales(chain: Chain) {
  const scores = await deployScores(chain);
  const { owner, guardian, people, registry, now, lockForScore } = scores;
  const buyers = people.slice(0, 10) as HardhatEthersSigner[];
  const [stranger, feeReceiver, issuer] = people.slice(10) as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
  ];
  for (const [index, { minScore }] of SCORE_TIERS.entries()) await lockForScore(buyers[index]!, minScore);
  const keepers = await new KeeperRegistry__factory(owner).deploy(owner, guardian);
  const factory = await new SaleRoundFactory__factory(owner).deploy(owner, registry, keepers, feeReceiver);
  const pay = await new TokenMock__factory(owner).deploy("US dollar", "USD", 6);
  const sold = await new TokenMock__factory(owner).deploy("Sold token", "SOLD", 18);

  const snapshot = await now();
  const terms = {
    issuer: issuer.address,
    paymentToken: await addressOf(pay),
    saleToken: await addressOf(sold),
    hardCap: 50_000n * USD,
    softCap: 10_000n * USD,
    saleAmount: 1_000_000n * ONE,
    snapshot,
    start: snapshot + 2n * DAY,
    end: snapshot + 5n * DAY,
    cliff: 30n * DAY,
    vesting: 300n * DAY,
    feeBps: 250n,
  };
  type Terms = typeof terms;

  const announce = async (changes: Partial<Terms> = {}): Promise<SaleRound> => {
    await factory.createRound({ ...terms, ...changes });
    const [address] = await factory.rounds((await factory.roundCount()) - 1n, 1);
    return SaleRound__factory.connect(address!, owner);
  };
  const fund = async (round: SaleRound, amount = terms.saleAmount) => {
    await sold.mint(issuer, amount);
    await sold.connect(issuer).approve(round, amount);
    await round.connect(issuer).fund();
  };
  /** A funded sale whose last tier is in. */
  const open = async (changes: Partial<Terms> = {}): Promise<SaleRound> => {
    const round = await announce(changes);
    await fund(round, changes.saleAmount);
    await chain.networkHelpers.time.increaseTo((changes.start ?? terms.start) + DAY);
    return round;
  };
  const bring = async (round: SaleRound, buyer: HardhatEthersSigner, amount: bigint) => {
    await pay.mint(buyer, amount);
    await pay.connect(buyer).approve(round, amount);
  };
  const commit = async (round: SaleRound, buyer: HardhatEthersSigner, amount: bigint) => {
    await bring(round, buyer, amount);
    return round.connect(buyer).commit(amount);
  };
  return {
    ...{ ...scores, buyers, stranger, feeReceiver, issuer, keepers, factory, pay, sold, terms },
    ...{ announce, fund, open, bring, commit },
  };
}

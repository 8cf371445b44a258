// What owners of strategies, holders of their shares and readers of grades pay.
import { id as keccakOf, type TransactionResponse } from "ethers";
import type { Address, Hex } from "viem";
import { decisionHashOf, type GradedRecord, gradeProof, gradesRoot } from "../../sdk/src/grades.ts";
import { useAsset } from "../../test/helpers/accessPass.ts";
import { equalWeights, propose } from "../../test/helpers/protocol.ts";
import { deployStrategies, KIND, lockToken, RESERVE, SUPPLY } from "../../test/helpers/strategies.ts";
import { GradeBook__factory, IndexVault__factory } from "../../typechain-types/index.js";
import type { Measurements } from "../snapshot.ts";
import { txGas } from "./measure.ts";
import { buildWorld, DAY, ethers, pass, prepareCreation, time } from "./world.ts";

const ROUNDS = 30;
const URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";

/** The author had a token before; a holder had royalties, the bidders and the winner had what they get. */
export async function measureStrategies(into: Measurements): Promise<void> {
  const world = await deployStrategies(await ethers.getSigners());
  const { registry, factory, fees, usdc, receiver, author, alice, bob, carol, payer } = world;
  const open = () => registry.register(KIND.strategy, URI, keccakOf("first"), 2_000, 500);
  into["register a strategy, tx"] = await txGas(open());
  into["publish a version of a strategy, tx"] = await txGas(registry.publish(1, URI, keccakOf("second")));
  await lockToken(world, author, 2n);
  await open();
  await registry.approve(factory, 3);
  const lock = factory.lock(3, "Other shares", "OTH", SUPPLY, RESERVE, usdc);
  into["lock a strategy in shares, tx"] = await txGas(lock);

  const shares = await lockToken(world, author);
  await shares.transfer(alice, SUPPLY / 4n);
  const bringRound = async () => {
    await fees.mint(receiver, 10n ** 18n);
    await time.increase(DAY);
    return shares.harvest(fees);
  };
  await bringRound();
  await shares.claim(alice, fees, 1);
  into["harvest royalties, tx"] = await txGas(bringRound());
  into["claim royalties of 1 round, tx"] = await txGas(shares.claim(alice, fees, 1));
  for (let k = 0; k < ROUNDS; k++) await bringRound();
  into[`claim royalties of ${ROUNDS} rounds, tx`] = await txGas(shares.claim(alice, fees, ROUNDS));
  await useAsset(world.pass, { payer, currency: usdc, asset: 1n, units: 10n });
  into["harvest what the use of a strategy earned, tx"] = await txGas(shares.harvest(usdc));

  for (const bidder of [bob, carol]) {
    await usdc.mint(bidder, 9n * RESERVE);
    await usdc.connect(bidder).approve(shares, 9n * RESERVE);
    await registry.connect(bidder).register(KIND.strategy, URI, keccakOf("own"), 0, 0);
  }
  into["bid in a buy-out, the first, tx"] = await txGas(shares.connect(bob).bid(RESERVE));
  into["bid in a buy-out, above another, tx"] = await txGas(shares.connect(carol).bid(2n * RESERVE));
  await time.increase(7 * DAY);
  await fees.mint(receiver, 10n ** 18n);
  into["settle a buy-out with royalties of 1 token, tx"] = await txGas(shares.settle([await fees.getAddress()]));
}

interface Step {
  depth: number;
  gas: string;
  gasCost: string;
}

/** What a call executed, from its first step to its last: a proof's bytes cost a transaction more than its checking. */
async function steppedGas({ hash }: TransactionResponse): Promise<number> {
  const options = { disableMemory: true, disableStack: true, disableStorage: true };
  const { structLogs }: { structLogs: Step[] } = await ethers.provider.send("debug_traceTransaction", [hash, options]);
  const steps = structLogs.filter(({ depth }) => depth === 1);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`transaction ${hash} executed nothing`);
  return Number(first.gas) - Number(last.gas) + Number(last.gasCost);
}

/** A decision about ten tokens, proven while it is the newest and after it was remembered. */
export async function measureGrades(into: Measurements): Promise<void> {
  const size = 10;
  const world = await buildWorld(size);
  const { params, vault } = await prepareCreation(world);
  await world.factory.connect(world.holder).createIndex(params);
  await pass(world, DAY, 1);
  const index = IndexVault__factory.connect(vault, world.holder);
  const book = await new GradeBook__factory(world.owner).deploy(world.factory);

  const assets = world.tokens.map(({ address }, k) => ({
    token: address as Address,
    traderGrade: k,
    investorGrade: k,
  }));
  const record: GradedRecord = { chainId: 31_337, vault: vault as Address, epoch: 1, assets };
  const content = keccakOf("a record") as Hex;
  const weights = equalWeights(size).map((weight, k) => weight + (k % 2 === 0 ? 10 : -10));
  await propose(world, index, { weights, decisionHash: decisionHashOf(content, gradesRoot(record)), epoch: 1 });

  const { grade, proof } = gradeProof(record, assets[3]?.token as Address);
  const verify = async () => {
    const call = await book.verifyGrade.populateTransaction(vault, 1, content, grade, proof);
    return steppedGas(await world.owner.sendTransaction(call));
  };
  into[`verify a grade of ${size} by the newest decision, exec`] = await verify();
  into["remember a decision, tx"] = await txGas(book.remember(vault));
  into[`verify a grade of ${size} by a remembered decision, exec`] = await verify();
}

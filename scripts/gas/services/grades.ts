// What a contract pays to believe a token's grade: the proof in a decision about the largest basket there is.

import { type Address, keccak256, pad, toHex } from "viem";
import { decisionHashOf, type GradedRecord, gradeProof, gradesRoot } from "../../../sdk/src/grades.ts";
import { equalWeights, propose } from "../../../test/helpers/protocol.ts";
import { GradeBook__factory } from "../../../typechain-types/index.js";
import type { Measurements } from "../../snapshot.ts";
import { execGas, txGas } from "../measure.ts";
import { buildWorld, DAY, pass, prepareCreation, settleIn } from "../world.ts";

const BASKET = 10;
const ASSETS = 128;

export async function measureGrades(into: Measurements): Promise<void> {
  const world = await buildWorld(BASKET);
  const { params, vault: created } = await prepareCreation(world);
  await (await world.factory.connect(world.holder).createIndex(params)).wait();
  const { vault } = await settleIn(world, created);
  await pass(world, DAY, 1);
  const book = await new GradeBook__factory(world.other).deploy(world.factory);

  const token = (k: number): Address => pad(toHex(k + 1), { size: 20 });
  const record: GradedRecord = {
    ...{ chainId: 31_337, vault: (await vault.getAddress()) as Address, epoch: 1 },
    assets: Array.from({ length: ASSETS }, (_, k) => ({ token: token(k), traderGrade: k % 101, investorGrade: null })),
  };
  const contentHash = keccak256("0x01");
  const decisionHash = decisionHashOf(contentHash, gradesRoot(record));
  await propose(world, vault, { weights: equalWeights(BASKET), decisionHash });

  const { epoch, grade, proof } = gradeProof(record, token(ASSETS - 1));
  const call = await book.verifyGrade.populateTransaction(vault, epoch, contentHash, grade, proof);
  into[`verify a grade of ${ASSETS} of the present epoch, exec`] = await execGas(world.other.sendTransaction(call));
  into["remember a decision, tx"] = await txGas(book.remember(vault));
  into[`verify a grade of ${ASSETS} of a remembered epoch, exec`] = await execGas(world.other.sendTransaction(call));
}

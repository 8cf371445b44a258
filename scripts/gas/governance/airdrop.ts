// What claiming from a list of a million accounts costs: proofs of 20 nodes.
import { MaxUint256 } from "ethers";
import { deepProofs, leafOf } from "../../../test/helpers/airdrop.ts";
import { MerkleAirdrop__factory } from "../../../typechain-types/index.js";
import type { Measurements } from "../../snapshot.ts";
import { txGas } from "../measure.ts";
import { buildGovernance, DAY, gim, people, time, WEEK, weekStart } from "./world.ts";

const DEPTH = 20;
const LIQUID = 256n; // index in the list: a word of the bitmap that nobody has used
const LOCKED = 512n;

export async function measureAirdrop(into: Measurements): Promise<void> {
  const governed = await buildGovernance();
  const { owner, token, escrow } = governed;
  const [liquid, locker, other] = people(governed, 3);
  const airdrop = await new MerkleAirdrop__factory(owner).deploy(escrow, owner, owner);
  await escrow.setDepositor(airdrop, true);
  await token.approve(airdrop, MaxUint256);
  await airdrop.fundBonus(gim(1_000_000));

  const amount = gim(1_000);
  const leaves = [leafOf(LIQUID, liquid.address, amount), leafOf(LOCKED, locker.address, amount)] as const;
  const { root, proofs } = deepProofs(leaves, DEPTH);
  const [liquidProof = [], lockedProof = []] = proofs;
  const start = (await time.latest()) + DAY;
  await airdrop.createWave(root, gim(1_000_000), start, start + 200 * DAY, start + 365 * DAY);
  await time.increaseTo(start + WEEK);

  // All who lock for a year in one week end in the same week: the first of them pays for its slot.
  await escrow.connect(other).lock(gim(1_000), await weekStart(52));

  into["claim an airdrop, tx"] = await txGas(airdrop.connect(liquid).claim(LIQUID, amount, liquidProof));
  into["claim an airdrop into a lock with bonus, tx"] = await txGas(
    airdrop.connect(locker).claimAndLock(LOCKED, amount, lockedProof, 52, 0),
  );
  await time.increase(WEEK);
  into["release what vested of an airdrop, tx"] = await txGas(airdrop.release(0, liquid));
}

// What stakers do, in whole transactions: the design's targets count base cost and calldata too.
import { MaxUint256 } from "ethers";
import type { Measurements } from "../../snapshot.ts";
import { txGas } from "../measure.ts";
import { buildGovernance, type Governed, gim, people, time, WEEK, weekStart } from "./world.ts";

/** The second lock of a week finds the week's slot in use; the first does not. Others have locked before. */
async function measureLocking(governed: Governed, into: Measurements): Promise<void> {
  const { escrow } = governed;
  const [other, first, second] = people(governed, 3);
  await escrow.connect(other).lock(gim(1_000), await weekStart(10));
  await time.increase(WEEK);
  const end = await weekStart(30);
  into["lock in a new week, tx"] = await txGas(escrow.connect(first).lock(gim(1_000), end));
  into["lock, tx"] = await txGas(escrow.connect(second).lock(gim(1_000), end));
  await time.increase(WEEK);
  into["top up a lock, tx"] = await txGas(escrow.connect(first).lock(gim(500), 0));
  into["extend a lock, tx"] = await txGas(escrow.connect(first).lock(0, end + 3 * WEEK));
  into["make a lock permanent, tx"] = await txGas(escrow.connect(first).setPermanent(true));
  await time.increase(WEEK);
  into["end the permanence of a lock, tx"] = await txGas(escrow.connect(first).setPermanent(false));
}

async function measureDelegation(governed: Governed, into: Measurements): Promise<void> {
  const { escrow } = governed;
  const [other, first, second, third] = people(governed, 4);
  await escrow.connect(third).lock(gim(1_000), await weekStart(20));
  into["delegate, first to a delegate, tx"] = await txGas(escrow.connect(first).delegate(third));
  into["delegate, second to a delegate, tx"] = await txGas(escrow.connect(second).delegate(third));
  await time.increase(WEEK);
  into["top up a delegated lock, tx"] = await txGas(escrow.connect(first).lock(gim(500), 0));
  into["delegate to another, tx"] = await txGas(escrow.connect(first).delegate(other));
  into["delegate back to oneself, tx"] = await txGas(escrow.connect(first).delegate(first));
}

async function measureLeaving(governed: Governed, into: Measurements): Promise<void> {
  const { escrow } = governed;
  const [other, first, second] = people(governed, 3);
  await time.increase(WEEK);
  into["exit early, tx"] = await txGas(escrow.connect(first).earlyExit(MaxUint256));
  await time.increase(45 * WEEK);
  into["withdraw, tx"] = await txGas(escrow.connect(other).withdraw());
  into["withdraw a delegated lock, tx"] = await txGas(escrow.connect(second).withdraw());
}

export async function measureEscrow(into: Measurements): Promise<void> {
  const governed = await buildGovernance();
  await measureLocking(governed, into);
  await measureDelegation(governed, into);
  await measureLeaving(governed, into);
}

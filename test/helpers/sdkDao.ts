import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";
import { ZeroAddress } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Address, getAddress, parseEther } from "viem";
import { buildAirdrop, formatAirdrop } from "../../sdk/src/governance/airdrop.ts";
import {
  IndexGovernor__factory,
  IndexTimelock__factory,
  MerkleAirdrop__factory,
  OptimisticModule__factory,
} from "../../typechain-types/index.js";
import { viemClient } from "./sdk.ts";
import { deployStaking } from "./sdkGovernance.ts";

const DAY = 86_400;

/** Each of the two accounts on the list gets this. */
export const GRANT = parseEther("40000000");

/** What the governor starts with here: ten percent of the supply, never below ten million. */
export const CONFIG = {
  votingDelay: 2 * DAY,
  votingPeriod: 7 * DAY,
  lateQuorumExtension: 2 * DAY,
  proposalThreshold: parseEther("1000000"),
  quorumPercent: 10,
  quorumFloor: parseEther("10000000"),
  quorumCap: parseEther("100000000"),
  launchGate: parseEther("20000000"),
};

/** Staking with a DAO on top, which owns the protocol, and an airdrop of one wave for the holder and the signer. */
export async function deployDao(ethers: HardhatEthers, provider: EthereumProvider, helpers: NetworkHelpers) {
  const stage = await deployStaking(ethers, provider);
  const { owner, protocol, contracts, holder, signer } = stage;
  const [, , , , , , guardian] = await ethers.getSigners();
  if (!guardian) throw new Error("the simulated network has too few accounts");
  const { gim, escrow, scores } = contracts;

  const timelock = await new IndexTimelock__factory(owner).deploy(2 * DAY, [], [ZeroAddress], owner);
  const keepers = protocol.keeperRegistry;
  const governor = await new IndexGovernor__factory(owner).deploy(escrow, timelock, scores, keepers, CONFIG);
  const module = await new OptimisticModule__factory(owner).deploy(timelock, governor, escrow, keepers);
  const airdrop = await new MerkleAirdrop__factory(owner).deploy(escrow, owner, timelock);
  for (const role of [await timelock.PROPOSER_ROLE(), await timelock.CANCELLER_ROLE()]) {
    for (const account of [governor, module]) await timelock.grantRole(role, account);
  }
  const start = (await helpers.time.latest()) + DAY;
  const list = buildAirdrop([holder, signer.account.address].map((account) => ({ account, amount: GRANT })));
  await escrow.setDepositor(airdrop, true);
  await gim.approve(airdrop, 2n ** 256n - 1n);
  await airdrop.createWave(list.root, list.total, start, start + 180 * DAY, start + 365 * DAY);
  await airdrop.fundBonus(parseEther("15000000"));
  await keepers.connect(owner).setGuardian(guardian, start + 300 * DAY);

  const owned = [protocol.assetRegistry, protocol.factory, keepers, contracts.sales, contracts.distributor];
  for (const contract of owned) await contract.connect(owner).transferOwnership(timelock);
  await helpers.impersonateAccount(await timelock.getAddress());
  await helpers.setBalance(await timelock.getAddress(), parseEther("1"));
  const asTimelock = await ethers.getSigner(await timelock.getAddress());
  for (const contract of owned) await contract.connect(asTimelock).acceptOwnership();
  await helpers.stopImpersonatingAccount(await timelock.getAddress());

  const at = async (contract: { getAddress(): Promise<string> }): Promise<Address> =>
    getAddress(await contract.getAddress());
  return {
    ...stage,
    list: JSON.parse(formatAirdrop(list)) as unknown,
    governor: await at(governor),
    module: await at(module),
    timelock: await at(timelock),
    airdrop: await at(airdrop),
    assetRegistry: await at(protocol.assetRegistry),
    keeperRegistry: await at(keepers),
    saleFactory: await at(contracts.sales),
    contracts: { ...contracts, governor, module, timelock, airdrop },
    guardian: { client: viemClient(provider, getAddress(guardian.address)), address: getAddress(guardian.address) },
  };
}

export type Dao = Awaited<ReturnType<typeof deployDao>>;

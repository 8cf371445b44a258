import { expect } from "chai";
import { network } from "hardhat";
import { type Address, createPublicClient, custom, type PublicClient } from "viem";
import { type CheckedVault, laws } from "../../scripts/invariants.ts";
import type { IndexVault } from "../../typechain-types/index.js";
import { mixedTokens } from "../helpers/market.ts";
import { createIndex, deployProtocol, equalWeights, mintShares, type Protocol, propose } from "../helpers/protocol.ts";

const { ethers, networkHelpers, provider } = await network.create();
const ONE_SHARE = 10n ** 18n;
const DAY = 86_400;

/** An index with two holders, a deferred leg, accrued fees, distributed fees and an epoch. */
async function lifeOfAVault(): Promise<{ protocol: Protocol; vault: IndexVault; client: PublicClient }> {
  const [owner, guardian, creator, holder] = await ethers.getSigners();
  const protocol = await deployProtocol({ tokens: mixedTokens(5), owner: owner!, guardian: guardian! });
  const fees = { streamingRate: 10n ** 9n, mintFeeBps: 30, recipient: creator!.address };
  const vault = await createIndex(protocol, { creator: creator!, fees });

  await mintShares(protocol, vault, holder!, 7n * ONE_SHARE + 1n);
  await propose(protocol, vault, { weights: equalWeights(5) });
  await networkHelpers.time.increase(3 * DAY);
  await vault.distributeFees();
  const nonce = await vault.basketNonce();
  await vault.connect(holder!).redeem(3n * ONE_SHARE, holder!, holder!, [], 0b10n, nonce);
  await networkHelpers.time.increase(DAY);
  await networkHelpers.mine();

  const client = createPublicClient({ transport: custom(provider) });
  return { protocol, vault, client };
}

async function problemsOf(id: string, checked: CheckedVault): Promise<string[]> {
  const law = laws.find((candidate) => candidate.id === id);
  if (law === undefined) throw new Error(`there is no law ${id}`);
  return law.check(checked);
}

describe("check-invariants", () => {
  async function checked(vault: IndexVault, client: PublicClient, firstBlock = 0n): Promise<CheckedVault> {
    const address = (await vault.getAddress()) as Address;
    return { client, address, firstBlock, blockNumber: await client.getBlockNumber({ cacheTime: 0 }) };
  }

  it("finds nothing wrong with a vault in the middle of its life", async () => {
    const { vault, client } = await networkHelpers.loadFixture(lifeOfAVault);

    for (const { id } of laws) expect(await problemsOf(id, await checked(vault, client)), id).to.deep.equal([]);
  });

  it("names the token that a vault is short of", async () => {
    const { protocol, vault, client } = await networkHelpers.loadFixture(lifeOfAVault);
    const [{ token }] = protocol.tokens as [Protocol["tokens"][number]];
    const address = await vault.getAddress();
    await networkHelpers.impersonateAccount(address);
    await networkHelpers.setBalance(address, 10n ** 18n);
    // More than the rounding of its books in the vault's favour.
    await token.connect(await ethers.getSigner(address)).transfer(protocol.owner, 1_000n);

    const problems = await problemsOf("INV-01", await checked(vault, client));

    expect(problems).to.have.length(1);
    expect(problems[0]).to.include(await token.getAddress());
  });

  it("notices shares that nobody minted", async () => {
    const { vault, client } = await networkHelpers.loadFixture(lifeOfAVault);
    // Reading from a later block hides the transfers before it, as if the balances had been made up.
    const { blockNumber, ...rest } = await checked(vault, client);

    const problems = await problemsOf("INV-02", { ...rest, firstBlock: blockNumber, blockNumber });

    expect(problems.join()).to.include("are not the supply");
  });
});

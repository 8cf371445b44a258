import { expect } from "chai";
import { network } from "hardhat";
import { zeroAddress, zeroHash } from "viem";
import {
  ArgumentInvalidError,
  BalanceTooSmallError,
  buyCredits,
  buyListed,
  ContractError,
  cancelListing,
  getCredits,
  getListing,
  getListings,
  getRequirements,
  getStrategy,
  type ListForSaleParameters,
  listForSale,
  publishVersion,
  quoteListing,
} from "../../sdk/src/index.ts";
import { StrategyRegistry__factory } from "../../typechain-types/index.js";
import { failureOf, fulfil, now, tokenBalance } from "../helpers/sdk.ts";
import {
  deployServicesWorld,
  FIRST_HASH,
  register,
  SECOND_HASH,
  type ServicesWorld,
  SIGNAL_PRICE,
  sendOnly,
  sentenceOf,
  USD,
} from "../helpers/sdkServices.ts";

const { ethers, networkHelpers, provider } = await network.create();

const DAY = 86_400n;
const PRICE = 1_000n * USD;
const UNIT = 3n * USD;

/** Token 1 of the holder, who is its author, and 100 credits for signals in his wallet. */
async function deployed() {
  const world = await deployServicesWorld(ethers, provider);
  const { client, pass, usdc } = world;
  await register(world, client);
  await fulfil(client, await buyCredits(client, { pass, service: "signals", units: 100n, currency: usdc }));
  return world;
}

type Change = Partial<ListForSaleParameters>;

async function offer({ client, market, usdc }: ServicesWorld, change: Change = {}) {
  const until = (await now(client)) + DAY;
  const strategy = { kind: "strategy", id: 1n, unitPrice: PRICE, currency: usdc, until } as const;
  return listForSale(client, { market, ...strategy, ...change });
}

const CREDITS = { kind: "credits", id: 1n, units: 100n, unitPrice: UNIT } as const;

async function listed(world: ServicesWorld, change: Change = {}): Promise<bigint> {
  const action = await offer(world, change);
  await fulfil(world.client, action);
  return BigInt((await getListings(world.client, { market: world.market })).total);
}

describe("sdk: the market of strategies and credits", () => {
  it("offers a strategy with an approval for it alone, and sells it with royalty and fee", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, market, usdc, holder, second, signer, splitter } = world;
    const action = await offer(world);
    const [approval, ...more] = await getRequirements(client, action);
    expect(approval).to.include({ kind: "approval", token: registry, spender: market, amount: 1n, part: 1n });
    expect(more).to.deep.equal([]);
    await fulfil(client, action);
    expect(await action.getRequirements(), "approved now").to.deep.equal([]);

    const { listing } = await getListing(client, { market, listingId: 1n });
    expect(listing).to.include({ listingId: 1n, seller: holder, kind: "strategy", collection: registry, id: 1n });
    expect(listing).to.include({
      left: 1n,
      available: 1n,
      unitPrice: PRICE,
      currency: usdc,
      feeBps: 250,
      state: "open",
    });
    const first = await quoteListing(client, { market, listingId: 1n });
    expect(first).to.include({ cost: PRICE, royalty: 0n, royaltyReceiver: undefined, expectedHash: FIRST_HASH });
    expect(first).to.include({ fee: 25n * USD, proceeds: 975n * USD, currency: usdc });
    await fulfil(second.client, await buyListed(second.client, { market, listingId: 1n, expectedHash: FIRST_HASH }));
    expect((await getStrategy(client, { registry, id: 1n })).owner).to.equal(second.address);
    // Three fifths of what the credits of the fixture cost are there already.
    expect(await tokenBalance(client, usdc, splitter)).to.equal(25n * USD + (SIGNAL_PRICE.usdc * 100n * 6n) / 10n);

    // A second sale pays the author.
    await fulfil(second.client, await offer({ ...world, client: second.client }));
    const resale = await buyListed(signer.client, { market, listingId: 2n });
    expect(resale.quote).to.include({ royalty: 50n * USD, royaltyReceiver: holder, fee: 25n * USD });
    const before = await tokenBalance(client, usdc, holder);
    await fulfil(signer.client, resale);
    expect((await tokenBalance(client, usdc, holder)) - before).to.equal(50n * USD);
    const strategy = await getStrategy(client, { registry, id: 1n });
    expect([strategy.owner, strategy.transferNonce]).to.deep.equal([signer.account.address, 2]);
    expect((await getListings(client, { market })).listings, "both are sold out").to.deep.equal([]);
    expect((await getListing(client, { market, listingId: 1n })).listing).to.equal(undefined);
  });

  it("sells credits in parts, and says of each offer whether it can be bought", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, market, pass, second, holder } = world;
    const action = await offer(world, CREDITS);
    const [approval] = await getRequirements(client, action);
    expect(approval).to.include({ token: pass, spender: market, amount: 100n, part: "all" });
    await fulfil(client, action);
    const quote = await quoteListing(client, { market, listingId: 1n, units: 40n });
    expect(quote).to.include({ cost: 120n * USD, royalty: 0n, expectedHash: zeroHash });
    await fulfil(second.client, await buyListed(second.client, { market, listingId: 1n, units: 40n }));
    const [bought] = (await getCredits(client, { pass, account: second.address })).credits;
    expect(bought?.wallet).to.equal(40n);
    const { listing } = await getListing(client, { market, listingId: 1n });
    expect(listing).to.include({ kind: "credits", left: 60n, available: 60n, state: "open" });

    await listed(world, { until: (await now(client)) + 7n * DAY });
    await listed(world, { unitPrice: 2n * PRICE });
    await networkHelpers.time.increase(2n * DAY);
    await fulfil(second.client, await buyListed(second.client, { market, listingId: 2n }));
    const states = async () =>
      (await getListings(client, { market })).listings.map(({ listingId, state }) => [listingId, state]);
    expect(await states()).to.deep.equal([
      [1n, "ended"],
      [3n, "ended"],
    ]);
    await fulfil(second.client, await offer({ ...world, client: second.client }));
    expect((await getListings(client, { market, from: 4n })).listings[0]?.seller).to.equal(second.address);
    const owner = await ethers.getSigner(second.address);
    await StrategyRegistry__factory.connect(registry, owner).transferFrom(second.address, holder, 1n);
    expect(await states()).to.deep.equal([
      [1n, "ended"],
      [3n, "ended"],
      [4n, "unavailable"],
    ]);
    expect((await getListings(client, { market, count: 1 })).listings.map(({ listingId }) => listingId)).to.deep.equal([
      1n,
    ]);
  });

  it("takes an offer back, and refuses it to others", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, market, second } = world;
    const listingId = await listed(world);
    expect(await sentenceOf(ContractError, async () => cancelListing(second.client, { market, listingId }))).to.contain(
      "is not the seller, who alone can take an offer back",
    );
    await sendOnly(client, cancelListing(client, { market, listingId }));
    expect((await getListing(client, { market, listingId })).listing).to.equal(undefined);
    expect(await sentenceOf(ContractError, () => buyListed(second.client, { market, listingId }))).to.contain(
      "There is no offer 1",
    );
  });

  it("refuses to buy another version, above the limit, or without the money", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, registry, market, second, usdc, ownerClient } = world;
    const listingId = await listed(world);
    const buying = await buyListed(second.client, { market, listingId, expectedHash: FIRST_HASH });
    for (const requirement of await buying.getRequirements()) {
      if (requirement.kind === "approval") expect(requirement).to.include({ token: usdc, amount: PRICE });
    }
    await sendOnly(client, publishVersion(client, { registry, id: 1n, uri: "ipfs://2", hash: SECOND_HASH }));
    expect(await sentenceOf(ContractError, async () => buying)).to.contain("has published another version meanwhile");
    expect(
      await sentenceOf(ArgumentInvalidError, () =>
        buyListed(second.client, { market, listingId, maxCost: PRICE - 1n }),
      ),
    ).to.contain("this costs 1000000000");
    expect(await sentenceOf(ContractError, () => buyListed(client, { market, listingId }))).to.contain(
      "your own offer",
    );
    const poor = await buyListed(ownerClient, { market, listingId });
    const { held, needed } = await failureOf(BalanceTooSmallError, () => getRequirements(ownerClient, poor));
    expect([held, needed]).to.deep.equal([0n, PRICE]);
  });

  it("refuses offers that cannot be right before any call, and others in the market's words", async () => {
    const world = await networkHelpers.loadFixture(deployed);
    const { client, market, second, registry } = world;
    const wrong: readonly (readonly [Change, string])[] = [
      [{ id: 0n }, "id must be from 1 to"],
      [{ units: 2n }, "units must be 1 for a strategy"],
      [{ ...CREDITS, id: 5n }, "service must be one of signals, decisions, compute, datasets or 1 to 4, not 5"],
      [{ ...CREDITS, units: 0n }, "units must be from 1 to"],
      [{ unitPrice: 0n }, "unitPrice must be from 1 to"],
      [{ unitPrice: 2n ** 96n }, "unitPrice must be from 1 to"],
      [{ currency: zeroAddress }, "currency must be an address"],
      [{ until: 0n }, "until must be from 1 to"],
      [{ kind: "plans" as "credits" }, "kind must be strategy or credits"],
    ];
    for (const [change, words] of wrong) {
      expect(await sentenceOf(ArgumentInvalidError, () => offer(world, change))).to.contain(words);
    }
    for (const [change, words] of [
      [{ until: 1n }, "An offer ends in the future"],
      [{ currency: registry }, "Prices are in USDC or GIM"],
      [{}, "has not approved the market"],
      [{ ...CREDITS, units: 101n }, "holds 100 of token 1, and 101 are needed"],
    ] as const) {
      expect(await sentenceOf(ContractError, () => offer(world, change))).to.contain(words);
    }
    const foreign = offer({ ...world, client: second.client });
    expect(await sentenceOf(ContractError, () => foreign)).to.contain("holds 0 of token 1");
    expect(await sentenceOf(ArgumentInvalidError, () => getListing(client, { market, listingId: 0n }))).to.contain(
      "listingId must be more than zero",
    );
    expect(
      await sentenceOf(ArgumentInvalidError, () => quoteListing(client, { market, listingId: 1n, units: 0n })),
    ).to.contain("units must be from 1 to");
  });
});

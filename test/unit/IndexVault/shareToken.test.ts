import { expect } from "chai";
import { keccak256, Signature, TypedDataEncoder, toUtf8Bytes } from "ethers";
import { network } from "hardhat";
import { DAY, deployVaultWorld, load, SHARE } from "../../helpers/vault.ts";

const { ethers, networkHelpers } = await network.create();
const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const NAME = "An index whose name is exactly sixty-four bytes long, no more!!!";
const deploy = async () => deployVaultWorld(await ethers.getSigners(), { name: NAME, symbol: "TIX" });
const world = () => load(networkHelpers, deploy);

describe("IndexVault as an ERC-20", () => {
  it("carries name, symbol, decimals, limits and destinations in its code", async () => {
    const { vault, protocol } = await world();
    expect(NAME.length).to.equal(64);
    expect([await vault.name(), await vault.symbol(), await vault.decimals()]).to.deep.equal([NAME, "TIX", 18n]);
    expect([...(await vault.limits())].map(Number)).to.deep.equal([
      2_500,
      50,
      50,
      10_000,
      DAY,
      3 * DAY,
      3_600,
      6 * DAY,
      28 * DAY,
    ]);
    const stable = protocol.tokens.find((t) => t.stable)!;
    expect((await vault.destinations()).map((d) => [...d])).to.deep.equal([[stable.address, 10_000n]]);
  });

  it("has the domain separator of its own name and address", async () => {
    const { vault, address } = await world();
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: NAME, version: "1", chainId, verifyingContract: address };
    expect(await vault.DOMAIN_SEPARATOR()).to.equal(TypedDataEncoder.hashDomain(domain));
  });

  it("takes a permit once, and reverts when it has expired or another signed it", async () => {
    const { vault, address, curator, holder, stranger } = await world();
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: NAME, version: "1", chainId, verifyingContract: address };
    const types = {
      Permit: ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"].map(
        (field) => {
          const [type, name] = field.split(" ");
          return { name: name!, type: type! };
        },
      ),
    };
    const deadline = (await networkHelpers.time.latest()) + 100;
    const message = { owner: curator.address, spender: holder.address, value: SHARE, nonce: 0n, deadline };
    const permit = async (by: typeof curator) => {
      const { v, r, s } = Signature.from(await by.signTypedData(domain, types, message));
      return vault.permit(curator, holder, SHARE, deadline, v, r, s);
    };
    await expect(permit(stranger)).to.be.revertedWithCustomError(vault, "InvalidPermit");
    await permit(curator);
    expect(await vault.allowance(curator, holder)).to.equal(SHARE);
    await expect(permit(curator)).to.be.revertedWithCustomError(vault, "InvalidPermit");
    await vault.connect(holder).transferFrom(curator, holder, SHARE);
    expect([await vault.balanceOf(holder), await vault.allowance(curator, holder)]).to.deep.equal([SHARE, 0n]);
    await networkHelpers.time.increase(200);
    await expect(permit(curator)).to.be.revertedWithCustomError(vault, "PermitExpired");
  });

  it("gives Permit2 no allowance that its owner did not give", async () => {
    const { vault, curator, stranger } = await world();
    expect(await vault.allowance(curator, PERMIT2)).to.equal(0n);
    await networkHelpers.impersonateAccount(PERMIT2);
    await networkHelpers.setBalance(PERMIT2, 10n ** 18n);
    const permit2 = await ethers.getSigner(PERMIT2);
    await expect(vault.connect(permit2).transferFrom(curator, stranger, 1n)).to.be.revertedWithCustomError(
      vault,
      "InsufficientAllowance",
    );
    await vault.connect(curator).approve(PERMIT2, 5n);
    await vault.connect(permit2).transferFrom(curator, stranger, 5n);
    expect(await vault.balanceOf(stranger)).to.equal(5n);
  });

  it("reverts when the clone is set up again, or the implementation is used", async () => {
    const { vault, protocol, curator, errors } = await world();
    const fees = { streamingRate: 0n, mintFeeBps: 0, recipient: curator.address };
    const strategy = { recipient: curator.address, royaltyBps: 0, methodologyHash: keccak256(toUtf8Bytes("")) };
    for (const target of [vault, protocol.implementation]) {
      await expect(target.connect(curator).initialize(curator, [], 2n, 1n, curator, curator, fees, strategy))
        .to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized")
        .withArgs(curator.address);
    }
    const factory = await protocol.factory.getAddress();
    await networkHelpers.impersonateAccount(factory);
    await networkHelpers.setBalance(factory, 10n ** 18n);
    const asFactory = vault.connect(await ethers.getSigner(factory));
    await expect(
      asFactory.initialize(curator, [], 2n, 1n, curator, curator, fees, strategy),
    ).to.be.revertedWithCustomError(errors, "IndexVault_InitializationInvalid");
  });
});

describe("IndexVault access (S48)", () => {
  it("S48: only the named role may call what is bound to one, whoever else tries", async () => {
    const w = await world();
    const { vault, protocol, owner, guardian, curator, holder, filler, stranger, dao, errors } = w;
    const fees = { streamingRate: 0n, mintFeeBps: 0, recipient: curator.address };
    const strategy = { recipient: curator.address, royaltyBps: 0, methodologyHash: keccak256(toUtf8Bytes("")) };
    const roles = { owner, guardian, curator, holder, filler, stranger, dao };
    const matrix = [
      ["initialize", [], [curator, [], 2n, 1n, curator, curator, fees, strategy]],
      ["setFees", ["curator"], [fees]],
      ["setStrategy", ["curator"], [strategy]],
      ["offerCurator", ["curator"], [holder]],
      ["acceptCurator", [], []],
      ["cancelEpoch", ["curator", "guardian"], []],
      ["pause", ["guardian"], [1]],
      ["unpause", ["guardian"], []],
    ] as const;
    for (const [name, allowed, args] of matrix) {
      for (const [role, account] of Object.entries(roles)) {
        const call = vault
          .connect(account)
          .getFunction(name)
          .staticCall(...args);
        if ((allowed as readonly string[]).includes(role)) {
          await expect(call).not.to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized");
        } else {
          await expect(call, `${name} by ${role}`)
            .to.be.revertedWithCustomError(errors, "IndexVault_Unauthorized")
            .withArgs(account.address);
        }
      }
    }
    const open = [
      "applyFees",
      "applyStrategy",
      "applyBasket",
      "checkPrice",
      "claim",
      "closeEpoch",
      "distributeFees",
      "fill",
      "mint",
      "proposeBasket",
      "proposeWeights",
      "redeem",
      "refreshTargets",
      "sync",
      "approve",
      "permit",
      "transfer",
      "transferFrom",
    ];
    const known = [...open, ...matrix.map(([name]) => name)].sort();
    const writing: string[] = [];
    vault.interface.forEachFunction((f) => {
      if (!f.constant) writing.push(f.name);
    });
    expect(writing.sort()).to.deep.equal(known);
    expect(await protocol.factory.owner()).to.equal(owner.address);
  });
});

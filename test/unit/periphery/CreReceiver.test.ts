import { expect } from "chai";
import { AbiCoder, getCreateAddress, id as keccakOf, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import { network } from "hardhat";
import { decisionTypes } from "../../../sdk/src/index.ts";
import { CreReceiver__factory, StuckVaultMock__factory } from "../../../typechain-types/index.js";
import { deployCre, nodes } from "../../helpers/cre.ts";
import {
  type CreReport,
  deliver,
  deployForwarder,
  donOf,
  encodeReport,
  metadataOf,
  nodeOf,
  quorumOf,
  rawReport,
} from "../../helpers/keystone.ts";
import { plainTokens, setPrices } from "../../helpers/market.ts";
import {
  createIndex,
  deployProtocol,
  LIMITS,
  type Proposal,
  propose as proposeDirectly,
  SIGNERS,
  signProposal,
} from "../../helpers/protocol.ts";

const { ethers, networkHelpers } = await network.create();

const quorum = quorumOf(nodes);

const STALENESS = { deadlinePassed: 1, decisionExpired: 2, epochDelivered: 3, epochPast: 4 } as const;

describe("CreReceiver", () => {
  async function deploy() {
    const cre = await deployCre(ethers);
    const { deployer } = cre;
    const vault = await new StuckVaultMock__factory(deployer).deploy();

    const now = await networkHelpers.time.latest();
    const report: CreReport = {
      vault: await vault.getAddress(),
      epoch: 1,
      weights: [10_000n],
      lane: 0,
      decisionHash: keccakOf("decision 1"),
      validUntil: now + 7200,
      signatures: ["0x1234"],
      deadline: now + 3600,
    };
    const send = (overrides: Partial<CreReport>, run: string) => cre.send({ ...report, ...overrides }, run);
    return { ...cre, vault, report, send };
  }

  describe("constructor", () => {
    it("reverts when the forwarder is zero or has no code", async () => {
      const { deployer, stranger, pinned, receiver } = await networkHelpers.loadFixture(deploy);
      const [, ...rest] = pinned;
      for (const forwarder of [ZeroAddress, stranger.address]) {
        await expect(new CreReceiver__factory(deployer).deploy(forwarder, ...rest))
          .to.be.revertedWithCustomError(receiver, "CreReceiver_ForwarderInvalid")
          .withArgs(forwarder);
      }
    });

    it("reverts when the workflow id or its owner is zero", async () => {
      const { deployer, workflow, pinned, receiver } = await networkHelpers.loadFixture(deploy);
      const [forwarder, , , ...rest] = pinned;
      const factory = new CreReceiver__factory(deployer);
      await expect(factory.deploy(forwarder, ZeroHash, workflow.owner, ...rest))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_WorkflowUnknown")
        .withArgs(ZeroHash, workflow.owner);
      await expect(factory.deploy(forwarder, workflow.id, ZeroAddress, ...rest))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_WorkflowUnknown")
        .withArgs(workflow.id, ZeroAddress);
    });

    it("reverts when a target of upkeep is zero or has no code", async () => {
      const { deployer, stranger, pinned, receiver } = await networkHelpers.loadFixture(deploy);
      const [forwarder, id, owner, upkeep, orders, tipReceiver] = pinned;
      const factory = new CreReceiver__factory(deployer);
      for (const target of [ZeroAddress, stranger.address]) {
        await expect(factory.deploy(forwarder, id, owner, target, orders, tipReceiver))
          .to.be.revertedWithCustomError(receiver, "CreReceiver_TargetInvalid")
          .withArgs(target);
        await expect(factory.deploy(forwarder, id, owner, upkeep, target, tipReceiver))
          .to.be.revertedWithCustomError(receiver, "CreReceiver_TargetInvalid")
          .withArgs(target);
      }
    });

    it("reverts when tips would go to nobody, or stay in the receiver", async () => {
      const { deployer, pinned, receiver } = await networkHelpers.loadFixture(deploy);
      const [forwarder, id, owner, upkeep, orders] = pinned;
      const factory = new CreReceiver__factory(deployer);
      const from = deployer.address;
      const deploying = (tipReceiver: string) => factory.deploy(forwarder, id, owner, upkeep, orders, tipReceiver);
      await expect(deploying(ZeroAddress))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_TipReceiverInvalid")
        .withArgs(ZeroAddress);
      const self = getCreateAddress({ from, nonce: await deployer.getNonce() });
      await expect(deploying(self))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_TipReceiverInvalid")
        .withArgs(self);
    });

    it("pins forwarder, workflow, owner, both targets and the receiver of tips", async () => {
      const { workflow, forwarder, receiver, upkeep, orders, tipReceiver } = await networkHelpers.loadFixture(deploy);
      expect(await receiver.forwarder()).to.equal(await forwarder.getAddress());
      expect(await receiver.workflowId()).to.equal(workflow.id);
      expect(await receiver.workflowOwner()).to.equal(workflow.owner);
      expect(await receiver.keeperUpkeep()).to.equal(await upkeep.getAddress());
      expect(await receiver.recurringOrders()).to.equal(await orders.getAddress());
      expect(await receiver.tipReceiver()).to.equal(tipReceiver.address);
    });
  });

  describe("onReport", () => {
    it("reverts when the caller is not the forwarder", async () => {
      const { stranger, workflow, receiver, report } = await networkHelpers.loadFixture(deploy);
      await expect(receiver.connect(stranger).onReport(metadataOf(workflow), encodeReport(report)))
        .to.be.revertedWithCustomError(receiver, "CreReceiver_CallerNotForwarder")
        .withArgs(stranger.address);
    });

    /** A receiver that takes reports from an account which the test controls, to see the errors behind the forwarder. */
    async function deployDirect() {
      const base = await networkHelpers.loadFixture(deploy);
      const address = await base.forwarder.getAddress();
      await networkHelpers.impersonateAccount(address);
      await networkHelpers.setBalance(address, 10n ** 18n);
      const direct = base.receiver.connect(await ethers.getSigner(address));
      return { ...base, direct };
    }

    it("reverts when the metadata is shorter than id, name and owner", async () => {
      const { workflow, direct, report } = await deployDirect();
      await expect(direct.onReport(metadataOf(workflow).slice(0, -2), encodeReport(report)))
        .to.be.revertedWithCustomError(direct, "CreReceiver_MetadataTooShort")
        .withArgs(61, 62);
    });

    it("reverts when the report is another workflow's or another owner's", async () => {
      const { stranger, workflow, direct, report } = await deployDirect();
      const otherId = keccakOf("another workflow");
      await expect(direct.onReport(metadataOf({ ...workflow, id: otherId }), encodeReport(report)))
        .to.be.revertedWithCustomError(direct, "CreReceiver_WorkflowUnknown")
        .withArgs(otherId, workflow.owner);
      await expect(direct.onReport(metadataOf({ ...workflow, owner: stranger.address }), encodeReport(report)))
        .to.be.revertedWithCustomError(direct, "CreReceiver_WorkflowUnknown")
        .withArgs(workflow.id, stranger.address);
    });

    it("reverts when the payload is cut short", async () => {
      const { workflow, direct, report } = await deployDirect();
      await expect(direct.onReport(metadataOf(workflow), encodeReport(report).slice(0, 200))).to.revert(ethers);
    });

    it("reverts when the report begins with no kind of report, as one without a kind does", async () => {
      const { workflow, direct, vault, report } = await deployDirect();
      const rest = encodeReport(report).slice(66);
      for (const kind of [2n, 255n, 2n ** 255n, BigInt(report.vault)]) {
        await expect(direct.onReport(metadataOf(workflow), `${toBeHex(kind, 32)}${rest}`))
          .to.be.revertedWithCustomError(direct, "CreReceiver_KindUnknown")
          .withArgs(kind);
      }
      await expect(direct.onReport(metadataOf(workflow), `0x${rest}`))
        .to.be.revertedWithCustomError(direct, "CreReceiver_KindUnknown")
        .withArgs(BigInt(report.vault));
      expect(await vault.proposals()).to.equal(0);
    });

    it("accepts metadata of 62 bytes (tools) and of 64 bytes (production), whatever the workflow's name", async () => {
      const { workflow, direct, vault, report } = await deployDirect();
      await direct.onReport(metadataOf(workflow), encodeReport(report));
      const renamed = metadataOf({ ...workflow, name: "0x00000000000000000000" });
      await direct.onReport(`${renamed}0001`, encodeReport({ ...report, epoch: 2 }));
      expect(await vault.proposals()).to.equal(2);
    });
  });

  describe("through the real KeystoneForwarder", () => {
    it("reverts when too few nodes signed, or a stranger did", async () => {
      const { workflow, forwarder, receiver, report } = await networkHelpers.loadFixture(deploy);
      const raw = rawReport(workflow, keccakOf("run 1"), encodeReport(report));
      const address = await receiver.getAddress();
      await expect(deliver(forwarder, nodes.slice(0, 1), address, raw)).to.be.revertedWithCustomError(
        forwarder,
        "InvalidSignatureCount",
      );
      const stranger = nodeOf(9, 0);
      await expect(deliver(forwarder, [nodes[0]!, stranger], address, raw)).to.be.revertedWithCustomError(
        forwarder,
        "InvalidSigner",
      );
    });

    it("reverts when a forged forwarder delivers, the real contract with nodes of its own", async () => {
      const { deployer, workflow, forwarder, receiver, vault, report } = await networkHelpers.loadFixture(deploy);
      const own = donOf(8);
      const forged = await deployForwarder(deployer, own);
      const address = await receiver.getAddress();
      const raw = rawReport(workflow, keccakOf("run 1"), encodeReport(report));
      await expect(deliver(forged, quorumOf(own), address, raw))
        .to.emit(forged, "ReportProcessed")
        .withArgs(address, keccakOf("run 1"), "0x0001", false);
      await expect(deliver(forwarder, quorumOf(own), address, raw)).to.be.revertedWithCustomError(
        forwarder,
        "InvalidSigner",
      );
      expect([await vault.proposals(), await receiver.lastEpoch(vault)]).to.deep.equal([0n, 0n]);
    });

    it("takes nothing from another customer's workflow, although the same DON signed its report", async () => {
      const { workflow, stranger, forwarder, receiver, vault, report } = await networkHelpers.loadFixture(deploy);
      const address = await receiver.getAddress();
      const others = [
        { ...workflow, id: keccakOf("another customer's workflow"), owner: stranger.address },
        { ...workflow, owner: stranger.address },
        { ...workflow, id: keccakOf("another of the same owner's workflows") },
      ];
      for (const [run, other] of others.entries()) {
        await expect(
          deliver(forwarder, quorum, address, rawReport(other, keccakOf(`run ${run}`), encodeReport(report))),
        )
          .to.emit(forwarder, "ReportProcessed")
          .withArgs(address, keccakOf(`run ${run}`), "0x0001", false);
      }
      expect([await vault.proposals(), await receiver.lastEpoch(vault)]).to.deep.equal([0n, 0n]);
    });

    it("is recognised by ERC-165", async () => {
      const { receiver } = await networkHelpers.loadFixture(deploy);
      expect(await receiver.supportsInterface("0x805f2132")).to.equal(true);
      expect(await receiver.supportsInterface("0x01ffc9a7")).to.equal(true);
      expect(await receiver.supportsInterface("0xffffffff")).to.equal(false);
    });

    it("delivers a report to the vault and remembers its epoch", async () => {
      const { forwarder, receiver, vault, report, send } = await networkHelpers.loadFixture(deploy);
      const delivery = await send({}, "run 1");
      await expect(delivery).to.emit(receiver, "ReportForwarded").withArgs(report.vault, 1, report.decisionHash);
      await expect(delivery)
        .to.emit(forwarder, "ReportProcessed")
        .withArgs(await receiver.getAddress(), keccakOf("run 1"), "0x0001", true);
      expect(await vault.proposals()).to.equal(1);
      expect(await receiver.lastEpoch(vault)).to.equal(1);
    });

    it("discards a report after its deadline, but not in its last second", async () => {
      const { receiver, vault, report, send } = await networkHelpers.loadFixture(deploy);
      await networkHelpers.time.setNextBlockTimestamp(report.deadline);
      await expect(send({}, "run 1")).to.emit(receiver, "ReportForwarded");
      await networkHelpers.time.setNextBlockTimestamp(report.deadline + 1);
      await expect(send({ epoch: 2 }, "run 2"))
        .to.emit(receiver, "ReportDiscarded")
        .withArgs(report.vault, 2, STALENESS.deadlinePassed);
      expect(await vault.proposals()).to.equal(1);
    });

    it("discards a report whose decision has expired, but not in its last second", async () => {
      const { receiver, vault, report, send } = await networkHelpers.loadFixture(deploy);
      const deadline = report.validUntil + 3600;
      await networkHelpers.time.setNextBlockTimestamp(report.validUntil);
      await expect(send({ deadline }, "run 1")).to.emit(receiver, "ReportForwarded");
      await networkHelpers.time.setNextBlockTimestamp(report.validUntil + 1);
      await expect(send({ deadline, epoch: 2 }, "run 2"))
        .to.emit(receiver, "ReportDiscarded")
        .withArgs(report.vault, 2, STALENESS.decisionExpired);
      expect(await vault.proposals()).to.equal(1);
    });

    it("discards a second report of the same epoch even when the vault misreports its epoch", async () => {
      const { receiver, vault, report, send } = await networkHelpers.loadFixture(deploy);
      await send({}, "run 1");
      const replay = await send({}, "run 2");
      await expect(replay).to.emit(receiver, "ReportDiscarded").withArgs(report.vault, 1, STALENESS.epochDelivered);
      await expect(replay).not.to.emit(receiver, "ReportForwarded");
      expect(await vault.proposals()).to.equal(1);
    });

    it("discards a report of an epoch that somebody else has proposed", async () => {
      const { receiver, vault, report, send } = await networkHelpers.loadFixture(deploy);
      await vault.setEpochId(1);
      await expect(send({}, "run 1"))
        .to.emit(receiver, "ReportDiscarded")
        .withArgs(report.vault, 1, STALENESS.epochPast);
      expect(await vault.proposals()).to.equal(0);
      expect(await receiver.lastEpoch(vault)).to.equal(0);
    });
  });

  describe("with a real vault", () => {
    async function deployWithVault() {
      const base = await deploy();
      const [owner, guardian, creator] = await ethers.getSigners();
      const protocol = await deployProtocol({ tokens: plainTokens(3), owner: owner!, guardian: guardian! });
      const index = await createIndex(protocol, { creator: creator! });
      /** Sends what the index's signers signed, or somebody else did. */
      const propose = async (execution: string, proposal: Partial<Proposal> = {}) => {
        const signed = await signProposal(protocol, index, { weights: [5_000, 3_000, 2_000], ...proposal });
        return base.send({ ...signed, deadline: 2 ** 40 - 1 }, execution);
      };
      return { ...base, protocol, index, propose };
    }

    it("turns a report into a proposal that the signers signed", async () => {
      const { receiver, index, propose } = await networkHelpers.loadFixture(deployWithVault);
      const delivery = await propose("run 1");
      const { id, decisionHash } = await index.epoch();
      await expect(delivery).to.emit(index, "WeightsProposed");
      await expect(delivery)
        .to.emit(receiver, "ReportForwarded")
        .withArgs(await index.getAddress(), id, decisionHash);
      expect([id, decisionHash]).to.deep.equal([1n, keccakOf("decision 1")]);
    });

    it("cannot propose what the signers did not sign: the DON has no say of its own", async () => {
      const { receiver, forwarder, index, propose } = await networkHelpers.loadFixture(deployWithVault);
      const forged = await propose("run 1", { signers: SIGNERS.slice(1, 2) });
      await expect(forged)
        .to.emit(forwarder, "ReportProcessed")
        .withArgs(await receiver.getAddress(), keccakOf("run 1"), "0x0001", false);
      expect((await index.epoch()).id).to.equal(0n);
      expect(await receiver.lastEpoch(index)).to.equal(0);
    });

    it("lets a report that came too early be delivered again, by anybody", async () => {
      const { receiver, forwarder, protocol, index, propose } = await networkHelpers.loadFixture(deployWithVault);
      const address = await receiver.getAddress();
      await propose("run 1");
      const early = await propose("run 2");
      await expect(early).to.emit(forwarder, "ReportProcessed").withArgs(address, keccakOf("run 2"), "0x0001", false);
      expect((await index.epoch()).id).to.equal(1n);

      await networkHelpers.time.increase(LIMITS.cooldown);
      await setPrices(protocol);
      const again = await propose("run 2");
      await expect(again).to.emit(forwarder, "ReportProcessed").withArgs(address, keccakOf("run 2"), "0x0001", true);
      expect((await index.epoch()).id).to.equal(2n);
      await expect(propose("run 2", { epoch: 2 })).to.be.revertedWithCustomError(forwarder, "AlreadyAttempted");
    });

    it("takes a report that ran out of gas once more, with more gas, and then never again", async () => {
      const { receiver, forwarder, protocol, index, workflow } = await networkHelpers.loadFixture(deployWithVault);
      const address = await receiver.getAddress();
      const signed = await signProposal(protocol, index, { weights: [5_000, 3_000, 2_000] });
      const payload = encodeReport({ ...signed, deadline: 2 ** 40 - 1 });
      const raw = rawReport(workflow, keccakOf("run 1"), payload);
      const starved = deliver(forwarder, quorum, address, raw, 330_000);
      await expect(starved).to.emit(forwarder, "ReportProcessed").withArgs(address, keccakOf("run 1"), "0x0001", false);
      expect([(await index.epoch()).id, await receiver.lastEpoch(index)]).to.deep.equal([0n, 0n]);

      const fed = deliver(forwarder, quorum, address, raw, 3_000_000);
      await expect(fed).to.emit(forwarder, "ReportProcessed").withArgs(address, keccakOf("run 1"), "0x0001", true);
      expect([(await index.epoch()).id, await receiver.lastEpoch(index)]).to.deep.equal([1n, 1n]);
      await expect(deliver(forwarder, quorum, address, raw, 10_000_000)).to.be.revertedWithCustomError(
        forwarder,
        "AlreadyAttempted",
      );
      const again = deliver(forwarder, quorum, address, rawReport(workflow, keccakOf("run 2"), payload), 10_000_000);
      await expect(again).to.emit(receiver, "ReportDiscarded").withArgs(index, 1, STALENESS.epochDelivered);
      expect((await index.epoch()).id).to.equal(1n);
    });

    it("proposes nothing that was signed for another vault or for another chain", async () => {
      const { receiver, forwarder, protocol, index, send } = await networkHelpers.loadFixture(deployWithVault);
      const address = await receiver.getAddress();
      const creator = await ethers.getSigner(await index.curator());
      const other = await createIndex(protocol, { creator, salt: `0x${"01".repeat(32)}` });
      const weights = [5_000, 3_000, 2_000];
      const forOther = await signProposal(protocol, other, { weights });
      const { name, version, chainId, verifyingContract } = await protocol.keeperRegistry.eip712Domain();
      const [signer] = SIGNERS;
      const { signatures: _, ...decision } = await signProposal(protocol, index, { weights });
      const domain = { name, version, chainId: chainId + 1n, verifyingContract };
      const types = { Decision: decisionTypes.Decision.map((field) => ({ ...field })) };
      const there = await signer!.signTypedData(domain, types, decision);
      const here = await signer!.signTypedData({ ...domain, chainId }, types, decision);
      const packed = (signature: string) =>
        AbiCoder.defaultAbiCoder().encode(["address", "bytes"], [signer!.address, signature]);
      const deadline = 2 ** 40 - 1;
      const reports = [
        { ...forOther, vault: decision.vault, deadline },
        { ...decision, signatures: [packed(there)], deadline },
      ];
      for (const [run, report] of reports.entries()) {
        await expect(send(report, `run ${run}`))
          .to.emit(forwarder, "ReportProcessed")
          .withArgs(address, keccakOf(`run ${run}`), "0x0001", false);
        expect((await index.epoch()).id).to.equal(0n);
      }
      await send({ ...decision, signatures: [packed(here)], deadline }, "the same, signed for this chain");
      expect([(await index.epoch()).id, (await other.epoch()).id]).to.deep.equal([1n, 0n]);
    });

    it("discards a report of an epoch that was proposed without it", async () => {
      const { receiver, protocol, index, propose } = await networkHelpers.loadFixture(deployWithVault);
      await proposeDirectly(protocol, index, { weights: [4_000, 3_000, 3_000] });
      const late = await propose("run 1", { epoch: 1 });
      await expect(late)
        .to.emit(receiver, "ReportDiscarded")
        .withArgs(await index.getAddress(), 1, STALENESS.epochPast);
      await expect(late).not.to.emit(index, "WeightsProposed");
    });
  });
});

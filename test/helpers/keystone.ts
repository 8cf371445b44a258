import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { AbiCoder, concat, getBytes, HDNodeWallet, id, keccak256, SigningKey, toBeHex, zeroPadValue } from "ethers";
import { type KeystoneForwarder, KeystoneForwarder__factory } from "../../typechain-types/index.js";

/** Order of `ReportKind` in the contract. */
export const ReportKind = { DECISION: 0, UPKEEP: 1 } as const;

/** What a Chainlink CRE workflow reports about one decision. */
export interface CreReport {
  readonly vault: string;
  readonly epoch: number;
  readonly weights: readonly bigint[];
  readonly lane: number;
  readonly decisionHash: string;
  readonly validUntil: number;
  readonly signatures: readonly string[];
  readonly deadline: number;
}

/** What a workflow reports about upkeep that is needed. */
export interface UpkeepReport {
  readonly target: string;
  readonly performData: string;
  readonly deadline: number;
}

/** Identity of a workflow as it appears in a report's metadata. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
}

export const DON_ID = 7;
export const CONFIG_VERSION = 1;

const FAULTY_NODES = 1;
const MNEMONIC = "test test test test test test test test test test test junk";

/** A key of a node. The DON is group 1; other groups are strangers. */
export const nodeOf = (group: number, index: number): HDNodeWallet =>
  HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/${group}'/0/${index}`);

/** A DON: f + 1 of these 3f + 1 keys must sign a report. */
export const donOf = (group: number): HDNodeWallet[] =>
  Array.from({ length: 3 * FAULTY_NODES + 1 }, (_, index) => nodeOf(group, index));

/** As many nodes of a DON as must sign. */
export const quorumOf = (nodes: readonly HDNodeWallet[]): HDNodeWallet[] => nodes.slice(0, FAULTY_NODES + 1);

/** Chainlink's own forwarder, which delivers what these nodes sign. */
export async function deployForwarder(
  deployer: HardhatEthersSigner,
  nodes: readonly HDNodeWallet[],
): Promise<KeystoneForwarder> {
  const forwarder = await new KeystoneForwarder__factory(deployer).deploy();
  const addresses = nodes.map((node) => node.address);
  await forwarder.setConfig(DON_ID, CONFIG_VERSION, FAULTY_NODES, addresses);
  return forwarder;
}

/** The workflow that the receivers of tests belong to. */
export const workflowOf = (owner: string): Workflow => ({
  id: id("gimbal weekly"),
  name: "0x67696d62616c00000000",
  owner,
});

/** The payload of a report: the fields one after the other, as `abi.encode(a, b, ...)` lays them out; first its kind. */
export function encodeReport(report: CreReport | UpkeepReport): string {
  const coder = AbiCoder.defaultAbiCoder();
  if ("target" in report) {
    const { target, performData, deadline } = report;
    const types = ["uint8", "address", "bytes", "uint40"];
    return coder.encode(types, [ReportKind.UPKEEP, target, performData, deadline]);
  }
  return coder.encode(
    ["uint8", "address", "uint32", "uint256[]", "uint8", "bytes32", "uint40", "bytes[]", "uint40"],
    [
      ReportKind.DECISION,
      report.vault,
      report.epoch,
      report.weights,
      report.lane,
      report.decisionHash,
      report.validUntil,
      report.signatures,
      report.deadline,
    ],
  );
}

/** Metadata as tools send it: workflow id, name and owner, 62 bytes. Production appends a report id of 2 bytes. */
export function metadataOf(workflow: Workflow): string {
  return concat([workflow.id, workflow.name, workflow.owner]);
}

/** Report as the DON signs it: 109 bytes of metadata (version, execution, time, DON, workflow, report id), then the payload. */
export function rawReport(workflow: Workflow, executionId: string, payload: string): string {
  const header = [toBeHex(1, 1), executionId, toBeHex(0, 4), toBeHex(DON_ID, 4), toBeHex(CONFIG_VERSION, 4)];
  return concat([...header, metadataOf(workflow), toBeHex(1, 2), payload]);
}

/** What the forwarder wants beside the receiver: report, context and signatures of these nodes. Recovery ids are 0 or 1. */
export function signedBy(nodes: readonly HDNodeWallet[], raw: string): [string, string, string[]] {
  const context = zeroPadValue("0x01", 96);
  const digest = keccak256(concat([keccak256(raw), context]));
  const signatures = nodes.map((node) => {
    const signature = new SigningKey(node.privateKey).sign(digest);
    return concat([signature.r, signature.s, getBytes(toBeHex(signature.yParity, 1))]);
  });
  return [raw, context, signatures];
}

/** Sends a report through the real forwarder with the signatures of the given nodes. */
export function deliver(
  forwarder: KeystoneForwarder,
  nodes: readonly HDNodeWallet[],
  receiver: string,
  raw: string,
  gasLimit?: number,
): ReturnType<KeystoneForwarder["report"]> {
  return forwarder.report(receiver, ...signedBy(nodes, raw), gasLimit === undefined ? {} : { gasLimit });
}

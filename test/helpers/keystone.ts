import type { HDNodeWallet } from "ethers";
import { AbiCoder, concat, getBytes, keccak256, SigningKey, toBeHex, zeroPadValue } from "ethers";
import type { KeystoneForwarder } from "../../typechain-types/index.js";

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

/** Identity of a workflow as it appears in a report's metadata. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
}

export const DON_ID = 7;
export const CONFIG_VERSION = 1;

/** The payload of a report: the fields one after the other, as `abi.encode(a, b, ...)` lays them out. */
export function encodeReport(report: CreReport): string {
  return AbiCoder.defaultAbiCoder().encode(
    ["address", "uint32", "uint256[]", "uint8", "bytes32", "uint40", "bytes[]", "uint40"],
    [
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

/** Sends a report through the real forwarder with the signatures of the given nodes. Recovery ids are 0 or 1. */
export function deliver(
  forwarder: KeystoneForwarder,
  nodes: readonly HDNodeWallet[],
  receiver: string,
  raw: string,
  gasLimit?: number,
): ReturnType<KeystoneForwarder["report"]> {
  const context = zeroPadValue("0x01", 96);
  const digest = keccak256(concat([keccak256(raw), context]));
  const signatures = nodes.map((node) => {
    const signature = new SigningKey(node.privateKey).sign(digest);
    return concat([signature.r, signature.s, getBytes(toBeHex(signature.yParity, 1))]);
  });
  return forwarder.report(receiver, raw, context, signatures, gasLimit === undefined ? {} : { gasLimit });
}

import { hashProposal, type ProposalAction } from "@gimbal/sdk";
import { expect } from "chai";
import { type Address, encodeAbiParameters, keccak256, parseAbiParameters } from "viem";
import { addressOf } from "./govern.fixture.ts";
import { areOptimisticCalls, isGovernorProposal } from "./truth.ts";

const actions: readonly ProposalAction[] = [
  { target: addressOf(1), value: 0n, data: "0x1234" },
  { target: addressOf(2), value: 0n, data: "0x" },
];
const changed = (more: Partial<ProposalAction>) => [
  { ...(actions[0] as ProposalAction), ...more },
  ...actions.slice(1),
];

describe("what is said of a proposal", () => {
  it("is believed of the governor's only when calls and text make its number", () => {
    const description = "# Pay less\n\nFor a reason.";
    const id = hashProposal({ actions, description });
    expect(isGovernorProposal({ id, actions, description })).to.equal(true);
    expect(isGovernorProposal({ id, actions, description: `${description} ` })).to.equal(false);
    expect(isGovernorProposal({ id: id + 1n, actions, description })).to.equal(false);
    for (const lie of [
      { target: addressOf(3) },
      { value: 1n },
      { data: "0x1235" },
      { target: "0x12" as Address },
    ] as const) {
      expect(isGovernorProposal({ id, actions: changed(lie), description }), JSON.stringify(lie.target)).to.equal(
        false,
      );
    }
  });

  it("is believed of an optimistic one only when the module keeps the hash of its calls", () => {
    const calls = actions.map(({ target, data }) => ({ target, data }));
    const hash = keccak256(encodeAbiParameters(parseAbiParameters("(address target, bytes data)[]"), [calls]));
    expect(areOptimisticCalls(actions, hash)).to.equal(true);
    for (const lie of [
      { target: addressOf(3) },
      { value: 1n },
      { data: "0x1235" },
      { target: "0x12" as Address },
    ] as const) {
      expect(areOptimisticCalls(changed(lie), hash)).to.equal(false);
    }
    expect(areOptimisticCalls(actions.toReversed(), hash)).to.equal(false);
  });
});

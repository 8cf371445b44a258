import { expect } from "chai";
import { getDeployment, governanceOf, parseDeployment } from "./addresses.ts";
import { DeploymentInvalidError, UnknownChainError } from "./errors/base.ts";

const address = "0x00000000000000000000000000000000000000a1";
const contractNames = [
  "AssetRegistry",
  "KeeperRegistry",
  "IndexFactory",
  "IndexVaultImplementation",
  "AmmFiller",
  "UniswapV3Adapter",
  "Zap",
  "IndexLens",
];
const externalNames = ["uniswapV3Factory", "swapRouter02", "quoterV2", "weth", "permit2", "multicall3"];
const all = (names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, address]));
const json = {
  chainId: 31_337,
  blockNumber: 5,
  contracts: all([...contractNames, "KeeperUpkeep"]),
  external: all(externalNames),
  tokens: { USDC: { address, decimals: 6, feed: address } },
};

describe("sdk addresses", () => {
  it("reads a deployment and checksums its addresses", () => {
    const deployment = parseDeployment(json);
    expect(deployment.contracts.IndexFactory).to.equal("0x00000000000000000000000000000000000000A1");
    expect(deployment.contracts.KeeperUpkeep).to.equal("0x00000000000000000000000000000000000000A1");
    expect(deployment.tokens.USDC?.decimals).to.equal(6);
    expect(getDeployment([deployment], 31_337)).to.equal(deployment);
  });

  it("names the chain that has no deployment", () => {
    expect(() => getDeployment([parseDeployment(json)], 10)).to.throw(UnknownChainError, "chain 10");
    expect(() => getDeployment([], 10)).to.throw(UnknownChainError, "No deployment was given");
  });

  it("gives the governance side, or names what it lacks", () => {
    const names = [
      ...["GovernanceToken", "VotingEscrow", "ScoreRegistry", "RevenueDistributor", "FeeSplitter", "Buyback"],
      ...["Compounder", "MerkleAirdrop", "SaleRoundFactory", "IndexGovernor", "IndexTimelock", "OptimisticModule"],
    ];
    const whole = parseDeployment({ ...json, contracts: { ...json.contracts, ...all(names) } });
    expect(governanceOf(whole).VotingEscrow).to.equal("0x00000000000000000000000000000000000000A1");
    for (const name of names) {
      const { [name]: _, ...contracts } = whole.contracts;
      expect(() => governanceOf({ contracts: contracts as typeof whole.contracts })).to.throw(`contracts.${name}`);
    }
  });

  it("names what a deployment lacks", () => {
    const { Zap: _, ...without } = json.contracts;
    expect(() => parseDeployment({ ...json, contracts: without })).to.throw(DeploymentInvalidError, "contracts.Zap");
    expect(() => parseDeployment({ ...json, external: { ...json.external, weth: "0x1" } })).to.throw("external.weth");
    expect(() => parseDeployment({ ...json, chainId: "1" })).to.throw(DeploymentInvalidError, "chainId");
    expect(() => parseDeployment({ ...json, tokens: { USDC: { address, feed: address } } })).to.throw(
      "tokens.USDC.decimals",
    );
    expect(() => parseDeployment(null)).to.throw(DeploymentInvalidError, "must be an object");
  });
});

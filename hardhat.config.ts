import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatIgnitionEthers from "@nomicfoundation/hardhat-ignition-ethers";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import { configVariable, defineConfig } from "hardhat/config";
import { buildBeforeSolidityTests } from "./tools/build-before-solidity-tests.ts";
import { dryRun } from "./tools/dry-run.ts";
import { idleConnections } from "./tools/idle-connections.ts";
import { sortedArtifacts } from "./tools/sorted-artifacts.ts";

const require = createRequire(import.meta.url);

// One profile for tests, gas, sizes and deployment: what is measured is what ships.
const gimbal = {
  version: "0.8.37",
  path: require.resolve("./tools/soljson.cjs"),
  settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 800 }, metadata: { bytecodeHash: "none" } },
};
// The proxy that stands in front of every live Chainlink feed is Solidity 0.6.6.
const chainlinkProxy = {
  version: "0.6.6",
  path: require.resolve("./tools/soljson-0.6.6.cjs"),
  settings: { evmVersion: "istanbul", optimizer: { enabled: true, runs: 200 } },
};
const compilers = [gimbal, chainlinkProxy];

export default defineConfig({
  plugins: [
    dryRun,
    sortedArtifacts,
    idleConnections,
    buildBeforeSolidityTests,
    hardhatEthers,
    hardhatChaiMatchers,
    hardhatNetworkHelpers,
    hardhatMocha,
    hardhatTypechain,
    hardhatIgnitionEthers,
    hardhatVerify,
    hardhatKeystore,
  ],
  paths: { ignition: "deploy" },
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/governance/TimelockController.sol",
      "@chainlink/contracts/src/v0.8/keystone/KeystoneForwarder.sol",
      "@chainlink/contracts/src/v0.8/vendor/multicall/ebd8b64/src/Multicall3.sol",
      "chainlink-contracts-v0.8.0/src/v0.6/EACAggregatorProxy.sol",
    ],
    profiles: { default: { compilers }, production: { compilers } },
  },
  typechain: { outDir: "typechain-types", tsNocheck: true },
  networks: {
    localhost: { type: "http", url: "http://127.0.0.1:8545" },
    baseSepolia: {
      type: "http",
      chainType: "op",
      url: configVariable("BASE_SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
    arbitrumSepolia: {
      type: "http",
      url: configVariable("ARBITRUM_SEPOLIA_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
    base: {
      type: "http",
      chainType: "op",
      url: configVariable("BASE_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
    mainnet: {
      type: "http",
      chainType: "l1",
      url: configVariable("MAINNET_RPC_URL"),
      accounts: [configVariable("DEPLOYER_PRIVATE_KEY")],
    },
  },
  test: {
    solidity: {
      // The same sequences every time; a nightly run asks for more of them, and for others.
      fuzz: { runs: 256, seed: process.env.GIMBAL_FUZZ_SEED ?? "0x61b1a1" },
      invariant: {
        runs: Number(process.env.GIMBAL_INVARIANT_RUNS ?? 64),
        depth: Number(process.env.GIMBAL_INVARIANT_DEPTH ?? 50),
      },
    },
    mocha: { timeout: 120_000 },
  },
});

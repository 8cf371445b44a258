import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import type { Artifact } from "@nomicfoundation/ignition-core";
import { ZERO_ADDRESS } from "../config/types.ts";

const require = createRequire(import.meta.url);

const V3_CORE = "@uniswap/v3-core/artifacts/contracts";
const V3_PERIPHERY = "@uniswap/v3-periphery/artifacts/contracts";
const ROUTERS = "@uniswap/swap-router-contracts/artifacts/contracts";

/** The venue as published on npm by its authors: the bytecode that runs on mainnet. */
export const LocalStack = buildModule("LocalStack", (m) => {
  const weth = m.contract("WETH9", npmArtifact("canonical-weth/build/contracts/WETH9.json"));
  const uniswapV3Factory = m.contract(
    "UniswapV3Factory",
    npmArtifact(`${V3_CORE}/UniswapV3Factory.sol/UniswapV3Factory.json`),
  );
  // Uniswap's governance added this tier on the public networks; stable pairs use it.
  m.call(uniswapV3Factory, "enableFeeAmount", [100, 1]);
  const positionManager = m.contract(
    "NonfungiblePositionManager",
    npmArtifact(`${V3_PERIPHERY}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`),
    // No token descriptor: it only draws pictures of positions.
    [uniswapV3Factory, weth, ZERO_ADDRESS],
  );
  const swapRouter02 = m.contract(
    "SwapRouter02",
    npmArtifact(`${ROUTERS}/SwapRouter02.sol/SwapRouter02.json`),
    // No Uniswap V2 factory: its routes are not used.
    [ZERO_ADDRESS, uniswapV3Factory, positionManager, weth],
  );
  const quoterV2 = m.contract("QuoterV2", npmArtifact(`${V3_PERIPHERY}/lens/QuoterV2.sol/QuoterV2.json`), [
    uniswapV3Factory,
    weth,
  ]);

  return { weth, uniswapV3Factory, positionManager, swapRouter02, quoterV2 };
});

function npmArtifact(path: string): Artifact {
  const published = JSON.parse(readFileSync(require.resolve(path), "utf8")) as Pick<
    Artifact,
    "contractName" | "abi" | "bytecode" | "deployedBytecode"
  >;
  return {
    _format: "hh-sol-artifact-1",
    contractName: published.contractName,
    sourceName: path,
    abi: published.abi,
    bytecode: published.bytecode,
    deployedBytecode: published.deployedBytecode,
    linkReferences: {},
    deployedLinkReferences: {},
  };
}

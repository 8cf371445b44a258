import { GOVERNANCE } from "./governance.ts";
import { SERVICES } from "./services.ts";
import { MULTICALL3, type NetworkConfig, PERMIT2 } from "./types.ts";

// Deviation thresholds: see AssetListing in types.ts before deploying.
const HOUR = 3_600;
const DAY = 86_400;

/** Base: the L2 whose sequencer feed is published, so the one configuration that exercises it. */
export const base: NetworkConfig = {
  name: "base",
  chainId: 8_453,
  sequencerFeed: "0xBCF85224fc0756B9Fa45aA7892530B47e10b6433",
  sequencerGrace: HOUR,
  protocolFeeBps: 1_000,
  external: {
    uniswapV3Factory: "0x33128a8fC17869897dcE68Ed026d694621f6FDfD",
    positionManager: "0x03a520b32C04BF3bEEf7BEb72E919cf822Ed34f1",
    swapRouter02: "0x2626664c2603336E57B271c5C0b26F421741e481",
    quoterV2: "0x3d4e44Eb1374240CE5F1B871ab261CD16335B76a",
    weth: "0x4200000000000000000000000000000000000006",
    permit2: PERMIT2,
    multicall3: MULTICALL3,
  },
  governance: GOVERNANCE,
  services: SERVICES,
  assets: [
    {
      symbol: "WETH",
      token: "0x4200000000000000000000000000000000000006",
      decimals: 18,
      feed: "0x71041dddad3595F9CEd3DcCFBe3D1F4b0a16Bb70",
      feedDecimals: 8,
      heartbeat: 1_200,
      deviationBps: 15,
      tier: "MAJOR",
      usdCap: 0,
    },
    {
      // Priced by BTC / USD: the wrapper is assumed to hold its peg. The tier cap bounds it.
      symbol: "cbBTC",
      token: "0xcbB7C0000aB88B473b1f5aFd9ef808440eed33Bf",
      decimals: 8,
      feed: "0x64c911996D3c6aC71f9b455B1E8E7266BcbD848F",
      feedDecimals: 8,
      heartbeat: 1_200,
      deviationBps: 10,
      tier: "MAJOR",
      usdCap: 0,
    },
    {
      symbol: "USDC",
      token: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
      decimals: 6,
      feed: "0x7e860098F58bBFC8648a4311b374B1D669a2bc6B",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 30,
      tier: "STABLE",
      usdCap: 0,
    },
  ],
};

import { GOVERNANCE } from "./governance.ts";
import { SERVICES } from "./services.ts";
import { MULTICALL3, type NetworkConfig, PERMIT2, ZERO_ADDRESS } from "./types.ts";

const HOUR = 3_600;
const DAY = 86_400;

/**
 * Arbitrum Sepolia. Chainlink's list of sequencer feeds names Arbitrum One (0xFdB631F5EE196F0ed6FAa767959853A9F217697D)
 * and no feed for this testnet, so none is read. Testnet feeds are not kept to their heartbeat, hence a day for each.
 */
export const arbitrumSepolia: NetworkConfig = {
  name: "arbitrumSepolia",
  chainId: 421_614,
  sequencerFeed: ZERO_ADDRESS,
  sequencerGrace: HOUR,
  protocolFeeBps: 1_000,
  external: {
    uniswapV3Factory: "0x248AB79Bbb9bC29bB72f7Cd42F17e054Fc40188e",
    positionManager: "0x6b2937Bde17889EDCf8fbD8dE31C3C2a70Bc4d65",
    swapRouter02: "0x101F443B4d1b059569D643917553c771E1b9663E",
    quoterV2: "0x2779a0CC1c3e0E44D2542EC3e79e3864Ae93Ef0B",
    weth: "0x980B62Da83eFf3D4576C647993b0c1D7faf17c73",
    permit2: PERMIT2,
    multicall3: MULTICALL3,
  },
  governance: GOVERNANCE,
  services: SERVICES,
  assets: [
    {
      symbol: "WETH",
      token: "0x980B62Da83eFf3D4576C647993b0c1D7faf17c73",
      decimals: 18,
      feed: "0xd30e2101a97dcbAeBCBC04F14C3f624E67A35165",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 50,
      tier: "MAJOR",
      usdCap: 0,
    },
    {
      symbol: "LINK",
      token: "0xb1D4538B4571d411F07960EF2838Ce337FE1E80E",
      decimals: 18,
      feed: "0x0FB99723Aee6f420beAD13e6bBB79b7E6F034298",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 100,
      tier: "LARGE",
      usdCap: 100_000,
    },
    {
      symbol: "USDC",
      token: "0x75faf114eafb1BDbe2F0316DF893fd58CE46AA4d",
      decimals: 6,
      feed: "0x0153002d20B96532C639313c2d54c3dA09109309",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 25,
      tier: "STABLE",
      usdCap: 0,
    },
  ],
};

import { GOVERNANCE } from "./governance.ts";
import { SERVICES } from "./services.ts";
import { MULTICALL3, type NetworkConfig, PERMIT2, ZERO_ADDRESS } from "./types.ts";

const HOUR = 3_600;
const DAY = 86_400;

/**
 * Base Sepolia. Chainlink publishes no sequencer feed for it (the one of Base itself,
 * 0xBCF85224fc0756B9Fa45aA7892530B47e10b6433, has no code here), so none is read. It has no canonical wrapped
 * bitcoin either. Testnet feeds are not kept to their heartbeat, hence a day for each.
 */
export const baseSepolia: NetworkConfig = {
  name: "baseSepolia",
  chainId: 84_532,
  sequencerFeed: ZERO_ADDRESS,
  sequencerGrace: HOUR,
  protocolFeeBps: 1_000,
  external: {
    uniswapV3Factory: "0x4752ba5DBc23f44D87826276BF6Fd6b1C372aD24",
    positionManager: "0x27F971cb582BF9E50F397e4d29a5C7A34f11faA2",
    swapRouter02: "0x94cC0AaC535CCDB3C01d6787D6413C739ae12bc4",
    quoterV2: "0xC5290058841028F1614F3A6F0F5816cAd0df5E27",
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
      feed: "0x4aDC67696bA383F43DD60A9e78F2C97Fbbfc7cb1",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 50,
      tier: "MAJOR",
      usdCap: 0,
    },
    {
      symbol: "LINK",
      token: "0xE4aB69C077896252FAFBD49EFD26B5D171A32410",
      decimals: 18,
      feed: "0xb113F5A928BCfF189C998ab20d753a47F9dE5A61",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 100,
      tier: "LARGE",
      usdCap: 100_000,
    },
    {
      symbol: "USDC",
      token: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
      decimals: 6,
      feed: "0xd30e2101a97dcbAeBCBC04F14C3f624E67A35165",
      feedDecimals: 8,
      heartbeat: DAY,
      deviationBps: 25,
      tier: "STABLE",
      usdCap: 0,
    },
  ],
};

import { expect } from "chai";
import { getAddress } from "viem";
import { networks } from "../../../deploy/config/index.ts";
import { TIERS, ZERO_ADDRESS } from "../../../deploy/config/types.ts";
import hardhatConfig from "../../../hardhat.config.ts";

const SECONDS_A_DAY = 86_400;

/** Every address in a configuration, with the path that leads to it. */
function addressesIn(value: unknown, path: string): [string, string][] {
  if (typeof value === "string") return value.startsWith("0x") && value.length === 42 ? [[path, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => addressesIn(child, `${path}.${key}`));
}

describe("deployment configurations", () => {
  it("has the four public networks that hardhat.config.ts can reach, by the same names", () => {
    expect(Object.keys(networks).sort()).to.deep.equal(["arbitrumSepolia", "base", "baseSepolia", "mainnet"]);
    expect(Object.keys(hardhatConfig.networks ?? {})).to.include.members(Object.keys(networks));
  });

  for (const [name, config] of Object.entries(networks)) {
    describe(name, () => {
      it("writes every address with its EIP-55 checksum", () => {
        const wrong = addressesIn(config, name).filter(([, address]) => getAddress(address) !== address);

        expect(wrong).to.deep.equal([]);
      });

      it("lists each symbol, token and feed once", () => {
        for (const key of ["symbol", "token", "feed"] as const) {
          const values = config.assets.map((asset) => asset[key]);
          expect(new Set(values).size, key).to.equal(values.length);
        }
      });

      it("lists wrapped ether and a stable, without which there is neither zap nor DERISK destination", () => {
        expect(config.assets.map(({ token }) => token)).to.include(config.external.weth);
        expect(config.assets.some(({ tier }) => tier === "STABLE")).to.equal(true);
      });

      it("has no zero address except for a sequencer feed that does not exist", () => {
        const zero = addressesIn(config, name).filter(([, address]) => address === ZERO_ADDRESS);

        expect(zero.map(([path]) => path).filter((path) => path !== `${name}.sequencerFeed`)).to.deep.equal([]);
      });

      it("has figures in the registry's ranges", () => {
        for (const { symbol, heartbeat, deviationBps, decimals, usdCap } of config.assets) {
          expect(heartbeat, symbol).to.be.within(1, SECONDS_A_DAY);
          expect(deviationBps, symbol).to.be.within(1, 1_000);
          expect(decimals, symbol).to.be.within(0, 36);
          expect(usdCap, symbol).to.be.within(0, 2 ** 48 - 1);
        }
      });
    });
  }

  it("reads the published sequencer feed of Base", () => {
    expect(networks.base?.sequencerFeed).to.equal("0xBCF85224fc0756B9Fa45aA7892530B47e10b6433");
  });

  it("lets BTC and ETH hold 70%, as a market-cap index needs", () => {
    expect(TIERS.MAJOR.maxWeightBps).to.equal(7_000);
    expect(networks.mainnet?.assets.filter(({ tier }) => tier === "MAJOR").map(({ symbol }) => symbol)).to.deep.equal([
      "WETH",
      "WBTC",
    ]);
  });
});

import { expect } from "chai";
import { deployment } from "./govern/govern.fixture.ts";
import { parseSettings, SettingsInvalidError } from "./settings.ts";

const local = { chainId: 31_337, name: "Local chain", rpcUrl: "http://127.0.0.1:8545", deployment, isLocal: true };
const real = { ...local, chainId: 1, name: "Ethereum", deployment: { ...deployment, chainId: 1 } };
const read = (network: unknown) => parseSettings({ networks: [network] })[0];

describe("the settings beside the app", () => {
  it("may call a development chain of this machine local, and no other", () => {
    expect(read(local)?.isLocal).to.equal(true);
    expect(read({ ...local, rpcUrl: "http://[::1]:8545" })?.isLocal).to.equal(true);
    expect(read({ ...real, isLocal: false })?.isLocal).to.equal(false);
    for (const lie of [
      real,
      { ...local, rpcUrl: "https://chain.example.org" },
      { ...local, rpcUrl: "https://127.0.0.1.example.org" },
    ]) {
      expect(() => read(lie), lie.rpcUrl).to.throw(SettingsInvalidError, "can be local");
    }
  });

  it("name places of the web, and no script", () => {
    expect(read({ ...local, explorerUrl: "https://scan.example.org" })?.explorerUrl).to.equal(
      "https://scan.example.org",
    );
    for (const key of ["rpcUrl", "apiUrl", "explorerUrl"]) {
      for (const place of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "nowhere"]) {
        expect(() => read({ ...local, [key]: place }), place).to.throw(SettingsInvalidError, `${key} must be a URL`);
      }
    }
  });

  it("are of the deployment's own chain", () => {
    expect(() => read({ ...local, chainId: 1, isLocal: false })).to.throw(SettingsInvalidError, "one of chain 31337");
  });
});

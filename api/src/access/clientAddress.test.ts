import { expect } from "chai";
import { clientAddress, clientKeys, normalAddress, trustedProxies } from "./clientAddress.ts";
import { AccessConfigError } from "./errors.ts";

const NOBODY = trustedProxies([]);
const PROXIES = trustedProxies(["10.0.0.0/8", "2001:db8::5"]);

describe("client address", () => {
  it("does not believe X-Forwarded-For unless a proxy is trusted", () => {
    expect(clientAddress("203.0.113.9", "1.2.3.4", NOBODY)).to.equal("203.0.113.9");
    expect(clientAddress("203.0.113.9", "1.2.3.4", PROXIES)).to.equal("203.0.113.9");
  });

  it("reads the hop that the last trusted proxy saw, and nothing that the client wrote before it", () => {
    expect(clientAddress("10.0.0.1", "9.9.9.9, 198.51.100.7", PROXIES)).to.equal("198.51.100.7");
    expect(clientAddress("10.0.0.1", "9.9.9.9, 198.51.100.7, 10.2.3.4", PROXIES)).to.equal("198.51.100.7");
    expect(clientAddress("::ffff:10.0.0.1", "198.51.100.7:4711", PROXIES)).to.equal("198.51.100.7");
    expect(clientAddress("2001:db8::5", "[2001:db8:1::1]:443", PROXIES)).to.equal("2001:db8:1::1");
  });

  it("counts a request for the proxy itself when it names nobody or nonsense", () => {
    expect(clientAddress("10.0.0.1", undefined, PROXIES)).to.equal("10.0.0.1");
    expect(clientAddress("10.0.0.1", "unknown", PROXIES)).to.equal("10.0.0.1");
    expect(clientAddress("10.0.0.1", "1.2.3.4, <script>", PROXIES)).to.equal("10.0.0.1");
    expect(clientAddress(undefined, "1.2.3.4", PROXIES)).to.equal(undefined);
  });

  it("gives an address one spelling", () => {
    expect(normalAddress("::FFFF:1.2.3.4")).to.equal("1.2.3.4");
    expect(normalAddress("::ffff:0102:0304")).to.equal("1.2.3.4");
    expect(normalAddress("fe80::1%eth0")).to.equal(normalAddress("FE80:0:0:0:0:0:0:1"));
    expect(normalAddress("1.2.3")).to.equal(undefined);
    expect(normalAddress("")).to.equal(undefined);
  });

  it("counts IPv6 by networks of 64 bits, and all of a site together", () => {
    const [a, b, c] = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"].map((text) => clientKeys(text));
    expect(a).to.deep.equal(b);
    expect(c!.client).to.not.equal(a!.client);
    expect(c!.site).to.equal(a!.site);
    expect(clientKeys("2001:db8:2::1").site).to.not.equal(a!.site);
    expect(clientKeys("1.2.3.4")).to.deep.equal({ client: "1.2.3.4", site: undefined });
    expect(clientKeys(undefined).client).to.equal(clientKeys("nonsense").client);
  });

  it("refuses lists of proxies that trust everybody or nobody knows what", () => {
    for (const entry of ["0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/", "proxy.local", ""]) {
      expect(() => trustedProxies([entry]), entry).to.throw(AccessConfigError);
    }
  });
});

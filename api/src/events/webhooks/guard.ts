import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { AddressRefusedError } from "../errors.ts";

/** Which addresses may be called. */
export interface GuardOptions {
  /** Also plain HTTP and this machine or its network. For a local chain only. */
  readonly allowsPrivate: boolean;
  /** Finds the addresses of a name; the system's unless a test brings its own. */
  readonly resolve?: Resolve;
}

/** Every address of a name. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

const LONGEST_URL = 2_048;

/** Networks that are not the public internet: IANA's special-purpose registries for IPv4. */
const NOT_PUBLIC_V4 = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by carriers
  ["127.0.0.0", 8], // this machine
  ["169.254.0.0", 16], // link-local, with the metadata services of clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocols
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
] as const;

/** Of IPv6, only 2000::/3 is public, and of that not these. */
const NOT_PUBLIC_V6 = [
  ["2001::", 23], // protocols, with tunnels of Teredo
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4: an IPv4 address in disguise
  ["3fff::", 20], // documentation
] as const;

const notPublic = new BlockList();
for (const [net, bits] of NOT_PUBLIC_V4) notPublic.addSubnet(net, bits, "ipv4");
for (const [net, bits] of NOT_PUBLIC_V6) notPublic.addSubnet(net, bits, "ipv6");
const publicV6 = new BlockList();
publicV6.addSubnet("2000::", 3, "ipv6");

/** Whether an address belongs to the public internet. An IPv4 address inside an IPv6 one never does. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, "ipv4");
  return family === 6 && publicV6.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}

/** Decides which addresses are called, when one is entered and again at every connection. */
export class Guard {
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** The address in its one way of writing it. Throws AddressRefusedError. Asks no name server. */
  parse(text: string): URL {
    const url = URL.canParse(text) && text.length <= LONGEST_URL ? new URL(text) : undefined;
    if (url === undefined) throw new AddressRefusedError("This is no address of a web server. Write https://...");
    const { allowsPrivate } = this.#options;
    if (url.protocol !== "https:" && !(allowsPrivate && url.protocol === "http:")) {
      throw new AddressRefusedError("A webhook is called by HTTPS only. Write https://...");
    }
    if (url.username !== "" || url.password !== "") {
      throw new AddressRefusedError("An address may hold no password. Check the signature instead.");
    }
    url.hash = "";
    const host = hostOf(url);
    if (isIP(host) !== 0) this.#require([host], host);
    return url;
  }

  /** Asks where an address leads now. Throws AddressRefusedError when any of the answers is not public. */
  async check(url: URL): Promise<void> {
    await this.#resolve(hostOf(url));
  }

  /** For a connection: finds the address that is connected to and refuses it in the same step, so that it cannot change between. */
  readonly lookup: LookupFunction = (name, options, answer) => {
    this.#resolve(name).then(
      (found) => {
        const family = options.family === "IPv4" ? 4 : options.family === "IPv6" ? 6 : (options.family ?? 0);
        const fitting = found.filter((entry) => family === 0 || entry.family === family);
        const [first] = fitting;
        if (first === undefined) answer(new AddressRefusedError(`${name} has no address of this kind.`), "", 0);
        else if (options.all === true) answer(null, [...fitting]);
        else answer(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => answer(error, "", 0),
    );
  };

  async #resolve(name: string): Promise<readonly LookupAddress[]> {
    if (isIP(name) !== 0) {
      this.#require([name], name);
      return [{ address: name, family: isIP(name) }];
    }
    const found = await (this.#options.resolve ?? resolveByName)(name);
    if (found.length === 0) throw new AddressRefusedError(`${name} has no address.`);
    this.#require(
      found.map(({ address }) => address),
      name,
    );
    return found;
  }

  /** One private address among several is enough to refuse: whoever connects might get that one. */
  #require(addresses: readonly string[], host: string): void {
    if (this.#options.allowsPrivate || addresses.every(isPublic)) return;
    const words = `${host} leads to an address that is not public. Webhooks go to public addresses only.`;
    throw new AddressRefusedError(words);
  }
}

/** The host without the brackets around an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function resolveByName(name: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
  });
}

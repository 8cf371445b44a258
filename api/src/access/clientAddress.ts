import { BlockList, isIP } from "node:net";
import {
  convertIPv4BinaryToString,
  convertIPv4MappedIPv6ToIPv4,
  convertIPv6BinaryToString,
  convertIPv6ToBinary,
  isIPv4MappedIPv6,
} from "hono/utils/ipaddr";
import { AccessConfigError } from "./errors.ts";

/** Bits of an IPv6 address that name a network, and those that name what a provider gives to one customer. */
const NETWORK_BITS = 64n;
const SITE_BITS = 48n;

/** Whom a request counts for. */
export type ClientKeys = {
  /** One IPv4 address, or an IPv6 network of 64 bits: whoever has one address of it has all. */
  readonly client: string;
  /** The IPv6 network of 48 bits that it lies in; undefined for IPv4. */
  readonly site: string | undefined;
};

/** Proxies in front of the API, whose X-Forwarded-For is believed. */
export type TrustedProxies = { readonly has: (address: string) => boolean };

/**
 * Reads a list of addresses and networks such as "10.0.0.0/8" or "fd00::/8". Nobody is trusted when it is empty.
 * Throws {@link AccessConfigError}.
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix, ...rest] = entry.split("/");
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    // A network of no bits would trust everybody, which makes the address of a request whatever it says.
    if (family === 0 || rest.length > 0 || !(bits >= 1 && bits <= most)) {
      throw new AccessConfigError(`trusted proxy "${entry}"`, "write an address, or a network such as 10.0.0.0/8");
    }
    list.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  }
  return {
    has: (address) => {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** An address in its one spelling: without zone or port, IPv4 also where IPv6 carries it. Undefined for what is none. */
export function normalAddress(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return undefined;
  if (family === 4) return bare;
  const binary = convertIPv6ToBinary(bare);
  if (isIPv4MappedIPv6(binary)) return convertIPv4BinaryToString(convertIPv4MappedIPv6ToIPv4(binary));
  return convertIPv6BinaryToString(binary);
}

/**
 * The address that a request came from. X-Forwarded-For is read from its right end, where the nearest proxy wrote, and only as
 * far as every proxy on the way is trusted: what the client itself wrote into it is never reached.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string | undefined {
  let address = socketAddress === undefined ? undefined : normalAddress(socketAddress);
  const hops = (forwardedFor ?? "").split(",");
  while (address !== undefined && proxies.has(address)) {
    const before = normalAddress(hops.pop() ?? "");
    // A trusted proxy that names nobody has asked by itself.
    if (before === undefined) return address;
    address = before;
  }
  return address;
}

/** What a request counts for. Requests whose address is not known share one bucket. */
export function clientKeys(address: string | undefined): ClientKeys {
  if (address === undefined || isIP(address) === 0) return { client: "unknown", site: undefined };
  if (isIP(address) === 4) return { client: address, site: undefined };
  const binary = convertIPv6ToBinary(address);
  const network = (bits: bigint): string =>
    `${convertIPv6BinaryToString((binary >> (128n - bits)) << (128n - bits))}/${bits}`;
  return { client: network(NETWORK_BITS), site: network(SITE_BITS) };
}

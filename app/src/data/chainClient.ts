import type { Chain, Client, Transport } from "viem";

/**
 * A way to read from a chain. It has none of the methods of viem's PublicClient, which bring every action that there is: who
 * needs one imports it from viem/actions.
 */
export type ChainClient = Client<Transport, Chain>;

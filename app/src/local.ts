/** A chain that development nodes make; money on it is made up. */
const LOCAL_CHAIN = 31_337;

/** Whether a chain can be one of this machine. No other one may be called local: real money must never be said to be made up. */
export function canBeLocal(chainId: number, rpcUrl: string): boolean {
  return chainId === LOCAL_CHAIN && isLoopback(rpcUrl);
}

/** Whether it is a chain that development nodes make, wherever its node is. */
export function isDevelopment(chainId: number): boolean {
  return chainId === LOCAL_CHAIN;
}

/** Whether an address leads to this machine. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

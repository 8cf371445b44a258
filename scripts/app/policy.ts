import type { AppNetwork } from "./settings.ts";

/**
 * Headers of everything that is served. The page may talk to itself and to the nodes and APIs of its networks, and to nobody
 * else. Styles may stand inline: toasts and dialogs write their own.
 */
export function securityHeaders(networks: readonly AppNetwork[]): Readonly<Record<string, string>> {
  const places = networks.flatMap(({ rpcUrl, apiUrl }) => (apiUrl === null ? [rpcUrl] : [rpcUrl, apiUrl]));
  const origins = [...new Set(places.map((place) => new URL(place).origin))];
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    // Wallets announce themselves with an icon in a data URL (EIP-6963).
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...origins].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    // A wallet may open a window of its own and answer from there.
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "cross-origin-resource-policy": "same-origin",
  };
}

/** Something that the app needs is not there, or not for pages of other origins. The message says what to do. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** {ms} */
const PATIENCE = 10_000;
const JSON_TYPE = { "content-type": "application/json" };

/** Whether a node answers for that chain, and for pages of this origin. Throws UnreachableError. */
export async function checkNode(url: string, chainId: number, origin: string): Promise<void> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const response = await ask(url, { method: "POST", headers: { ...JSON_TYPE, origin }, body });
  const answer = (await response?.json().catch(() => undefined)) as { result?: unknown } | undefined;
  if (typeof answer?.result !== "string") throw new UnreachableError(`No node of a chain answers at ${url}.`);
  if (Number(answer.result) !== chainId) {
    throw new UnreachableError(`The node is of chain ${Number(answer.result)}, the deployment of chain ${chainId}.`);
  }
  const preflight = await ask(url, { method: "OPTIONS", headers: { origin, ...asking("POST") } });
  for (const allowed of [response, preflight]) {
    if (!allows(allowed, origin)) {
      throw new UnreachableError(
        `The node at ${url} does not let pages of ${origin} ask it (CORS). Allow that origin there, or take another node.`,
      );
    }
  }
}

/** Why pages of this origin cannot use the API there, as a sentence; undefined: they can. The app works without it. */
export async function apiProblem(url: string, origin: string): Promise<string | undefined> {
  const response = await ask(new URL("/health", url).href, { headers: { origin } });
  if (response === undefined) return `No API answers at ${url}: the app reads the chain until one does.`;
  return allows(response, origin) ? undefined : `The API at ${url} does not let pages of ${origin} ask it (CORS).`;
}

function asking(method: string): Record<string, string> {
  return { "access-control-request-method": method, "access-control-request-headers": "content-type" };
}

function ask(url: string, init: RequestInit): Promise<Response | undefined> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
}

function allows(response: Response | undefined, origin: string): boolean {
  const allowed = response?.headers.get("access-control-allow-origin");
  return allowed === "*" || allowed === origin;
}

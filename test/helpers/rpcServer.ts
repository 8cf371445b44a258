import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import type { EthereumProvider } from "hardhat/types/providers";

/** A simulated network as other processes see it: JSON-RPC over HTTP, on a free port unless told. */
export async function serve(provider: EthereumProvider, port = 0): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { id, method, params } = (await json(request)) as { id: number; method: string; params?: unknown[] };
    response.setHeader("content-type", "application/json");
    const answer = await provider.request({ method, params: params ?? [] }).then(
      (result) => ({ result }),
      (error: { code?: number; message?: string; data?: unknown }) => {
        return { error: { code: error.code ?? -32_603, message: error.message ?? "failed", data: error.data } };
      },
    );
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return server;
}

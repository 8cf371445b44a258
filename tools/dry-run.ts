// Hardhat looks for the smallest gas limit of every transaction without one, with up to twenty runs of it. That was almost half
// of the time of the contract tests, and no test asks for that limit. On a simulated chain one dry run in its place says
// whether the transaction reverts, which is then not mined, as before; if not, it is sent with as much gas as one may have.
import { definePlugin } from "hardhat/plugins";

/** {gas} Most that a transaction may have: EIP-7825. */
const MOST_GAS = "0x1000000";

export const dryRun = definePlugin({
  id: "gimbal-dry-run",
  hookHandlers: {
    network: async () => ({
      default: async () => ({
        async onRequest(context, connection, request, next) {
          const [transaction] = (request.params ?? []) as [Record<string, unknown>?];
          const { type, gas } = connection.networkConfig;
          const isOurs = request.method === "eth_sendTransaction" && type === "edr-simulated" && gas === "auto";
          if (!isOurs || transaction === undefined || transaction.gas !== undefined) {
            return next(context, connection, request);
          }
          const limited = { ...transaction, gas: MOST_GAS };
          await connection.provider.request({ method: "eth_call", params: [limited, "pending"] });
          return next(context, connection, { ...request, params: [limited] });
        },
      }),
    }),
  },
});

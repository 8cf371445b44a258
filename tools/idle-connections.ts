// A local node closes a connection after five seconds of silence. When this process computes for longer without a pause,
// it cannot see that, sends the next request on the closed connection and fails. A turn of the event loop before such a
// request lets the close arrive first.
import { setImmediate, setTimeout } from "node:timers/promises";
import { definePlugin } from "hardhat/plugins";

/** {ms} of silence, shorter than any node's patience. */
const SILENCE = 1_000;

export const idleConnections = definePlugin({
  id: "gimbal-idle-connections",
  hookHandlers: {
    network: async () => ({
      default: async () => {
        let last = performance.now();
        return {
          async onRequest(context, connection, request, next) {
            if (connection.networkConfig.type === "http" && performance.now() - last > SILENCE) {
              // After a timer comes the phase in which sockets are read, and after that the immediate.
              await setTimeout(1);
              await setImmediate();
            }
            const response = await next(context, connection, request);
            last = performance.now();
            return response;
          },
        };
      },
    }),
  },
});

// Hardhat walks the artifacts in whatever order the disk answers, and typechain writes its index in that order. Sorting
// them first makes typechain-types the same on every machine, so that it can be committed and compared.
import { definePlugin } from "hardhat/plugins";

export const sortedArtifacts = definePlugin({
  id: "gimbal-sorted-artifacts",
  hookHandlers: {
    solidity: async () => ({
      default: async () => ({
        async processArtifactsAfterSuccessfulBuild(_context, artifactPaths) {
          (artifactPaths as string[]).sort();
        },
      }),
    }),
  },
});

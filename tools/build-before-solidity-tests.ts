// Invariant tests call handlers of other files, which are told apart by their artifacts. Hardhat compiles the named test
// files only, so that a single file found the artifact of its handler missing or of an older version ("address does not
// have an associated contract"). Everything is compiled first instead; what is up to date costs nothing.
import { overrideTask } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

export const buildBeforeSolidityTests: HardhatPlugin = {
  id: "gimbal-build-before-solidity-tests",
  tasks: [
    overrideTask(["test", "solidity"])
      .setAction(async () => ({
        default: async (args, hre, runSuper) => {
          if (args.noCompile !== true) await hre.tasks.getTask("build").run({ quiet: true });
          return runSuper(args);
        },
      }))
      .build(),
  ],
};

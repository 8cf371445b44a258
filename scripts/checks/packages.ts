import { type Check, files, read } from "./sources.ts";

/** The packages that this project is built on: each is a direct dependency and used by our own sources. */
const REQUIRED = [
  "hardhat",
  "ethers",
  "@openzeppelin/contracts",
  "viem",
  "@chainlink/contracts",
  "typechain",
  "mocha",
  "chai",
];

type Manifest = { dependencies?: Record<string, string>; devDependencies?: Record<string, string> };

export const packagesCheck: Check = {
  name: "required packages are direct dependencies and imported",
  run: () => {
    const declared = new Set(
      files(/(^|\/)package\.json$/).flatMap((path) => {
        const { dependencies, devDependencies } = JSON.parse(read(path)) as Manifest;
        return Object.keys({ ...dependencies, ...devDependencies });
      }),
    );
    const sources = files(/\.(sol|ts)$/).map(read);
    const isImported = (name: string): boolean => {
      const statement = new RegExp(`(?:\\bfrom|\\bimport)\\s*\\(?\\s*["']${name}(/[^"']*)?["']`);
      return sources.some((text) => statement.test(text));
    };
    return REQUIRED.flatMap((name) => [
      ...(declared.has(name) ? [] : [`${name} is in no package.json: add it as a direct dependency`]),
      ...(isImported(name) ? [] : [`${name} is imported by none of our sources`]),
    ]);
  },
};

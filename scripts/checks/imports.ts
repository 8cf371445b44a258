import { dirname, join } from "node:path";
import { type Check, files, type Problem, read } from "./sources.ts";

type Rule = { from: RegExp; never: RegExp; because: string };

/** contracts <- typechain-types <- sdk <- keeper <- api; a keeper stage imports only stages to its left. */
const STAGES = ["data", "features", "models", "signals", "weights", "plan", "methodology", "execute"];

const stageRules: Rule[] = STAGES.slice(0, -1).map((stage, index) => ({
  from: new RegExp(`^keeper/src/${stage}/(?!.*\\.test\\.ts$)`),
  never: new RegExp(`^keeper/src/(${STAGES.slice(index + 1).join("|")})/`),
  because: "a stage imports only stages to its left",
}));

const rules: Rule[] = [
  {
    from: /^contracts\/(?!periphery\/|mocks\/|governance\/(Buyback|Compounder)\.sol|.*\.t\.sol)/,
    never: /^contracts\/(periphery|mocks)\//,
    because: "the core knows neither periphery nor mocks",
  },
  {
    from: /^contracts\/governance\/(Buyback|Compounder)\.sol/,
    never: /^contracts\/(periphery\/(?!UniswapV3Swapper\.sol)|mocks\/)/,
    because: "what trades with Uniswap uses the swapper and nothing else of the periphery",
  },
  {
    from: /^contracts\/(?!services\/|interfaces\/services\/|periphery\/|mocks\/)/,
    never: /^contracts\/(interfaces\/)?services\//,
    because: "the core knows nothing of AI services",
  },
  { from: /^contracts\/periphery\//, never: /^contracts\/mocks\//, because: "mocks are for tests" },
  { from: /^sdk\/src\//, never: /^(keeper|api|scripts|deploy|test)\//, because: "the SDK stands below its users" },
  {
    from: /^keeper\/src\//,
    never: /^(api|scripts|deploy|test)\//,
    because: "the keeper runs without the tools around it",
  },
  { from: /^api\/src\//, never: /^(scripts|deploy|test)\//, because: "the API runs without the tools around it" },
  {
    from: /^(keeper|api)\/src\/(?!.*\.test\.ts$)/,
    never: /^typechain-types\//,
    because: "keeper and API reach the chain through the SDK",
  },
  {
    from: /^app\/src\//,
    never: /^(keeper|api|scripts|deploy|test|contracts|typechain-types)\//,
    because: "the app stands on the SDK and on what the API answers",
  },
  ...stageRules,
];

/** Paths from the root of everything that a file imports from the project. */
function importsOf(path: string): string[] {
  const statements = read(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g);
  return [...statements]
    .map((match) => match[1] ?? "")
    .map((target) => target.replace(/^@gimbal\/(sdk|keeper|api)/, (_, name: string) => `/${name}/src/`))
    .filter((target) => /^[./]/.test(target))
    .map((target) => (target.startsWith("/") ? target.slice(1) : join(dirname(path), target)));
}

function problemsOf(path: string): Problem[] {
  const targets = importsOf(path);
  return rules
    .filter(({ from }) => from.test(path))
    .flatMap(({ never, because }) =>
      targets.filter((target) => never.test(target)).map((target) => `${path} imports ${target}: ${because}`),
    );
}

export const importsCheck: Check = {
  name: "direction of imports",
  run: () => files(/^(contracts|sdk|keeper|api|app)\/.*\.(sol|tsx?)$/).flatMap(problemsOf),
};

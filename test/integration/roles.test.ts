import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FunctionFragment, Result } from "ethers";
import {
  allowed,
  isOpen,
  PERMISSIONS,
  plainArgument,
  type Rule,
  readPermissions,
  WITH_OWNER,
} from "../helpers/permissions.ts";
import { deployRolesWorld, type RolesWorld, type Target } from "../helpers/rolesWorld.ts";

/** Errors that say "not you". */
const REFUSAL = /Unauthorized|CallerNot|OnlyExecutor|OnlyProposer|OnlyGovernance|UnableToCancel/;

/** Functions that can change something. */
function mutable({ abi }: Target): FunctionFragment[] {
  return abi.fragments.filter(
    (fragment): fragment is FunctionFragment => FunctionFragment.isFragment(fragment) && !fragment.constant,
  );
}

/** Rule keys of a function: its name, or its name with arguments. */
function keysOf(target: Target, { name }: FunctionFragment): string[] {
  return Object.keys(PERMISSIONS[target.name] ?? {}).filter((key) => key.split("(")[0] === name);
}

/** The function that a rule is about; of several with the name the one with as many arguments as the key has. */
function fragmentOf(target: Target, key: string): FunctionFragment {
  const [name, list] = key.split("(");
  const count = list === undefined || list === ")" ? 0 : list.split(",").length;
  const candidates = mutable(target).filter((fragment) => fragment.name === name);
  const found = candidates.length > 1 ? candidates.find(({ inputs }) => inputs.length === count) : candidates[0];
  if (found === undefined) throw new Error(`${target.name} has no ${key}: take it out of test/helpers/permissions.ts`);
  return found;
}

describe("roles", () => {
  const folder = mkdtempSync(join(tmpdir(), "gimbal-roles-"));
  after(() => rmSync(folder, { recursive: true }));
  let world: RolesWorld;
  before(async () => {
    world = await deployRolesWorld(folder);
  });

  /** The error that `from` gets, without its transaction being sent. */
  async function tryAs(from: string, to: string, data: string): Promise<{ name: string; args: Result } | undefined> {
    try {
      await world.provider.request({ method: "eth_call", params: [{ from, to, data }, "latest"] });
      return undefined;
    } catch (error) {
      const revert = revertData(error);
      const parsed = revert === undefined ? null : world.errors.parseError(revert);
      return parsed === null ? { name: "", args: Result.fromItems([]) } : { name: parsed.name, args: parsed.args };
    }
  }

  const calldata = (target: Target, key: string, rule: Rule): string => {
    const fragment = fragmentOf(target, key);
    const args = rule.args?.(world.scene) ?? fragment.inputs.map(plainArgument);
    return target.abi.encodeFunctionData(fragment, args);
  };

  it("names every function of every deployed contract that can change something", () => {
    for (const target of world.targets) {
      expect(PERMISSIONS, target.name).to.have.property(target.name);
      for (const fragment of mutable(target)) {
        const keys = keysOf(target, fragment);
        expect(keys, `${target.name}.${fragment.format("sighash")} is in no table`).to.not.be.empty;
        for (const key of keys) fragmentOf(target, key);
      }
    }
    const deployed = world.targets.map(({ name }) => name);
    expect(Object.keys(PERMISSIONS).filter((name) => !deployed.includes(name))).to.deep.equal([]);
  });

  it("I-19: refuses everybody whom the table does not name, with the error that says so, and nobody whom it names", async () => {
    const wrong: string[] = [];
    for (const target of world.targets) {
      for (const [key, rule] of Object.entries(PERMISSIONS[target.name] ?? {})) {
        const data = calldata(target, key, rule);
        for (const [who, from] of Object.entries(world.scene.cast)) {
          const error = await tryAs(from, target.address, data);
          const problem = judge(rule, who, from, error);
          if (problem !== undefined) wrong.push(`${target.name}.${key} by ${who}: ${problem}`);
        }
      }
    }
    expect(wrong).to.deep.equal([]);
  });

  it("says the same in docs/PERMISSIONS.md", () => {
    const written = readPermissions(readFileSync("docs/PERMISSIONS.md", "utf8"));
    for (const [name, table] of Object.entries(PERMISSIONS)) {
      const rows = new Map([
        ...(written.get(name) ?? []),
        ...(WITH_OWNER.has(name) ? (written.get("Owned contracts") ?? []) : []),
      ]);
      const expected = Object.entries(table).map(([key, { who }]) => [key, who]);
      expect(Object.fromEntries(rows), `docs/PERMISSIONS.md, ${name}`).to.deep.equal(Object.fromEntries(expected));
    }
  });
});

/** What is wrong with an answer; nothing when it is what the rule says. */
function judge(
  { who, refusal }: Rule,
  caller: string,
  from: string,
  error: { name: string; args: Result } | undefined,
): string | undefined {
  const outcome = error === undefined ? "goes through" : error.name || "fails without a name";
  if (allowed(who).includes(caller)) return error?.name === refusal ? `refused: ${outcome}` : undefined;
  if (isOpen(who)) {
    return error !== undefined && (REFUSAL.test(error.name) || error.name === refusal)
      ? `refused: ${outcome}`
      : undefined;
  }
  if (error === undefined || error.name !== refusal) return `${outcome} instead of ${refusal}`;
  const named = error.args.toArray().find((arg): arg is string => typeof arg === "string" && /^0x\w{40}$/.test(arg));
  return named === undefined || named.toLowerCase() === from.toLowerCase() ? undefined : `blames ${named}`;
}

/** The data of a revert, wherever the node puts it. */
function revertData(error: unknown): string | undefined {
  const seen = new Set<unknown>();
  const find = (value: unknown): string | undefined => {
    if (typeof value === "string" && /^0x[0-9a-f]{8,}$/i.test(value)) return value;
    if (typeof value !== "object" || value === null || seen.has(value)) return undefined;
    seen.add(value);
    const { data, cause, error: inner } = value as Record<string, unknown>;
    return find(data) ?? find(cause) ?? find(inner);
  };
  return find(error);
}

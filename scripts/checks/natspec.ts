import { type Check, contracts, type Problem, read } from "./sources.ts";

const DOCUMENTED = new Set(["FunctionDefinition", "EventDefinition", "ErrorDefinition"]);

/** Sections that the header of the vault must have, because it is the specification. */
const VAULT = "contracts/IndexVault.sol";
const SECTIONS = [
  "SHARES",
  "NAV",
  "WEIGHTS",
  "REBALANCE",
  "FEES",
  "ROLES",
  "TOKEN REQUIREMENTS",
  "LIVENESS",
  "KNOWN LIMITS",
];

function interfaceProblems(): Problem[] {
  const sources = contracts().filter(({ path }) =>
    /^contracts\/(interfaces\/|libraries\/(Governance|Service)?Errors\.sol)/.test(path),
  );
  return sources.flatMap(({ path, nodes }) =>
    nodes
      .filter(({ nodeType }) => nodeType === "ContractDefinition")
      .flatMap((contract) => [contract, ...(contract.nodes ?? []).filter(({ nodeType }) => DOCUMENTED.has(nodeType))])
      .filter(({ documentation }) => !/@notice/.test(documentation?.text ?? ""))
      .map(({ name }) => `${path} ${name}: say in an @notice what it is for`),
  );
}

function implementationProblems(): Problem[] {
  const sources = contracts().filter(({ path }) =>
    /^contracts\/(periphery\/|governance\/|services\/)?[A-Z]\w+\.sol$/.test(path),
  );
  return sources.flatMap(({ path, nodes }) =>
    nodes
      .filter(({ contractKind }) => contractKind === "contract")
      .flatMap((contract) => contract.nodes ?? [])
      .filter(({ nodeType, kind }) => nodeType === "FunctionDefinition" && kind === "function")
      .filter(({ visibility }) => visibility === "external" || visibility === "public")
      .filter(({ documentation, overrides }) => {
        const text = documentation?.text ?? "";
        // What a foreign base declares has no interface of ours to inherit from.
        return !/@inheritdoc|@dev/.test(text) && !(overrides && /@notice/.test(text));
      })
      .map(({ name }) => `${path} ${name}: document it in an interface and write "/// @inheritdoc" here`),
  );
}

function headerProblems(): Problem[] {
  const vault = contracts().find(({ path }) => path === VAULT);
  if (!vault) return [];
  const header = read(VAULT).split(/^contract /m)[0] ?? "";
  return SECTIONS.filter((section) => !new RegExp(`^(///|\\s*\\*).*\\b${section}\\b`, "m").test(header)).map(
    (section) => `${VAULT}: its header has no section ${section}`,
  );
}

export const natspecCheck: Check = {
  name: "NatSpec in interfaces, sections in the vault's header",
  run: () => [...interfaceProblems(), ...implementationProblems(), ...headerProblems()],
};

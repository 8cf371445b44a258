import type { Command } from "commander";
import { UsageError } from "./options.ts";

/** Every command with the words that may follow it, in the order in which they are declared. */
function wordsOf(command: Command, path: readonly string[] = []): { path: string; words: readonly string[] }[] {
  const names = command.commands.map((child) => child.name());
  const flags = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => long ?? []);
  return [
    { path: path.join(" "), words: [...names, ...new Set([...flags, "--help"])] },
    ...command.commands.flatMap((child) => wordsOf(child, [...path, child.name()])),
  ];
}

const bash = (cases: readonly string[]): string => `# gimbal completion bash >> ~/.bashrc
_gimbal() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) case " $_gimbal_groups " in *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;; esac ;; esac
  done
  case "$path" in
${cases.join("\n")}
  esac
}
complete -o default -F _gimbal gimbal
`;

const zsh = (script: string): string => `# gimbal completion zsh >> ~/.zshrc
autoload -U +X bashcompinit && bashcompinit
${script}`;

/** The script that teaches a shell the commands and flags. Throws UsageError for another shell. */
export function completionScript(program: Command, shell: string): string {
  const tree = wordsOf(program);
  if (shell === "fish") {
    const lines = tree.flatMap(({ path, words }) => {
      const seen =
        path === ""
          ? "__fish_use_subcommand"
          : path
              .split(" ")
              .map((word) => `__fish_seen_subcommand_from ${word}`)
              .join("; and ");
      return words.map((word) =>
        word.startsWith("--")
          ? `complete -c gimbal -n "${seen}" -l ${word.slice(2)}`
          : `complete -c gimbal -f -n "${seen}" -a ${word}`,
      );
    });
    return `# gimbal completion fish > ~/.config/fish/completions/gimbal.fish\n${lines.join("\n")}\n`;
  }
  const groups = tree.map(({ path }) => path.replaceAll(" ", "/")).filter((path) => path !== "");
  const cases = tree.map(
    ({ path, words }) =>
      `    "${path.replaceAll(" ", "/")}") COMPREPLY=($(compgen -W "${words.join(" ")}" -- "\${COMP_WORDS[COMP_CWORD]}")) ;;`,
  );
  const script = `_gimbal_groups="${groups.join(" ")}"\n${bash(cases)}`;
  if (shell === "bash") return script;
  if (shell === "zsh") return zsh(script);
  throw new UsageError(`${shell} is none of bash, zsh, fish.`);
}

import { styleText } from "node:util";

/** What the demo says while it runs. */
export interface Screen {
  scene(number: string, title: string): void;
  say(text: string): void;
  /** Replaced by the next line when the output is a terminal. */
  progress(text: string): void;
  elapsed(): number;
}

export function createScreen(write: (text: string) => void, isTerminal: boolean): Screen {
  const started = performance.now();
  let pending = false;
  const clear = (): void => {
    if (pending) write("\r\u001b[2K");
    pending = false;
  };
  const elapsed = (): number => (performance.now() - started) / 1_000;
  return {
    elapsed,
    scene: (number, title) => {
      clear();
      const time = `${elapsed().toFixed(0).padStart(3)} s`;
      write(`\n${styleText("dim", time)}  ${styleText("bold", `${number} ${title}`)}\n`);
    },
    say: (text) => {
      clear();
      write(`       ${text}\n`);
    },
    progress: (text) => {
      if (!isTerminal) return;
      clear();
      write(`       ${text.slice(0, 110)}`);
      pending = true;
    },
  };
}

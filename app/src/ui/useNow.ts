import { useEffect, useState } from "react";

/** {s since 1970} by the clock of this machine, told anew every `every` {s}. */
export function useNow(every = 1): number {
  const [now, setNow] = useState(() => Math.floor(Date.now() / 1_000));
  useEffect(() => {
    const timer = setInterval(() => setNow(Math.floor(Date.now() / 1_000)), every * 1_000);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** {ms} without a key pressed after which what was typed counts. */
const PAUSE = 350;

/** What was typed, once whoever types has paused: not every digit is worth a question to the chain. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

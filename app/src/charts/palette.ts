import { useSyncExternalStore } from "react";

/** Colours of the parts of a chart, as tokens of styles.css. The last one is for what is put together. */
export const SERIES = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `var(--series-${i})`);
export const REST = "var(--series-rest)";

/** The theme of the page, told anew when it changes: what is drawn on a canvas knows no tokens. */
export function usePageTheme(): string {
  return useSyncExternalStore(subscribe, () => document.documentElement.dataset.theme ?? "light");
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** What a token stands for in the theme of the page: `colourOf("--accent")`. */
export function colourOf(token: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

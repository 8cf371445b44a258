import { useState } from "react";
import { Button } from "../ui/controls.tsx";

type Theme = "dark" | "light";

/** The theme of the page, and what changes it; the choice is kept in this browser. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(document.documentElement.dataset.theme === "dark" ? "dark" : "light");
  const choose = (chosen: Theme): void => {
    document.documentElement.dataset.theme = chosen;
    localStorage.setItem("gimbal.theme", chosen);
    setTheme(chosen);
  };
  return [theme, choose];
}

export function ThemeButton() {
  const [theme, setTheme] = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  return (
    <Button
      variant="quiet"
      className="max-sm:px-2 xl:px-3"
      aria-label={`Use the ${other} theme`}
      onClick={() => setTheme(other)}
    >
      <span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span>
    </Button>
  );
}

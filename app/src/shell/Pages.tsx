import { Link, useRouterState } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { Button } from "../ui/controls.tsx";

const PAGES = [
  { to: "/", label: "Indices" },
  { to: "/portfolio", label: "Portfolio" },
  { to: "/plans", label: "Plans" },
  { to: "/create", label: "Create" },
  { to: "/market", label: "Market" },
  { to: "/stake", label: "Stake" },
  { to: "/govern", label: "Govern" },
  { to: "/sales", label: "Sales" },
  { to: "/airdrop", label: "Airdrop" },
  { to: "/keeper", label: "Keeper" },
  { to: "/protocol", label: "Protocol" },
  { to: "/safety", label: "Safety" },
  { to: "/learn", label: "Learn" },
] as const;

/** The pages: in a row where there is room, else behind a button that opens them below the header. */
export function Pages() {
  // Open on the page where it was opened: whoever goes elsewhere has used it.
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [openOn, setOpenOn] = useState<string>();
  const isOpen = openOn === path;
  const close = () => setOpenOn(undefined);
  const onKeyDown = ({ key }: KeyboardEvent) => key === "Escape" && close();
  return (
    <>
      <Button
        variant="quiet"
        className="order-last -mr-2 px-2 sm:px-3 xl:hidden"
        aria-expanded={isOpen}
        aria-controls="pages"
        onClick={() => (isOpen ? close() : setOpenOn(path))}
        onKeyDown={onKeyDown}
      >
        {isOpen ? "Close" : "Menu"}
      </Button>
      <nav
        id="pages"
        aria-label="Pages"
        onKeyDown={onKeyDown}
        className={`${isOpen ? "grid" : "hidden"} order-last w-full grid-cols-2 gap-1 border-t border-line pt-2 sm:grid-cols-4 xl:order-none xl:flex xl:w-auto xl:flex-1 xl:gap-0.5 xl:border-0 xl:pt-0`}
      >
        {PAGES.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            onClick={close}
            className="inline-flex min-h-11 items-center rounded-lg px-3 text-sm whitespace-nowrap xl:px-2 2xl:px-2.5 text-muted hover:bg-raised hover:text-text data-[status=active]:bg-raised data-[status=active]:font-medium data-[status=active]:text-text"
          >
            {label}
          </Link>
        ))}
      </nav>
    </>
  );
}

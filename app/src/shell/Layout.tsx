import { Link, Outlet } from "@tanstack/react-router";
import { createContext, use, useMemo, useState } from "react";
import { Toaster } from "sonner";
import { useUnfinished } from "../flow/delivery.ts";
import { ConnectMenu } from "./ConnectMenu.tsx";
import { LocalMoney } from "./LocalMoney.tsx";
import { ThemeButton, useTheme } from "./theme.tsx";
import { WrongNetwork } from "./WrongNetwork.tsx";

const PAGES = [
  { to: "/", label: "Indices" },
  { to: "/create", label: "Create" },
  { to: "/portfolio", label: "Portfolio" },
  { to: "/stake", label: "Stake" },
  { to: "/sales", label: "Sales" },
  { to: "/airdrop", label: "Airdrop" },
  { to: "/govern", label: "Govern" },
  { to: "/keeper", label: "Keeper" },
  { to: "/safety", label: "Safety" },
  { to: "/market", label: "Market" },
  { to: "/plans", label: "Plans" },
  { to: "/learn", label: "Learn" },
] as const;

const OpenConnect = createContext<() => void>(() => {});

/** Opens the list of wallets, for buttons whose next step is to connect. */
export function useOpenConnect(): () => void {
  return use(OpenConnect);
}

/** What stands around every page. */
export function Layout() {
  const [isConnecting, setConnecting] = useState(false);
  const [theme] = useTheme();
  const openConnect = useMemo(() => () => setConnecting(true), []);
  useUnfinished();
  return (
    <OpenConnect value={openConnect}>
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:p-3">
        Skip to the page
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-2 px-4 py-2 lg:flex-nowrap">
          <Link to="/" className="mr-auto flex min-h-11 items-center gap-2 pr-2 font-semibold lg:mr-0">
            <img src="/mark.svg" alt="" className="size-7" />
            Gimbal
          </Link>
          {/* In a row of its own where it does not fit beside the others; what is hidden there is scrolled to. */}
          <nav
            aria-label="Pages"
            className="order-last -mx-4 flex w-[calc(100%+2rem)] gap-1 overflow-x-auto px-1 lg:order-none lg:mx-0 lg:w-auto lg:flex-1 lg:px-0"
          >
            {PAGES.map(({ to, label }) => (
              <Link
                key={to}
                to={to}
                className="inline-flex min-h-11 items-center rounded-lg px-3 text-sm text-muted hover:bg-raised hover:text-text data-[status=active]:text-text"
              >
                {label}
              </Link>
            ))}
          </nav>
          <ThemeButton />
          <ConnectMenu isOpen={isConnecting} setOpen={setConnecting} />
        </div>
        <LocalMoney onConnect={openConnect} />
      </header>
      <main id="main" className="mx-auto max-w-7xl px-4 py-6">
        <WrongNetwork />
        <Outlet />
      </main>
      <Toaster theme={theme} position="bottom-right" />
    </OpenConnect>
  );
}

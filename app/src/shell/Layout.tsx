import { Link, Outlet } from "@tanstack/react-router";
import { createContext, use, useMemo, useState } from "react";
import { Toaster } from "sonner";
import { useUnfinished } from "../flow/delivery.ts";
import { useIsNarrow } from "../ui/useIsNarrow.ts";
import { ConnectMenu } from "./ConnectMenu.tsx";
import { LocalMoney } from "./LocalMoney.tsx";
import { Pages } from "./Pages.tsx";
import { ThemeButton, useTheme } from "./theme.tsx";
import { WrongNetwork } from "./WrongNetwork.tsx";

const OpenConnect = createContext<() => void>(() => {});

/** Opens the list of wallets, for buttons whose next step is to connect. */
export function useOpenConnect(): () => void {
  return use(OpenConnect);
}

/** What stands around every page. */
export function Layout() {
  const [isConnecting, setConnecting] = useState(false);
  const [theme] = useTheme();
  // On a phone the button of a form is at the bottom: what is said beside it must not cover it.
  const isNarrow = useIsNarrow();
  const openConnect = useMemo(() => () => setConnecting(true), []);
  useUnfinished();
  return (
    <OpenConnect value={openConnect}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:rounded-lg focus:bg-surface focus:p-3"
      >
        Skip to the page
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-1 gap-y-2 px-4 py-2 sm:gap-x-2 xl:flex-nowrap">
          <Link to="/" className="mr-auto flex min-h-11 shrink-0 items-center gap-2 font-semibold sm:pr-2 xl:mr-0">
            <img src={`${import.meta.env.BASE_URL}mark.svg`} alt="" className="size-7" />
            Gimbal
          </Link>
          <Pages />
          <ThemeButton />
          <ConnectMenu isOpen={isConnecting} setOpen={setConnecting} />
        </div>
        <LocalMoney onConnect={openConnect} />
      </header>
      <main id="main" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 outline-none">
        <WrongNetwork />
        <Outlet />
      </main>
      <Toaster theme={theme} position={isNarrow ? "top-center" : "bottom-right"} />
    </OpenConnect>
  );
}

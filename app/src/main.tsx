import "./styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { WagmiProvider } from "wagmi";
import { NetworksProvider } from "./data/network.tsx";
import { router } from "./routes.tsx";
import { loadSettings, type NetworkSettings } from "./settings.ts";
import { Notice } from "./ui/surfaces.tsx";
import { DialogApprover, WalletDialogs } from "./wallet/approver.tsx";
import { createWalletConfig } from "./wallet/config.ts";

/** {ms} for which what was read counts as new. */
const FRESH = 15_000;

function start(networks: readonly NetworkSettings[]) {
  const approver = new DialogApprover();
  const config = createWalletConfig(networks, approver);
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: FRESH, retry: 1 } } });
  return (
    <WagmiProvider config={config}>
      <QueryClientProvider client={queries}>
        <NetworksProvider networks={networks}>
          <RouterProvider router={router} />
          <WalletDialogs approver={approver} />
        </NetworksProvider>
      </QueryClientProvider>
    </WagmiProvider>
  );
}

// What the page of this address is made of comes beside the settings, not after them.
void router.load();
const root = createRoot(document.getElementById("root") as HTMLElement);
const page = await loadSettings(fetch, import.meta.env.BASE_URL).then(start, (error: Error) => (
  <Notice tone="warn">{error.message}</Notice>
));
root.render(<StrictMode>{page}</StrictMode>);

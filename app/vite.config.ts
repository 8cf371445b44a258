import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: "es2023",
    sourcemap: true,
    chunkSizeWarningLimit: 600, // kB before compression; the budget that counts is in e2e/smoke/firstView.e2e.ts
    rolldownOptions: {
      output: {
        // What every page loads comes in two files instead of fifty: one that changes seldom, and ours.
        codeSplitting: {
          groups: [
            { name: "libraries", tags: ["$initial"], test: /node_modules/, priority: 1 },
            { name: "shared", tags: ["$initial"] },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", strictPort: true },
});

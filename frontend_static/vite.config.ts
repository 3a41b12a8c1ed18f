import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Paths in the bundle are relative, so that it works under whatever STATIC_URL the server has.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: { main: "src/main.tsx" } },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"], restoreMocks: true },
});

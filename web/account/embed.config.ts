import { defineConfig } from 'vite';

/** The element for other sites: one script without imports, which runs wherever it is put. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    reportCompressedSize: false,
    lib: {
      entry: 'embed/pricing.ts',
      formats: ['iife'],
      name: 'whisperforgePricing',
      fileName: () => 'embed/pricing.js',
    },
  },
});

import { defineConfig } from 'vite';

/** The pages: everything under `/account/assets/` has its content in its name. */
export default defineConfig({
  base: '/account/',
  publicDir: false,
  build: {
    target: 'es2023',
    cssTarget: 'chrome123',
    modulePreload: false,
    reportCompressedSize: false,
  },
});

import { defineConfig } from 'vite';

/** The portal: everything under `/admin/assets/` has its content in its name. */
export default defineConfig({
  base: '/admin/',
  publicDir: false,
  // The server puts the nonce of each answer in its place, for styles that are made at run time.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    cssTarget: 'chrome123',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // A picture within the script would be loaded by everybody.
    assetsInlineLimit: 0,
    manifest: true,
    // Components say where they would run in frameworks with servers, which is not here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});

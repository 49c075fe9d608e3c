/**
 * The nonce that the server has put into the page, for the few style elements that are made as the
 * portal runs: Mantine's theme, and the lock on scrolling behind a dialog, whose package looks for
 * it under the name that bundlers use.
 */
export function readStyleNonce(): string {
  const holder = globalThis.document.querySelector<HTMLElement>('meta[property=csp-nonce]');
  const nonce = holder?.nonce ?? '';
  Object.assign(globalThis, { __webpack_nonce__: nonce });
  return nonce;
}

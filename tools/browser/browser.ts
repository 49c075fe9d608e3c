import { chromium, type Browser } from 'playwright-core';
import { unpackChromium } from './unpacked.ts';

/**
 * Chromium's own sandbox needs rights that root and containers do not give; the pages here are our
 * own. There is nothing to draw on either.
 */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu'];

/**
 * Starts the Chromium that npm has installed, for the tests of pages. Nothing of the machine is
 * needed but Linux on x64 with glibc: libraries and fonts come along, so that pages look the same
 * everywhere.
 *
 * @param directory where it is unpacked, once; the machine's temporary one, where it is left out
 */
export async function startBrowser(directory?: string): Promise<Browser> {
  const { executable, libraries, fonts } = await unpackChromium(directory);
  return chromium.launch({
    executablePath: executable,
    args: ARGUMENTS,
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fonts },
  });
}

let kept: Browser | undefined;

/**
 * The one browser of this process, for tests that open contexts of their own: in a worker that is
 * reused, files do not each wait for the second of work that a start takes. It ends with the
 * process, so a file gives it back by `closeContexts`. Files of one worker come one after another.
 */
export async function keepBrowser(): Promise<Browser> {
  if (kept?.isConnected() !== true) kept = await startBrowser();
  return kept;
}

/** Ends all that is open in a browser, and forgets what was kept for its pages. */
export async function closeContexts(browser: Browser | undefined): Promise<void> {
  await Promise.all(browser?.contexts().map((context) => context.close()) ?? []);
}

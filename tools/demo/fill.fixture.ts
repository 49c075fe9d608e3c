/** Fills a company in until it is killed, and says after which week it is. */
import { manualClock } from '@whisperforge/kernel/clock';
import { fillCompany } from './fill.ts';
import { foundCompany, type Foundation } from './found.ts';

const [given = ''] = process.argv.slice(2);
const { nowMs, ...rest } = JSON.parse(given) as Foundation & { readonly nowMs: number };
const foundation = { ...rest, clock: manualClock(nowMs) };
const founded = await foundCompany(foundation);
if (founded === undefined) throw new Error('There is nothing to be filled in.');
await fillCompany({
  ...foundation,
  ...founded,
  dataDir: foundation.config.dataDir,
  onProgress: (share) => void process.stdout.write(`${share}\n`),
  signal: new AbortController().signal,
});

/** Fills a company in until it is killed, and says how far it has come. */
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
  onProgress: ({ done, of }) => void process.stdout.write(`${done / of}\n`),
  signal: new AbortController().signal,
});

import { isIP } from 'node:net';
import type { Reader } from './reader.ts';

/**
 * Whose word counts on where a request came from: addresses and networks, such as `10.0.0.0/8`.
 * Nobody's where nothing is said, since whoever is believed could be anybody.
 */
export function readTrustedProxies(read: Reader, faults: string[]): readonly string[] {
  const said = read.text('TRUSTED_PROXIES')?.split(',') ?? [];
  const proxies = said.map((text) => text.trim()).filter((text) => text !== '');
  for (const proxy of proxies) {
    if (isNetwork(proxy)) continue;
    faults.push(
      `TRUSTED_PROXIES names ${proxy}: it must be an address or a network such as 10.0.0.0/8.`,
    );
  }
  return proxies;
}

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const most = BITS[isIP(address)];
  if (most === undefined || rest.length > 0) return false;
  // A prefix of nothing would believe everybody.
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= most);
}

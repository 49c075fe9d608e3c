// pure
import type { Key } from './batch/gatherer.ts';

/** Deals keys out over a number of parts, always alike. */
export function partOf(key: Key, parts: number): number {
  return (typeof key === 'number' ? key : hashOf(key)) % parts;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  }
  return hash;
}

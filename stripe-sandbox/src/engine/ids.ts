import { hash } from 'node:crypto';
import { collection, type Row } from './collection.ts';

/** How many ids with a prefix there are, so that none is given twice, also after a restart. */
export interface Counter extends Row {
  readonly count: number;
}

export const counters = collection<Counter>('counters');

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 24;

/**
 * The text behind an id's prefix: as random as it looks to a reader, and the same for the same
 * seed, prefix and number, so that a run can be repeated.
 */
export function idText(seed: string, prefix: string, number: number, length = LENGTH): string {
  const digest = hash('sha256', `${seed} ${prefix} ${number}`, 'binary');
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text += ALPHABET[digest.charCodeAt(index % digest.length) % ALPHABET.length];
  }
  return text;
}

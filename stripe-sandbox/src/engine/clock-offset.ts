import { collection, type Row } from './collection.ts';

/** By how much the sandbox's own clock is ahead of where its time comes from. */
interface ClockOffset extends Row {
  readonly seconds: number;
}

export const clockOffsets = collection<ClockOffset>('clock_offsets');

export const OWN_CLOCK = 'own';

import type { Row } from './collection.ts';

/** A row and the number by which it is ordered among others. */
export interface Slot {
  readonly place: number;
  row: Row;
}

/** The index of the first slot behind a place, in slots that are ordered by their places. */
export function afterPlace(slots: readonly Slot[], place: number): number {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]!.place <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insertInOrder(slots: Slot[], slot: Slot): void {
  const last = slots.at(-1);
  if (last === undefined || last.place < slot.place) slots.push(slot);
  else slots.splice(afterPlace(slots, slot.place), 0, slot);
}

export function removeInOrder(slots: Slot[], slot: Slot): void {
  const at = afterPlace(slots, slot.place) - 1;
  if (slots[at] !== slot) throw new Error(`${slot.row.id} is not where it was put`);
  slots.splice(at, 1);
}

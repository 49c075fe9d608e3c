/** A queue that gives the first by an order, however things come in. */
export class Heap<T> {
  readonly #comesBefore: (one: T, other: T) => boolean;
  readonly #items: T[] = [];

  constructor(comesBefore: (one: T, other: T) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#comesBefore(items[at]!, items[parent]!)) return;
      [items[at], items[parent]] = [items[parent]!, items[at]!];
      at = parent;
    }
  }

  /** Takes the first away and answers it. */
  shift(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    items[0] = last;
    this.#sink();
    return first;
  }

  /** Takes away all that do not pass. */
  keepOnly(passes: (item: T) => boolean): void {
    const kept = this.#items.filter(passes);
    this.#items.length = 0;
    for (const item of kept) this.push(item);
  }

  #sink(): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      let first = at;
      for (const child of [left, left + 1]) {
        if (child < items.length && this.#comesBefore(items[child]!, items[first]!)) first = child;
      }
      if (first === at) return;
      [items[at], items[first]] = [items[first]!, items[at]!];
      at = first;
    }
  }
}

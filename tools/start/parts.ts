/** One thing that runs for as long as the system does. */
export interface Part {
  /** As in "Stopping the server"; without one it is not worth a line. */
  readonly name?: string;
  stop(): Promise<void>;
  /** Ends in a hurry what `stop` may be waiting for. */
  hasten?(): Promise<void>;
}

export interface Parts {
  add(part: Part): void;
  /** Stops all of them, the last one first, since a part rests on those before it. */
  stopAll(): Promise<void>;
  hastenAll(): Promise<void>;
}

export function createParts(say: (line: string) => void): Parts {
  const running: Part[] = [];
  return {
    add: (part) => void running.push(part),
    async stopAll() {
      const faults: unknown[] = [];
      for (const part of running.toReversed()) {
        if (part.name !== undefined) say(`Stopping ${part.name} …`);
        await part.stop().catch((fault: unknown) => faults.push(fault));
      }
      if (faults.length > 0) throw new AggregateError(faults, 'Not everything stopped in order.');
    },
    async hastenAll() {
      await Promise.all(running.map(async (part) => part.hasten?.()));
    },
  };
}

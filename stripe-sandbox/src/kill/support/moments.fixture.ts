/** Does something after a time that was drawn, as a kill comes; answers what calls it off. */
export function atMoment(afterMs: number, work: () => void): () => void {
  const timer = setTimeout(work, afterMs);
  return () => clearTimeout(timer);
}

/** Resolves when all others have had their turns. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A fault that the person who starts the system can put right; shown to them without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

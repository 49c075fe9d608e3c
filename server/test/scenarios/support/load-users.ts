/** Those who may use as much as they like, and one who may not. */
export const FREE_USERS = ['load-0', 'load-1', 'load-2', 'load-3', 'load-4', 'load-5'];
export const LIMITED_USER = 'load-limited';
export const LIMITED_MINUTES = 60;

/** A level is set absolutely, so that each worker sets one of its own. */
export function levelUser(workerNumber: number): string {
  return `load-level-${workerNumber}`;
}

// pure

/**
 * A reservation's id names its account, so that its row is found by the key that the table is
 * ordered (and may one day be distributed) by: `rsv_2k_9f3m0c7q1z8x4v5b6n0a`.
 */
export function reservationId(accountId: number, nonce: string): string {
  return `rsv_${accountId.toString(36)}_${nonce}`;
}

const PATTERN = /^rsv_([0-9a-z]{1,11})_[0-9a-z]{20}$/;

/** The account that an id names; `undefined` for what cannot be an id. */
export function accountOfReservation(id: string): number | undefined {
  const account = PATTERN.exec(id)?.[1];
  if (account === undefined) return undefined;
  const accountId = Number.parseInt(account, 36);
  return Number.isSafeInteger(accountId) ? accountId : undefined;
}

export const NONCE_LENGTH = 20;

/* Answers as the service writes them, with what a test wants to be different. */

export function wireBalance(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    feature: 'audio_minutes',
    period_start: '2026-01-31T00:00:00.000Z',
    period_end: '2026-02-28T00:00:00.000Z',
    limit: 60,
    used: 10,
    reserved: 0,
    remaining: 50,
    ...changes,
  };
}

export function wireCheck(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    allowed: true,
    reason: 'ok',
    feature: 'api_access',
    plan: 'business',
    limit: null,
    used: 0,
    reserved: 0,
    remaining: null,
    resets_at: null,
    ...changes,
  };
}

export function wireTrack(changes: Readonly<Record<string, unknown>> = {}) {
  return { recorded: true, duplicate: false, over_limit: false, balances: [], ...changes };
}

export function wireReservation(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    granted: true,
    id: 'rsv_1',
    expires_at: '2026-01-31T12:05:00.000Z',
    duplicate: false,
    balance: wireBalance({ reserved: 5, remaining: 45 }),
    ...changes,
  };
}

export const balance = {
  feature: 'audio_minutes',
  periodStart: '2026-01-31T00:00:00.000Z',
  periodEnd: '2026-02-28T00:00:00.000Z',
  limit: 60,
  used: 10,
  reserved: 0,
  remaining: 50,
};

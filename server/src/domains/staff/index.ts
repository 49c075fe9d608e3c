export { csrfTokenOf, FRESH_MS, STAFF_COOKIE, TOKEN_PREFIX } from './secrets.ts';
export { createStaff, type StaffDomain } from './staff.ts';

import { StripeError } from '../errors.ts';

/** Any test key will do; a live one does not belong here. */
export function requireKey(authorization: string | undefined): void {
  const key = authorization === undefined ? '' : keyIn(authorization);
  if (key === '') {
    throw unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization ' +
        "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (!isTestKey(key)) {
    throw unauthorized(
      `Invalid API Key provided: ${key.slice(0, 8)}****. The sandbox takes test keys.`,
    );
  }
}

export function hasTestKey(authorization: string | undefined): boolean {
  return authorization !== undefined && isTestKey(keyIn(authorization));
}

const isTestKey = (key: string): boolean => /^[sr]k_test_\w+$/.test(key);

function keyIn(authorization: string): string {
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return value.trim();
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] ?? '';
}

function unauthorized(message: string): StripeError {
  return new StripeError(401, { type: 'invalid_request_error', message });
}

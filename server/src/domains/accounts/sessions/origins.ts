import { AppError } from '../../../platform/errors.ts';
import { REDIRECT_NOT_ALLOWED } from '../errors.ts';

export interface Origins {
  /**
   * A URL of the caller's to which a customer may be sent: an absolute one, on an origin that the
   * configuration names. Throws `redirect_not_allowed`, with the field that held it.
   */
  require(url: string, field: string): string;
}

export interface OriginsOptions {
  readonly environment: string;
  readonly allowedOrigins: readonly string[];
  readonly publicUrl: () => string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Nobody is sent anywhere by a link of ours but to where the operator has said. */
export function createOrigins(options: OriginsOptions): Origins {
  const isAllowed = ({ origin, hostname, username, password }: URL): boolean => {
    if (username !== '' || password !== '') return false;
    if (origin === URL.parse(options.publicUrl())?.origin) return true;
    if (options.allowedOrigins.includes(origin)) return true;
    return options.environment !== 'production' && LOOPBACK.has(hostname);
  };
  return {
    require(text, field) {
      const url = URL.parse(text);
      const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
      if (isWeb && isAllowed(url)) return url.href;
      const message = 'must be a URL on an origin that ALLOWED_ORIGINS names';
      throw new AppError(REDIRECT_NOT_ALLOWED, {
        message: `A redirect ${message}.`,
        fields: [{ field, message }],
      });
    },
  };
}

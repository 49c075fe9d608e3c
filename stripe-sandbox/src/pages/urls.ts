import { invalid } from '../http/errors.ts';
import { text, type Spec } from '../http/params.ts';

/** What `success_url` holds the session's id by. */
export const SESSION_PLACE = '{CHECKOUT_SESSION_ID}';

/** Whether a browser may be sent there: anything but the web's own schemes could run code. */
export function isWebUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && ['http:', 'https:'].includes(parsed.protocol) && parsed.hostname !== '';
}

/** A whole URL, with its scheme. */
export const webUrl: Spec<string> = {
  read(value, name) {
    const url = text().read(value, name);
    if (isWebUrl(url)) return url;
    throw invalid('Not a valid URL', { code: 'url_invalid', param: name });
  },
};

import { AppError } from '../../../platform/errors.ts';
import type { RawAnswer, RawRequest, RawRoute } from '../../../platform/routes.ts';
import { CHALLENGE_COOKIE, cookieText, OIDC_COOKIE } from '../cookies.ts';
import { beginVouching, endVouching, REQUEST_MS } from '../oidc/oidc.ts';
import { IDENTITY_REFUSED, type IdentityProvider } from '../oidc/provider.ts';
import type { StaffParts } from '../parts.ts';
import { STAFF_COOKIE } from '../secrets.ts';
import { CHALLENGE_MS, type SignedIn } from '../sign-in/sign-in.ts';
import { endReplaced } from '../sign-in/sign-out.ts';

/** To the other system and back; none where there is none. */
export function oidcRoutes(parts: StaffParts): RawRoute[] {
  const { provider } = parts;
  if (provider === undefined) return [];
  return [
    {
      method: 'GET',
      path: '/admin/oidc/start',
      scope: 'public',
      async handler() {
        const { url, browser } = await beginVouching(parts, provider);
        return redirect(url, [
          cookieText({ name: OIDC_COOKIE, value: browser, maxAgeMs: REQUEST_MS }),
        ]);
      },
    },
    {
      method: 'GET',
      path: '/admin/oidc/callback',
      scope: 'public',
      handler: (request) => comeBack({ parts, provider }, request),
    },
  ];
}

const forgetRequest = cookieText({ name: OIDC_COOKIE, value: '', maxAgeMs: 0 });

async function comeBack(
  { parts, provider }: { readonly parts: StaffParts; readonly provider: IdentityProvider },
  request: RawRequest,
): Promise<RawAnswer> {
  const { query, requestId, nowMs, address } = request;
  const [code, state] = [query.get('code'), query.get('state')];
  const browser = request.cookie(OIDC_COOKIE);
  const refused = redirect('/admin/sign-in?error=not_vouched_for', [forgetRequest]);
  if (code === null || state === null || browser === undefined) return refused;
  const visit = { address, userAgent: request.header('user-agent') ?? '', requestId, nowMs };
  const brought = { code, state, browser };
  const signedIn = await endVouching(parts, { provider, brought }, visit).catch(refusalOf);
  if (signedIn === undefined) return refused;
  if (signedIn.state === 'signed_in') {
    await endReplaced(parts, request.cookie(STAFF_COOKIE), visit);
  }
  return letIn(signedIn, parts.clock.nowMs());
}

/** What the other system does not stand by is no fault of ours. */
function refusalOf(fault: unknown): undefined {
  if (fault instanceof AppError && fault.code === IDENTITY_REFUSED.code) return undefined;
  throw fault;
}

function letIn(signedIn: SignedIn, nowMs: number): RawAnswer {
  if (signedIn.state === 'code_needed') {
    const { challenge: value } = signedIn;
    const challenge = { name: CHALLENGE_COOKIE, value, maxAgeMs: CHALLENGE_MS };
    return redirect('/admin/sign-in?step=code', [forgetRequest, cookieText(challenge)]);
  }
  const { secret, expiresMs } = signedIn.session;
  const session = { name: STAFF_COOKIE, value: secret, maxAgeMs: expiresMs - nowMs };
  return redirect('/admin', [forgetRequest, cookieText(session)]);
}

function redirect(location: string, cookies: readonly string[]): RawAnswer {
  return { status: 303, headers: { location, 'set-cookie': cookies }, body: '' };
}

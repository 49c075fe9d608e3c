import { createHmac } from 'node:crypto';

/** The header `Stripe-Signature` of a body: when it was signed, and by which secrets. */
export function signatureOf(
  body: string,
  { secrets, atSeconds }: { readonly secrets: readonly string[]; readonly atSeconds: number },
): string {
  const signed = `${atSeconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(signed).digest('hex')}`,
  );
  return [`t=${atSeconds}`, ...signatures].join(',');
}

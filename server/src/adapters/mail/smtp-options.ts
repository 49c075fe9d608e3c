import type { SMTPTransportOptions } from 'nodemailer';

/** How long a mail server may take over each of its parts. */
const CONNECTION_TIMEOUT_MS = 10_000;
const GREETING_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;
const LONGEST_DNS_MS = 10_000;

const SMTP_PORT = 587;
const SMTPS_PORT = 465;

export interface SmtpOptions {
  /** `smtp://user:password@host:587`, or `smtps://` where the connection begins with TLS. */
  readonly url: string;
  /** Whether nothing may be said before the connection is encrypted; by the host, if not said. */
  readonly requiresTls?: boolean;
  readonly timeoutMs?: number;
}

/**
 * What nodemailer is told. Nothing is sent in clear: `smtps` begins with TLS and `smtp` changes to
 * it, or gives up. Only a server on this machine may go without.
 */
export function transportOptions(options: SmtpOptions): SMTPTransportOptions {
  const url = new URL(options.url);
  const isSecure = url.protocol === 'smtps:';
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  const requireTLS = !isSecure && (options.requiresTls ?? !isLoopback(host));
  const { timeoutMs = SOCKET_TIMEOUT_MS } = options;
  return {
    host,
    port: url.port === '' ? (isSecure ? SMTPS_PORT : SMTP_PORT) : Number(url.port),
    secure: isSecure,
    requireTLS,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true },
    connectionTimeout: Math.min(timeoutMs, CONNECTION_TIMEOUT_MS),
    greetingTimeout: Math.min(timeoutMs, GREETING_TIMEOUT_MS),
    dnsTimeout: Math.min(timeoutMs, LONGEST_DNS_MS),
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

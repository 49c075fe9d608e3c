import type { Clock } from '@whisperforge/kernel/clock';
import { createOidcProvider } from '../../adapters/oidc/index.ts';
import { createSmtpMailer } from '../../adapters/mail/index.ts';
import { createMailbox, renderMail, type Mailer } from '../../domains/billing/index.ts';
import {
  createStaff,
  type Letters,
  type ServerInfo,
  type StaffDomain,
} from '../../domains/staff/index.ts';
import type { Database } from '../../platform/database.ts';
import type { Config } from '../config.ts';
import packageFile from '../../../package.json' with { type: 'json' };

interface StaffPartsOfMain {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  /** By which sessions run: the machine's, where the business has a clock that is moved. */
  readonly staffClock: Clock;
  readonly publicUrl: () => string;
}

/** Outside production nothing is worth hiding that has no key of its own. */
const NO_KEY = 'outside-production-nothing-is-hidden';

/** Who signs in to the portal; their letters go the way of all mails. */
export function composeStaff(parts: StaffPartsOfMain): StaffDomain {
  const { config, database, publicUrl, staffClock } = parts;
  const { oidc, encryptionKey } = config.staff;
  const { smtpUrl } = config.mail;
  const mailer = smtpUrl === undefined ? createMailbox(parts) : createSmtpMailer({ url: smtpUrl });
  return createStaff({
    database,
    publicUrl,
    clock: staffClock,
    encryptionKey: encryptionKey ?? NO_KEY,
    server: serverInfo(config),
    letters: lettersBy(mailer, config.mail.from),
    provider: oidc && createOidcProvider(oidc),
    hasCheapHashes: config.environment === 'test',
  });
}

function serverInfo({ environment, stripe }: Config): ServerInfo {
  const { version } = packageFile;
  if (environment !== 'production') return { version, mode: 'development' };
  return { version, mode: stripe.secretKey.includes('_live_') ? 'live' : 'test' };
}

function lettersBy(mailer: Mailer, from: string): Letters {
  return {
    async send({ to, subject, lines, action, footer, key }, signal) {
      const document = {
        subject,
        parts: [
          ...lines.map((text) => ({ kind: 'text', text }) as const),
          { kind: 'action', ...action } as const,
        ],
      };
      const head = { senderName: 'WhisperForge', greeting: 'Hello,', footer };
      const rendered = renderMail(document, head);
      const domain = /@([^<>@\s]+)>?$/.exec(from)?.[1] ?? 'localhost';
      await mailer.send({ to, from, ...rendered, messageId: `<${key}@${domain}>` }, signal);
    },
  };
}

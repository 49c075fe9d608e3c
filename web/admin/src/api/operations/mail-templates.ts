import { queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';

/** A kind of mail, with the subject of its example. */
export interface MailTemplate {
  readonly kind: string;
  readonly audience: 'customer' | 'staff';
  readonly sent_when: string;
  readonly subject: string;
}

export interface ShownMailTemplate extends MailTemplate {
  readonly text: string;
  readonly html: string;
}

export const mailTemplatesQuery = queryOptions({
  queryKey: ['operations', 'mail-templates'],
  queryFn: () => ask<List<MailTemplate>>('GET', '/mail-templates'),
});

export function mailTemplateQuery(kind: string) {
  return queryOptions({
    queryKey: ['operations', 'mail-template', kind],
    queryFn: () => ask<ShownMailTemplate>('GET', `/mail-templates/${segment(kind)}`),
  });
}

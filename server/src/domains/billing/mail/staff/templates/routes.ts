import Type from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import { route, type Route } from '../../../../../platform/routes.ts';
import { Input } from '../../../../../platform/schemas.ts';
import { letterhead, type ComposeSources } from '../../compose-mail.ts';
import { audienceOf, type MailKind } from '../../mail-data.ts';
import { renderMail, type RenderedMail } from '../../render.ts';
import { writeMail } from '../../templates/templates.ts';
import { EXAMPLE_KINDS, exampleOf, sentWhen } from './examples.ts';

const TemplateSchema = Type.Object({
  kind: Type.String(),
  audience: Type.String({ enum: ['customer', 'staff'] }),
  sent_when: Type.String(),
  subject: Type.String({ description: 'As of the example.' }),
});

const shared = { tag: 'Operations', scope: 'staff', permission: 'operations.read' } as const;

/** How each mail is written, shown by an example that is about nobody. */
export function mailTemplateRoutes(sources: ComposeSources): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/mail-templates',
      summary: 'The kinds of mail, and when each is sent',
      response: Type.Object({ data: Type.Array(TemplateSchema) }),
      async handler({ nowMs }) {
        await sources.catalog.latest();
        const data = EXAMPLE_KINDS.map((kind) =>
          templateAnswer(kind, render(sources, kind, nowMs)),
        );
        return { data };
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/mail-templates/{kind}',
      summary: 'A kind of mail with an example, as text and as HTML',
      description: 'With the plans that are on sale, to somebody who does not exist.',
      params: Input({ kind: Type.Enum([...EXAMPLE_KINDS]) }),
      response: Type.Object({
        ...TemplateSchema.properties,
        text: Type.String(),
        html: Type.String({ description: 'It loads nothing, and runs no script.' }),
      }),
      async handler({ params: { kind }, nowMs }) {
        await sources.catalog.latest();
        const rendered = render(sources, kind, nowMs);
        const { text, html } = rendered;
        return { ...templateAnswer(kind, rendered), text, html };
      },
    }),
  ];
}

function templateAnswer(kind: MailKind, { subject }: RenderedMail) {
  return { kind, audience: audienceOf(kind), sent_when: sentWhen(kind), subject };
}

function render(sources: ComposeSources, kind: MailKind, nowMs: number): RenderedMail {
  const { catalog, graceDays, publicUrl, from } = sources;
  const accountUrl = `${publicUrl()}/account`;
  const facts = { catalog: catalog.current(), graceDays, accountUrl, nowMs };
  const { data, situation } = exampleOf(kind, facts);
  const written = writeMail(kind, data, situation);
  assert(written.kind === 'written', `the example of ${kind} is one that is sent`);
  return renderMail(written.document, letterhead(from, kind, situation));
}

import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import {
  mailTemplateQuery,
  mailTemplatesQuery,
  type MailTemplate,
  type ShownMailTemplate,
} from '../../api/operations/mail-templates.ts';
import { readStyleNonce } from '../../app/nonce.ts';
import { Failed, Loading } from '../../parts/states.tsx';
import { spoken } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { Payload } from './parts/payload.tsx';

const route = getRouteApi('/inside/operations/mail-templates');

/** How each mail is written, by an example that is about nobody. */
export function MailTemplates() {
  const { template } = route.useSearch();
  const { data, error, refetch } = useQuery(mailTemplatesQuery);
  const templates = data?.data;
  const chosen = templates?.find(({ kind }) => kind === template) ?? templates?.[0];
  return (
    <OperationsPage title="Mail templates">
      {templates === undefined && error === null && <Loading rows={10} />}
      {templates === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {templates !== undefined && chosen !== undefined && (
        <div className="templates">
          <nav className="card" aria-label="Templates">
            <Group title="To customers" audience="customer" of={templates} chosen={chosen} />
            <Group title="To staff" audience="staff" of={templates} chosen={chosen} />
          </nav>
          <Preview key={chosen.kind} template={chosen} />
        </div>
      )}
    </OperationsPage>
  );
}

function Group(props: {
  readonly title: string;
  readonly audience: MailTemplate['audience'];
  readonly of: readonly MailTemplate[];
  readonly chosen: MailTemplate;
}) {
  const { as } = route.useSearch();
  const own = props.of.filter(({ audience }) => audience === props.audience);
  const view = as === undefined ? {} : { as };
  return (
    <>
      <h2>{props.title}</h2>
      <ul>
        {own.map(({ kind, sent_when: sentWhen }) => (
          <li key={kind}>
            <Link
              to="/operations/mail-templates"
              search={{ ...view, template: kind }}
              replace
              aria-current={kind === props.chosen.kind ? 'true' : undefined}
            >
              {spoken(kind)}
              <span className="quiet small">{sentWhen}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

const VIEWS = [
  { value: 'wide', label: 'On a screen' },
  { value: 'narrow', label: 'On a phone' },
  { value: 'text', label: 'As text' },
];

function Preview({ template }: { readonly template: MailTemplate }) {
  const { as = 'wide' } = route.useSearch();
  const navigate = useNavigate();
  const { kind, subject } = template;
  const { data, error, refetch } = useQuery(mailTemplateQuery(kind));
  const show = (view: string): void => {
    const search = { template: kind, ...(view !== 'wide' && { as: view }) };
    void navigate({ to: '/operations/mail-templates', search, replace: true });
  };
  return (
    <section className="card" aria-labelledby="template">
      <div className="template-head">
        <h2 id="template">{subject}</h2>
        <SegmentedControl
          size="xs"
          aria-label="How it is shown"
          value={as}
          onChange={show}
          data={VIEWS}
        />
      </div>
      {data === undefined && error === null && <Loading rows={10} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && <Shown mail={data} as={as} />}
    </section>
  );
}

function Shown({ mail, as }: { readonly mail: ShownMailTemplate; readonly as: string }) {
  if (as === 'text') return <Payload label="The mail" of={mail.text} />;
  return (
    <iframe
      className={as === 'narrow' ? 'mail narrow' : 'mail'}
      title={`The mail: ${mail.subject}`}
      // Nothing is allowed in it: no script, no form, no way out of the frame.
      sandbox=""
      srcDoc={styled(mail.html)}
    />
  );
}

/** The policy of this page holds in the frame too, so that the mail's own style needs its nonce. */
function styled(html: string): string {
  return html.replace('<style>', `<style nonce="${readStyleNonce()}">`);
}

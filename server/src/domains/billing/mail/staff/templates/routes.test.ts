import { expect, test } from 'vitest';
import { useTestServer } from '../../../../../../test/support/server.ts';
import { signInStaff } from '../../../../../../test/support/staff.ts';

const server = useTestServer();

interface Template {
  readonly kind: string;
  readonly audience: string;
  readonly sent_when: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

test('each kind of mail is shown by an example with the plans on sale', async () => {
  const support = await signInStaff(server, 'support');
  const get = <T>(path: string) =>
    server.request<T>('GET', `/admin/v1/mail-templates${path}`, undefined, support);
  const { data } = (await get<{ data: Template[] }>('')).body;
  expect(data).toHaveLength(17);
  for (const { kind, subject } of data) {
    const { status, body } = await get<Template>(`/${kind}`);
    expect([kind, status, body.subject]).toEqual([kind, 200, subject]);
    expect(body.text).toContain(body.audience === 'staff' ? 'Hello,' : 'Hello Ada,');
    expect(body.html).toContain('</html>');
    // What it shows in the portal runs nothing and loads nothing.
    expect(body.html).not.toMatch(/<script|<img|url\(|@import|\son[a-z]+=/i);
  }
  expect((await get<Template>('/plan_changed')).body.text).toMatch(/Pro.*[\s\S]*Business/);
  expect((await get<Template>('/receipt')).body.subject).toContain('19.00 USD');
  expect((await get('/nothing')).status).toBeGreaterThanOrEqual(400);
});

test('they are for those who see to operations', async () => {
  const analyst = await signInStaff(server, 'analyst');
  const path = '/admin/v1/mail-templates';
  expect(await server.request('GET', path, undefined, analyst)).toMatchObject({ status: 403 });
});

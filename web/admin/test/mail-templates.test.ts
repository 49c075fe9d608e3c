import { expect, test } from 'vitest';
import { usePortal } from './portal.fixture.ts';
import { signIn } from './steps.fixture.ts';

const portal = usePortal();

test('a mail is shown with its own style in a frame that may do nothing', async () => {
  const refused: string[] = [];
  const page = await portal.open('/operations/mail-templates?template=payment_failed', undefined, {
    watch: (opened) => opened.on('console', (message) => refused.push(message.text())),
  });
  await signIn(page, 'Mail templates');
  const mail = page.frameLocator('iframe');
  await mail.getByText('Hello Ada,').waitFor();
  const sheet = mail.locator('.sheet');
  expect(await sheet.evaluate((element) => getComputedStyle(element).borderRadius)).toBe('12px');
  expect(await page.locator('iframe').getAttribute('sandbox')).toBe('');
  await page.getByRole('link', { name: /^Receipt/ }).click();
  await mail.getByRole('heading', { name: /^Your receipt for 19.00 USD/ }).waitFor();
  await page.getByText('As text').click();
  await page.getByRole('region', { name: 'The mail' }).getByText('Hello Ada,').waitFor();
  expect(new URL(page.url()).search).toBe('?template=receipt&as=text');
  expect(refused.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFront } from './front.ts';

let behind: Server;
let url: string;

/** Says what it was asked. */
beforeEach(async () => {
  behind = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, headers } = request;
      response.writeHead(201, { 'content-type': 'application/json', 'x-kept': 'yes' });
      response.end(JSON.stringify({ method, url: request.url, body, host: headers.host }));
    });
  }).listen(0, '127.0.0.1');
  await once(behind, 'listening');
  url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
});
afterEach(() => {
  behind.closeAllConnections();
  behind.close();
});

test('what it does not answer comes from the server behind, as if it had been asked', async () => {
  await using front = await openFront(url);
  const answer = await fetch(`${front.url}/there?a=1`, { method: 'POST', body: 'words' });
  expect([answer.status, answer.headers.get('x-kept')]).toEqual([201, 'yes']);
  expect(await answer.json()).toEqual({
    method: 'POST',
    url: '/there?a=1',
    body: 'words',
    host: new URL(front.url).host,
  });
});

test('what it answers never reaches the server behind, and changes when that is said', async () => {
  await using front = await openFront(url);
  const said = (body: string) => ({ status: 409, contentType: 'text/plain', body });
  front.answering = ({ method, path, body }) =>
    path === '/here' ? said(`first ${method} ${body}`) : undefined;
  const first = await fetch(`${front.url}/here?a=1`, { method: 'PUT', body: 'words' });
  expect([first.status, await first.text()]).toEqual([409, 'first PUT words']);
  front.answering = () => said('second');
  expect(await (await fetch(`${front.url}/here`)).text()).toBe('second');
});

test('a server behind that is gone breaks the request off, and not the front', async () => {
  behind.close();
  await once(behind, 'close');
  await using front = await openFront(url);
  await expect(fetch(`${front.url}/there`)).rejects.toThrow('fetch failed');
  front.answering = () => ({ status: 200, contentType: 'text/plain', body: 'still here' });
  expect(await (await fetch(`${front.url}/there`)).text()).toBe('still here');
});

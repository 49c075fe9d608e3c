import { expect, test } from 'vitest';
import { useTestServer } from '../../test/support/server.ts';
import { edgeFixture } from './edge.fixture.ts';

const server = useTestServer({ extraRoutes: edgeFixture().routes });
const get = <T>(path: string) => server.request<T>('GET', path, undefined, { secret: null });

interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  readonly responses: Record<string, { content: Record<string, { schema: unknown }> }>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { securitySchemes: unknown };
}

test('the document describes every route with its inputs, answer, problems and key', async () => {
  const { status, body } = await get<OpenApi>('/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(body.components.securitySchemes).toMatchObject({
    secret_key: { type: 'http', scheme: 'bearer' },
    staff_token: { type: 'http', scheme: 'bearer' },
    staff_cookie: { type: 'apiKey', in: 'cookie', name: '__Host-wf_staff' },
  });
  const event = body.paths['/test/events']!['post']!;
  expect(event).toMatchObject({
    operationId: 'post_test_events',
    security: [{ secret_key: [] }],
    requestBody: {
      content: {
        'application/json': {
          schema: {
            required: ['user', 'amount'],
            additionalProperties: false,
            properties: {
              amount: { type: ['number', 'string'] },
              limit: { type: ['number', 'null'] },
            },
          },
        },
      },
    },
  });
  expect(event.parameters).toEqual([
    expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
  ]);
  expect(Object.keys(event.responses)).toEqual(['200', 'default']);
  expect(event.responses['default']!.content).toHaveProperty(['application/problem+json']);
  const user = body.paths['/test/users/{user}']!['get']!;
  expect(user.parameters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'user', in: 'path', required: true }),
      expect.objectContaining({ name: 'limit', in: 'query' }),
    ]),
  );
  expect(body.paths['/test/public']!['get']!.security).toEqual([]);
  expect(JSON.stringify(body)).not.toContain('x-check');
  expect(Object.keys(body.paths).filter((path) => /^\/(docs|metrics|health)/.test(path))).toEqual(
    [],
  );
});

test('operations have names of their own', async () => {
  const { body } = await get<OpenApi>('/openapi.json');
  const names = Object.values(body.paths).flatMap((path) =>
    Object.values(path).map((operation) => operation.operationId),
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => /^[a-z][a-z0-9_]+$/.test(name))).toBe(true);
});

test('the pages load nothing from anywhere else', async () => {
  const page = await get<string>('/docs');
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/https?:|unsafe/);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect(asset).toMatch(/^\/docs\/static\//);
    expect((await get(asset)).status).toBe(200);
  }
});

test('answers in JSON carry no headers for pages', async () => {
  const { headers } = await get('/test/public');
  expect(headers.get('content-security-policy')).toBeNull();
});

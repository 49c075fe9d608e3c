import { eventually } from '../../../../test/support/eventually.ts';
import type { TestServer } from '../../../../test/support/server.ts';
import type { SignedInStaff } from '../../../../test/support/staff.ts';

export interface HeardEvent {
  readonly id: string | undefined;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream of server-sent events, as a browser reads it. */
export interface Stream extends AsyncDisposable {
  readonly status: number;
  /** Everything heard so far. */
  readonly heard: readonly HeardEvent[];
  /** Waits for news of a kind about somebody. */
  news(kind: string, user: string): Promise<HeardEvent>;
  /** Waits for an event of that name. */
  event(name: string): Promise<HeardEvent>;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
}

export async function openStream(
  { url }: Pick<TestServer, 'url'>,
  { headers }: Pick<SignedInStaff, 'headers'>,
  lastId?: string,
): Promise<Stream> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/admin/v1/live`, {
    headers: {
      ...headers,
      accept: 'text/event-stream',
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    },
    signal: leaving.signal,
  });
  const heard: HeardEvent[] = [];
  const ended = response.ok ? readAll(response, heard) : Promise.resolve();
  const find = (wanted: (event: HeardEvent) => boolean): Promise<HeardEvent> =>
    eventually(() => heard.find(wanted));
  return {
    status: response.status,
    heard,
    news: (kind, user) => find(({ data }) => data['kind'] === kind && data['user'] === user),
    event: (wanted) => find(({ name }) => name === wanted),
    ended,
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await ended;
    },
  };
}

async function readAll(response: Response, heard: HeardEvent[]): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body!) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      heard.push(...blocks.flatMap((block) => eventIn(block) ?? []));
    }
  } catch (error) {
    // Whoever leaves has ended it; nothing else may.
    if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
  }
}

function eventIn(block: string): HeardEvent | undefined {
  const fields = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...rest] = line.split(': ');
      return [name, rest.join(': ')] as const;
    }),
  );
  const name = fields.get('event');
  if (name === undefined) return undefined;
  const data = JSON.parse(fields.get('data') ?? '{}') as Record<string, unknown>;
  return { id: fields.get('id'), name, data };
}

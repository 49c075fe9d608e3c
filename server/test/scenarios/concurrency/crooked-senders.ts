import {
  connectTo,
  type Answer,
  type Connection,
  type HttpRequest,
} from '../support/connection.ts';
import { isLostConnection } from '../support/patient-client.ts';
import { pause } from '../support/pause.ts';
import type { Random } from '../support/random.ts';

export interface CrookedOptions {
  readonly urls: readonly string[];
  readonly secretKey: string;
  readonly connectionsEach: number;
  readonly random: Random;
}

/**
 * Sends over connections that many requests share and that break at any moment: amid a request,
 * right after it, or while its answer is under way. What is lost is sent again elsewhere.
 */
export interface CrookedSenders extends AsyncDisposable {
  send(request: HttpRequest): Promise<Answer>;
  readonly counts: { readonly sent: number; readonly cut: number };
}

const CUT = 0.02;
const LONGEST_DELAY_MS = 6;
const MOST_ATTEMPTS = 1_000;

export async function crookedSenders(options: CrookedOptions): Promise<CrookedSenders> {
  const { random, urls } = options;
  const counts = { sent: 0, cut: 0 };
  const open = (index: number): Promise<Connection> =>
    connectTo(urls[index % urls.length]!, options.secretKey);
  const count = options.connectionsEach * urls.length;
  const places = await Promise.all(Array.from({ length: count }, (_, index) => open(index)));

  const connectionAt = async (index: number): Promise<Connection> => {
    const known = places[index]!;
    if (!known.isCut) return known;
    const fresh = await open(index);
    // Another one that waits for this place may have been quicker.
    if (places[index]!.isCut) places[index] = fresh;
    else fresh.cut();
    return places[index]!;
  };
  const cut = (connection: Connection): void => {
    if (!connection.isCut) counts.cut += 1;
    connection.cut();
  };
  const attempt = async (request: HttpRequest): Promise<Answer | undefined> => {
    const connection = await connectionAt(random.between(0, count - 1));
    counts.sent += 1;
    if (random.chance(CUT / 2)) {
      connection.sendPart(request, random.next());
      cut(connection);
      return undefined;
    }
    const answer = connection.send(request);
    if (random.chance(CUT)) void cutSoon(connection);
    try {
      return await answer;
    } catch (error) {
      if (!isLostConnection(error)) throw error;
      return undefined;
    }
  };
  const cutSoon = async (connection: Connection): Promise<void> => {
    const delayMs = random.between(0, LONGEST_DELAY_MS);
    if (delayMs > 0) await pause(delayMs);
    cut(connection);
  };
  return {
    counts,
    async send(request) {
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const answer = await attempt(request);
        if (answer !== undefined) return answer;
      }
      throw new Error(`no answer to ${request.path} in ${MOST_ATTEMPTS} attempts`);
    },
    [Symbol.asyncDispose]() {
      for (const connection of places) connection.cut();
      return Promise.resolve();
    },
  };
}

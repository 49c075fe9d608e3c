import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { machineMs, type Clock } from './clock.ts';
import { createControl } from './control/control.ts';
import { takeFailure } from './control/failures.ts';
import { Deeds } from './engine/deeds.ts';
import { idText } from './engine/ids.ts';
import { noJournal, openJournal, type Journal } from './engine/journal.ts';
import { Store } from './engine/store.ts';
import type { Tx } from './engine/transaction.ts';
import { TimeKeeper } from './clocks/time-keeper.ts';
import { createApi } from './http/api.ts';
import type { OwnRequest, OwnResponse } from './http/messages.ts';
import { createHttpServer, type ServerOptions } from './http/wire/server.ts';
import { setAddress } from './http/own-address.ts';
import { answerPage } from './pages/index.ts';
import { expanders, listRoutes, timerHandlers } from './resources/index.ts';
import { addEndpoint, webhookEndpoints } from './events/endpoint.ts';
import { WebhookSender } from './webhooks/sender.ts';

export interface SandboxOptions {
  /** 12111 where it is left out; 0 takes any that is free. */
  readonly port?: number;
  readonly host?: string;
  /** Ids and what else is drawn follow from it. */
  readonly seed?: string;
  /** Epoch milliseconds; the machine's time where it is left out. */
  readonly clock?: Clock;
  /** Where every deed is written before it is answered; in memory only where it is left out. */
  readonly journalFile?: string;
  /** The journal is written anew when it has doubled, but not below this size; 8 MiB. */
  readonly compactAboveBytes?: number;
  /** What events and answers are said to be rendered at. */
  readonly apiVersion?: string;
  readonly webhookRetryDelaysMs?: readonly number[];
  readonly onFault?: (error: unknown) => void;
}

export interface Sandbox {
  /** Such as `http://127.0.0.1:12111`. */
  readonly url: string;
  readonly port: number;
  /** Epoch milliseconds by the sandbox's own clock, for a program that is to live by it too. */
  nowMs(): number;
  /** Resolves when no clock is advancing and every event has been confirmed or given up. */
  settled(): Promise<void>;
  /** Sends events of these types (all, where none are named) to a URL; answers the secret. */
  forwardTo(url: string, types?: readonly string[]): string;
  close(): Promise<void>;
}

export const USUAL_PORT = 12_111;
/** Of the types that everything here is checked against. */
export const API_VERSION = '2026-10-28.endive';
const USUAL_RETRIES_MS = [1_000, 5_000, 30_000, 120_000, 600_000];
const ANSWER_TIMEOUT_MS = 10_000;

/** Starts a sandbox; resolves once it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', journalFile } = options;
  const onFault = options.onFault ?? ((error): void => console.error(error));
  const store = new Store();
  const journal =
    journalFile === undefined
      ? noJournal
      : openJournal(journalFile, store, { ...options, onFault });
  try {
    const parts = assemble({ ...options, onFault }, store, journal);
    parts.server.listen(options.port ?? USUAL_PORT, host);
    await once(parts.server, 'listening');
    return running(parts, { host, journal });
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** A sandbox that listens nowhere: whoever holds it asks it in the same process. */
export interface LocalSandbox extends Pick<
  ServerOptions,
  'answerApi' | 'answerOwn' | 'newRequestId'
> {
  /** Carries a deed out that no request has asked for. */
  run<T>(work: (tx: Tx) => T): T;
  settled(): Promise<void>;
  close(): void;
}

/**
 * Opens a sandbox without a port and without a journal, for tests that live through so much that
 * most of their time would go by in sockets. Requests are given as the server reads them.
 */
export function openLocalSandbox(
  options: Pick<SandboxOptions, 'seed' | 'clock' | 'apiVersion' | 'onFault'> = {},
): LocalSandbox {
  const onFault = options.onFault ?? ((error): void => console.error(error));
  const parts = assemble({ ...options, onFault }, new Store(), noJournal);
  const { answering, webhooks, time, deeds } = parts;
  return {
    ...answering,
    run(work) {
      const outcome = deeds.run(work);
      if (outcome.kind === 'failed') throw outcome.error;
      return outcome.value;
    },
    async settled() {
      await time.settled();
      await webhooks.settled();
    },
    close() {
      time.stop();
      webhooks.stop();
    },
  };
}

interface Parts {
  readonly server: Server;
  readonly answering: ServerOptions;
  readonly webhooks: WebhookSender;
  readonly time: TimeKeeper;
  readonly deeds: Deeds;
}

function assemble(
  options: SandboxOptions & Required<Pick<SandboxOptions, 'onFault'>>,
  store: Store,
  journal: Journal,
): Parts {
  const { seed = 'sandbox', clock = machineMs, apiVersion = API_VERSION, onFault } = options;
  const deeds = new Deeds({ store, journal, clock, seed });
  const webhooks = new WebhookSender({
    store,
    deeds,
    seed,
    apiVersion,
    retryDelaysMs: options.webhookRetryDelaysMs ?? USUAL_RETRIES_MS,
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
  });
  const time = new TimeKeeper({ store, deeds, handlers: timerHandlers, onFault });
  deeds.onKept = (changes): void => {
    webhooks.noticed(changes);
    time.poke();
  };
  const routes = listRoutes(apiVersion);
  const api = createApi({ deeds, routes, expanders, takeFailure, onFault });
  const onDone = (): void => {
    time.catchUp();
    webhooks.poke();
  };
  const hasJournal = options.journalFile !== undefined;
  const control = createControl({ deeds, apiVersion, hasJournal, onDone, onFault });
  const answerControl = async (request: OwnRequest): Promise<OwnResponse> => {
    await time.caughtUp();
    const answer = control.answer(request);
    // A clock that was moved has arrived when that is answered.
    await time.caughtUp();
    return answer;
  };
  const answering: ServerOptions = {
    apiVersion,
    newRequestId: requestIds(deeds, seed),
    answerOwn(request) {
      if (request.url.pathname.startsWith('/_sandbox/')) return answerControl(request);
      time.catchUp();
      return answerPage(deeds, request);
    },
    async answerApi(request) {
      await time.caughtUp();
      return api.answer(request);
    },
    onFault,
  };
  return { server: createHttpServer(answering), answering, webhooks, time, deeds };
}

/** Ids of requests, the same in each run from a seed and others after each restart. */
function requestIds(deeds: Deeds, seed: string): () => string {
  const start = deeds.run((tx) => tx.next('starts'));
  if (start.kind === 'failed') throw start.error;
  let requests = 0;
  return () => `req_${idText(`${seed} ${start.value}`, 'req', (requests += 1), 14)}`;
}

/** The endpoint of an earlier start with the same journal is used again. */
function forward(deeds: Deeds, url: string, types: readonly string[]): string {
  const outcome = deeds.run((tx) => {
    const known = tx.all(webhookEndpoints).find((each) => each.url === url && each.isEnabled);
    if (known !== undefined) return tx.put(webhookEndpoints, { ...known, types });
    return addEndpoint(tx, { url, types, apiVersion: null, description: null, metadata: {} });
  });
  if (outcome.kind === 'failed') throw outcome.error;
  return outcome.value.secret;
}

function running(
  { server, webhooks, time, deeds }: Parts,
  { host, journal }: { readonly host: string; readonly journal: Journal },
): Sandbox {
  const { port } = server.address() as AddressInfo;
  const ownUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  deeds.run((tx) => setAddress(tx, ownUrl));
  webhooks.poke();
  time.poke();
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    time.stop();
    webhooks.stop();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    journal.close();
  }
  return {
    port,
    url: ownUrl,
    nowMs: () => deeds.nowMs(),
    async settled() {
      await time.settled();
      await webhooks.settled();
    },
    forwardTo: (url, types = ['*']) => forward(deeds, url, types),
    close: () => (closing ??= close()),
  };
}

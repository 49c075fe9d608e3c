import { connectTo, type Answer, type Connection, type HttpRequest } from './connection.ts';
import { pause } from './pause.ts';

export interface PatientClientOptions {
  /** Where to send to, asked before each connection. */
  where(): Promise<string>;
  readonly secretKey: string;
  /** Whether an answer says no more than "come back later". */
  isPassing(answer: Answer): boolean;
}

export interface PatientAnswer extends Answer {
  /** How often it was sent: more than once means that an earlier sending may have been booked. */
  readonly attempts: number;
}

/** A client that sends the same again until it is answered, as the SDK does with a key. */
export interface PatientClient {
  call(request: HttpRequest): Promise<PatientAnswer>;
  close(): void;
}

const RETRY_MS = 20;
/** Only says when a scenario has failed. */
const LONGEST_WAIT_MS = 120_000;

export function patientClient(options: PatientClientOptions): PatientClient {
  let connection: Connection | undefined;
  const attempt = async (request: HttpRequest): Promise<Answer | undefined> => {
    try {
      if (connection === undefined || connection.isCut) {
        connection = await connectTo(await options.where(), options.secretKey);
      }
      const answer = await connection.send(request);
      return options.isPassing(answer) ? undefined : answer;
    } catch (error) {
      if (!isLostConnection(error)) throw error;
      connection?.cut();
      connection = undefined;
      return undefined;
    }
  };
  return {
    async call(request) {
      const endMs = performance.now() + LONGEST_WAIT_MS;
      for (let attempts = 1; performance.now() < endMs; attempts += 1) {
        const answer = await attempt(request);
        if (answer !== undefined) return { ...answer, attempts };
        await pause(RETRY_MS);
      }
      throw new Error(`${request.method} ${request.path} got no answer for ${LONGEST_WAIT_MS} ms`);
    },
    close: () => connection?.cut(),
  };
}

const LOST = /^closed before a whole answer came$|ECONNREFUSED|ECONNRESET|EPIPE/;

export function isLostConnection(error: unknown): boolean {
  return error instanceof Error && LOST.test(error.message);
}

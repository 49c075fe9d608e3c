import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

type Addressed = Pick<FastifyRequest, 'ip' | 'socket'>;

/**
 * Where a request came from: as proxies tell it that are trusted, and else from where it is
 * connected. What a proxy has passed on that is no address is not believed.
 */
export function addressOf({ ip, socket }: Addressed): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
}

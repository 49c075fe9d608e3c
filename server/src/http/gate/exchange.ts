import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Exchange } from '../../platform/routes.ts';
import { addressOf } from './address.ts';
import { cookieOf } from './sessions.ts';

/** How a request came and what goes back with its answer, as a handler of staff sees it. */
export function exchangeOn(request: FastifyRequest, reply: FastifyReply): Exchange {
  return {
    address: addressOf(request),
    header(name) {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    cookie: (name) => cookieOf(request, name),
    setHeader: (name, value) => void reply.header(name, value),
  };
}

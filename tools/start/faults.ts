import { AppError } from '../../server/src/platform/errors.ts';
import { ConfigError, type Config } from '../../server/src/main/config.ts';
import { Refusal } from '../refusal.ts';

/** What to do about a fault at the start; undefined where the fault is ours and needs a stack. */
export function describeFault(fault: unknown, config: Config | undefined): string | undefined {
  if (fault instanceof Refusal || fault instanceof ConfigError || fault instanceof AppError) {
    return fault.message;
  }
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  const address = `${config?.host}:${config?.port}`;
  if (code === 'EADDRINUSE') {
    return `PORT: ${address} is taken by another program; try another: PORT=3001 npm start`;
  }
  if (code === 'EACCES' && fault instanceof Error && fault.message.startsWith('listen')) {
    return `PORT: ${address} may not be used by this user. Choose one above 1023.`;
  }
  if (code === 'EADDRNOTAVAIL') return `HOST: ${config?.host} is no address of this machine.`;
  return undefined;
}

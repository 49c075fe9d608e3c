import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import type { Accounts } from '../../accounts/index.ts';
import type { CatalogCache } from '../../plans/index.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { Projector } from '../projection/projector.ts';

export interface ImportOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  readonly catalog: CatalogCache;
  readonly accounts: Accounts;
  readonly projector: Projector;
}

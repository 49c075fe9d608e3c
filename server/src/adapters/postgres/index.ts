export { openDatabase, type PostgresDatabase } from './database.ts';
export { listen, type Listener } from './listen.ts';
export { migrate, pendingMigrations } from './migrate.ts';

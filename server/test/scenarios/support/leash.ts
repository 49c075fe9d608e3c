/**
 * Preloaded into processes that a scenario starts: they end with whoever started them, even when
 * that was killed and could tell nobody.
 */
process.once('disconnect', () => process.exit(1));
// Listening alone must not keep alive what has nothing else to do.
process.channel?.unref();

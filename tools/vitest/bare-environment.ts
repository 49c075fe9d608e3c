/**
 * For a program that a test starts: nothing of the caller's environment but what finds programs,
 * and where Node keeps compiled files, so that each start does not compile a thousand of them.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
}

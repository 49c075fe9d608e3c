import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import vm from 'node:vm';

/*
 * Runs the built SDK where nothing exists but the language and web standards, as in an edge
 * runtime: no `process`, no `Buffer`, no `require`, no `node:` modules. Prints what `check` and a
 * gated route handler answer. Arguments: the folder of the build, the address of a service.
 */
const [folder = '', url = ''] = process.argv.slice(2);

const standards = {
  AbortController,
  AbortSignal,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  clearTimeout,
  crypto,
  fetch,
  queueMicrotask,
  setTimeout,
};
const context = vm.createContext({ ...standards, answers: undefined });
const modules = new Map<string, vm.SourceTextModule>();

async function load(path: string): Promise<vm.SourceTextModule> {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const module = new vm.SourceTextModule(await readFile(path, 'utf8'), {
    context,
    identifier: path,
  });
  modules.set(path, module);
  return module;
}

const main = new vm.SourceTextModule(
  `import { WhisperForge } from './index.js';
   import { requireFeature } from './next.js';
   const client = new WhisperForge({ url: ${JSON.stringify(url)}, secretKey: 'sk_test_1' });
   const handler = requireFeature(client, 'api_access', { user: () => 'user_1' })(
     () => new Response('through the gate'));
   const response = await handler(new Request('https://app.test/'));
   await client.enqueue({ user: 'user_1', event: 'audio_minutes', amount: 1 });
   await client.close();
   globalThis.answers = [await client.check('user_1', 'api_access'), await response.text()];`,
  { context, identifier: resolve(folder, 'main.js') },
);
await main.link((specifier, referrer) => {
  if (!specifier.startsWith('.')) throw new Error(`${specifier} is not a part of the SDK`);
  return load(resolve(dirname(referrer.identifier), specifier));
});
await main.evaluate();
process.stdout.write(JSON.stringify(context['answers']));

import type Stripe from 'stripe';
import { startReceiver, type Received } from '../src/webhooks/receiver.fixture.ts';
import { openCommandLine } from './command-line.fixture.ts';
import { startValidated } from './validated.fixture.ts';

/** What came of a trigger; `reasons` is empty where all was well. */
export interface TriggerRun {
  readonly reasons: readonly string[];
}

const isThin = (type: string): boolean => type.startsWith('v1.');

/**
 * Lets Stripe's own command line bring about an event in a sandbox of its own, and looks whether it
 * succeeds, whether the event arrives correctly signed, and whether all events are as declared.
 */
export async function runTrigger(trigger: string, event: string): Promise<TriggerRun> {
  const { sandbox, stripe } = await startValidated({ seed: trigger });
  const receiver = await startReceiver();
  const commandLine = await openCommandLine(sandbox.port);
  const reasons: string[] = [];
  try {
    const secret = await subscribe(stripe, event, receiver.url);
    const said = await commandLine.run('trigger', trigger);
    if (!said.isOk) reasons.push(`the command fails: ${lastOf(said.output)}`);
    await sandbox.settled().catch((error: unknown) => reasons.push(String(error)));
    const arrived = receiver.received.map((each) => read(stripe, each, secret));
    if (!arrived.includes(event)) reasons.push(`no ${event} among ${arrived.join(', ')}`);
  } finally {
    commandLine.close();
    await sandbox.close().catch((error: unknown) => reasons.push(String(error)));
    await receiver.close();
  }
  return { reasons };
}

/** Asks for the events; answers the secret that signs them. */
async function subscribe(stripe: Stripe, event: string, url: string): Promise<string> {
  if (!isThin(event)) {
    const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
    return endpoint.secret!;
  }
  const destination = await stripe.v2.core.eventDestinations.create({
    name: 'receiver',
    type: 'webhook_endpoint',
    event_payload: 'thin',
    enabled_events: [event],
    webhook_endpoint: { url },
    include: ['webhook_endpoint.signing_secret'],
  });
  return destination.webhook_endpoint!.signing_secret!;
}

/** The type of an event that is correctly signed; throws where it is not. */
function read(stripe: Stripe, { body, signature }: Received, secret: string): string {
  const { object } = JSON.parse(body) as { readonly object: string };
  if (object === 'v2.core.event') {
    return stripe.parseEventNotification(body, signature, secret).type;
  }
  return stripe.webhooks.constructEvent(body, signature, secret).type;
}

const LONGEST_REASON = 700;

function lastOf(output: string): string {
  const lines = output.split('\n').filter((line) => !/^(?:Setting up|Running) fixture/.test(line));
  return lines.join('\n').trim().slice(-LONGEST_REASON);
}

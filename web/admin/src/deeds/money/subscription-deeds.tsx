import { Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { showInstant } from '../../../../ui/dates.ts';
import { segment } from '../../api/request.ts';
import { endOfDay } from '../../words/days.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { tellSide } from './tell-side.ts';

function pathOf({ profile }: UserDeedProps, deed: string): string {
  return `/users/${segment(profile.user)}/subscription/${deed}`;
}

/** The end of a subscription, with its period or at once. */
export function Cancel(props: UserDeedProps) {
  const isScheduled = props.profile.subscription?.cancel_at != null;
  const [when, setWhen] = useState(isScheduled ? 'now' : 'period_end');
  return (
    <DeedDrawer
      title="Cancel the subscription"
      verb="Cancel it"
      isGrave
      subject={props.subject}
      call={{ path: pathOf(props, 'cancel'), body: { when } }}
      done={when === 'now' ? 'The subscription has ended' : 'It ends with its period'}
      tell={tellSide}
      onClose={props.onClose}
    >
      <Radio.Group label="When" value={when} onChange={setWhen}>
        <Stack gap={8} mt={6}>
          <Radio
            value="period_end"
            disabled={isScheduled}
            data-autofocus
            label="At the end of the period"
            description={isScheduled ? 'So it is already.' : 'What is paid for stays until then.'}
          />
          <Radio
            value="now"
            label="Now"
            description="Access ends at once. Nothing is paid back; a refund does that."
          />
        </Stack>
      </Radio.Group>
    </DeedDrawer>
  );
}

/** What is scheduled is not to be: neither the end nor another plan. */
export function Resume(props: UserDeedProps) {
  return (
    <DeedDrawer
      title="Keep the subscription as it is"
      verb="Keep it"
      subject={props.subject}
      call={{ path: pathOf(props, 'resume'), body: {} }}
      done="The subscription goes on as it is"
      tell={tellSide}
      onClose={props.onClose}
    >
      <p>The cancellation or the change that is scheduled will not happen.</p>
    </DeedDrawer>
  );
}

export function Pause(props: UserDeedProps) {
  const [day, setDay] = useState('');
  const end = endOfDay(day);
  return (
    <DeedDrawer
      title="Pause the subscription"
      verb="Pause"
      isGrave
      subject={props.subject}
      call={{
        path: pathOf(props, 'pause'),
        body: end === undefined ? {} : { resumes_at: end },
      }}
      done="The subscription is paused"
      tell={tellSide}
      billed="Credited on the invoice with which it goes on"
      onClose={props.onClose}
    >
      <p>
        Access falls to what those have who bought nothing, and nothing is billed. What is left of
        the period becomes a credit.
      </p>
      <TextInput
        label="Last day of the pause"
        description="It goes on by itself at its end, in UTC. Without one, somebody lets it."
        type="date"
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}

export function Unpause(props: UserDeedProps) {
  return (
    <DeedDrawer
      title="Let the subscription go on"
      verb="Go on"
      subject={props.subject}
      call={{ path: pathOf(props, 'unpause'), body: {} }}
      done="The subscription goes on"
      tell={tellSide}
      billed="Charged now"
      onClose={props.onClose}
    >
      <p>A new period begins now. It is billed at once, less what the pause has credited.</p>
    </DeedDrawer>
  );
}

function endOf(trialEnd: string | null): string {
  return trialEnd === null ? '' : ` Now that is on ${showInstant(trialEnd)}.`;
}

/** A later end of a trial, which is when the first payment is due. */
export function ExtendTrial(props: UserDeedProps) {
  return (
    <MoveTrial
      {...props}
      deed="trial"
      title="Extend the trial"
      verb="Extend it"
      done="The trial ends later"
    />
  );
}

/** A sooner end of a trial: a deed of its own, since they are charged sooner by it. */
export function ShortenTrial(props: UserDeedProps) {
  return (
    <MoveTrial
      {...props}
      deed="trial/shorten"
      title="Shorten the trial"
      verb="Shorten it"
      done="The trial ends sooner"
      isGrave
    />
  );
}

interface MovedTrial extends UserDeedProps {
  readonly deed: 'trial' | 'trial/shorten';
  readonly title: string;
  readonly verb: string;
  readonly done: string;
  readonly isGrave?: boolean;
}

function MoveTrial(props: MovedTrial) {
  const { deed, title, verb, done, isGrave = false } = props;
  const present = props.profile.billing.subscription?.trial_end ?? null;
  const [day, setDay] = useState('');
  const until = endOfDay(day);
  const presentDay = present?.slice(0, 10);
  return (
    <DeedDrawer
      title={title}
      verb={verb}
      isGrave={isGrave}
      subject={props.subject}
      call={until === undefined ? undefined : { path: pathOf(props, deed), body: { until } }}
      done={done}
      tell={tellSide}
      onClose={props.onClose}
    >
      <TextInput
        label="Last day of the trial"
        description={`The first payment is due at its end, in UTC.${endOf(present)}`}
        type="date"
        required
        data-autofocus
        {...(deed === 'trial' ? { min: presentDay } : { max: presentDay })}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}

import { Button, Group, Stack } from '@mantine/core';
import { showInstant } from '../../../../../ui/dates.ts';
import type { Rule } from '../../../api/pricing/rules.ts';
import { Drawer } from '../../../parts/drawers/drawer.tsx';
import { To } from '../../../parts/to.tsx';
import { Copyable } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';
import { TrailLink } from '../../plans/parts/trail-link.tsx';
import { ForWhom } from '../parts/for-whom.tsx';
import { saidOfEffect } from '../parts/price-words.ts';
import { PricingState } from '../parts/pricing-state.tsx';
import { typeOf } from './rule-columns.tsx';

/** What a rule says, and what can be done about it. */
export function RuleDetail(props: {
  readonly of: Rule;
  readonly onEnd?: () => void;
  readonly onChange?: () => void;
  readonly onClose: () => void;
}) {
  const { of, onEnd, onChange } = props;
  const { user = null } = of;
  const isAgreed = of.rule_type === 'custom';
  return (
    <Drawer onClose={props.onClose} title={of.name}>
      <Stack gap="md">
        <dl className="facts">
          <dt>State</dt>
          <dd>
            <PricingState of={of.state} />
          </dd>
          <dt>Type</dt>
          <dd>{typeOf(of)}</dd>
          <dt>What it does</dt>
          <dd>{saidOfEffect(of.effect, of.conditions)}</dd>
          <dt>For</dt>
          <dd>
            <ForWhom of={of.conditions} user={user} />
          </dd>
          {of.stacking !== null && (
            <>
              <dt>Beside others</dt>
              <dd>{spoken(of.stacking)}</dd>
            </>
          )}
          <dt>Priority</dt>
          <dd>{of.priority}</dd>
          <dt>From</dt>
          <dd>{showInstant(of.valid_from)}</dd>
          <dt>Until</dt>
          <dd>{of.valid_until === null ? 'Without end' : showInstant(of.valid_until)}</dd>
          <dt>Key</dt>
          <dd>
            <Copyable text={of.key} what="the key" />
          </dd>
        </dl>
        <TrailLink kind="pricing_rule" id={of.key} />
        {user !== null && (
          <To to="/pricing/agreed" search={{ user }}>
            All that was agreed upon with {user}
          </To>
        )}
        <Group justify="flex-end">
          {onEnd !== undefined && (
            <Button variant="default" onClick={onEnd}>
              End the rule
            </Button>
          )}
          {onChange !== undefined && !isAgreed && (
            <Button variant="default" onClick={onChange}>
              Change the rule
            </Button>
          )}
        </Group>
      </Stack>
    </Drawer>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Handshake } from 'lucide-react';
import { useState } from 'react';
import { agreedPricesQuery, type Rule } from '../../../api/pricing/rules.ts';
import { useMay } from '../../../api/session.ts';
import { Day } from '../../../parts/instant.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { spoken } from '../../../words/quantities.ts';
import { saidOfEffect } from '../parts/price-words.ts';
import { PricingState } from '../parts/pricing-state.tsx';
import { EndRule } from '../rules/end-rule.tsx';
import { AgreePrice } from './agree-price.tsx';

/** The prices that were agreed upon with one user, and what can be done about them. */
export function AgreedPrices({ user }: { readonly user: string }) {
  const mayWrite = useMay()('pricing.write');
  const { data, error, refetch } = useQuery(agreedPricesQuery(user));
  const [agreeing, setAgreeing] = useState<Rule | 'new'>();
  const [ending, setEnding] = useState<Rule>();
  return (
    <section className="card" aria-label="Agreed prices">
      <div className="card-head">
        <h2>Agreed prices</h2>
        {mayWrite && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Handshake size={14} />}
            onClick={() => setAgreeing('new')}
          >
            Agree upon a price
          </Button>
        )}
      </div>
      {data === undefined && error === null && <Loading rows={2} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data?.length === 0 && <p className="quiet small">They pay what the plans say.</p>}
      {data !== undefined && data.length > 0 && (
        <ul className="agreed">
          {data.map((rule) => (
            <Agreed
              key={rule.key}
              of={rule}
              {...(mayWrite && {
                onChange: () => setAgreeing(rule),
                onEnd: () => setEnding(rule),
              })}
            />
          ))}
        </ul>
      )}
      {agreeing !== undefined && (
        <AgreePrice
          user={user}
          {...(agreeing !== 'new' && { of: agreeing })}
          onClose={() => setAgreeing(undefined)}
        />
      )}
      {ending !== undefined && <EndRule of={ending} onClose={() => setEnding(undefined)} />}
    </section>
  );
}

function Agreed(props: {
  readonly of: Rule;
  readonly onChange?: () => void;
  readonly onEnd?: () => void;
}) {
  const { of, onChange, onEnd } = props;
  const { plan = '', plan_version: version } = of.conditions;
  return (
    <li>
      <div>
        <strong>{spoken(plan)}</strong>
        {version !== undefined && <span className="quiet"> version {version}</span>}{' '}
        {of.state !== 'active' && <PricingState of={of.state} />}
        <div>{saidOfEffect(of.effect, of.conditions)}</div>
        <div className="quiet small">
          {of.valid_until === null ? (
            'Without end'
          ) : (
            <>
              Until <Day at={of.valid_until} />
            </>
          )}
        </div>
      </div>
      <div className="deeds">
        {onChange !== undefined && of.effect.amount !== undefined && (
          <Button size="compact-xs" variant="default" onClick={onChange}>
            Change
          </Button>
        )}
        {onEnd !== undefined && (
          <Button size="compact-xs" variant="default" onClick={onEnd}>
            End
          </Button>
        )}
      </div>
    </li>
  );
}

import { Button, Group, Stack } from '@mantine/core';
import type { CatalogueFeature } from '../../api/plans/features.ts';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Copyable } from '../../parts/values.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';
import { AVAILABILITY, MISSING } from './parts/feature-words.ts';
import { saidOfTerms } from './parts/terms-words.ts';

/** What a feature is, and how much of it each plan grants. */
export function FeatureDetail(props: {
  readonly of: CatalogueFeature;
  readonly onChange?: () => void;
  readonly onClose: () => void;
}) {
  const { of, onChange } = props;
  return (
    <Drawer onClose={props.onClose} title={of.name}>
      <Stack gap="md">
        {of.description !== '' && <p>{of.description}</p>}
        <dl className="facts">
          <dt>Key</dt>
          <dd>
            <Copyable text={of.feature} what="the key" />
          </dd>
          <dt>Kind</dt>
          <dd>{spoken(of.kind)}</dd>
          <dt>Unit</dt>
          <dd>{of.unit ?? '–'}</dd>
          <dt>Older versions</dt>
          <dd>{MISSING[of.when_missing]}</dd>
          <dt>While we are away</dt>
          <dd>{AVAILABILITY[of.on_unavailable]}</dd>
          {of.kind === 'metered' && (
            <>
              <dt>Commits book</dt>
              <dd className="mono">{of.commit_event ?? of.feature}</dd>
            </>
          )}
        </dl>
        <table className="changes">
          <thead>
            <tr>
              <th scope="col">Plan</th>
              <th scope="col">Grants</th>
            </tr>
          </thead>
          <tbody>
            {of.plans.map(({ plan, terms }) => (
              <tr key={plan}>
                <th scope="row">
                  <To to="/plans/versions/$plan" params={{ plan }} fz={13.5}>
                    {spoken(plan)}
                  </To>
                </th>
                <td>{saidOfTerms(terms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {onChange !== undefined && (
          <Group justify="flex-end">
            <Button variant="default" onClick={onChange}>
              Change the feature
            </Button>
          </Group>
        )}
      </Stack>
    </Drawer>
  );
}

import { Stack } from '@mantine/core';
import { useState } from 'react';
import {
  generateCodes,
  makeCode,
  type CodeFilters,
  type PromotionCode,
} from '../../../api/pricing/codes.ts';
import { PRICING } from '../../../api/pricing/rules.ts';
import { faultsIn } from '../../../forms/faults.ts';
import { TryDrawer, type Attempt } from '../../../forms/try-drawer.tsx';
import { counted } from '../../../words/quantities.ts';
import { ForWhom } from '../parts/for-whom.tsx';
import { saidOfEffect } from '../parts/price-words.ts';
import { CodeFields } from './code-fields.tsx';
import { NEW_CODE, termsOf, type CodeForm } from './code-form.ts';

interface Made {
  readonly count: number;
  readonly example: PromotionCode;
}

/** Makes a code that customers remember, or many that nobody can guess, good once each. */
export function MakeCodes(props: {
  readonly isMany: boolean;
  readonly onDone: (search: CodeFilters & { readonly code?: string }) => void;
  readonly onClose: () => void;
}) {
  const { isMany, onDone, onClose } = props;
  const [form, setForm] = useState<CodeForm>(NEW_CODE);
  const named = isMany ? form.batch : form.code;
  const code = form.code.trim().toUpperCase();
  return (
    <TryDrawer<Made>
      title={isMany ? 'Generate promotion codes' : 'New promotion code'}
      verb={isMany ? 'Generate them' : 'Make the code'}
      done={isMany ? `The codes of ${form.batch} are made` : `${code} is made`}
      refreshes={PRICING}
      isReady={named.trim() !== '' && form.name.trim() !== ''}
      attempt={(attempt) => make(form, isMany, attempt)}
      tell={(made) => <Told of={made} />}
      // What was made is what is listed next, and what an export holds.
      onDone={() => onDone(isMany ? { batch: form.batch.trim() } : { code })}
      onClose={onClose}
    >
      {(problem) => (
        <CodeFields
          isMany={isMany}
          form={form}
          faultAt={faultsIn(problem)}
          onChange={(change) => setForm({ ...form, ...change })}
        />
      )}
    </TryDrawer>
  );
}

async function make(form: CodeForm, isMany: boolean, attempt: Attempt): Promise<Made> {
  const terms = termsOf(form, isMany);
  if (!isMany) {
    const { code } = await makeCode(form.code.trim(), terms, attempt);
    return { count: 1, example: code };
  }
  const wanted = {
    count: Number(form.count),
    prefix: form.prefix.trim(),
    batch: form.batch.trim(),
  };
  return generateCodes(wanted, terms, attempt);
}

function Told({ of: { count, example } }: { readonly of: Made }) {
  return (
    <Stack gap="sm">
      <p>
        <strong>{counted(count, 'code')}</strong>
        {count > 1 ? ', such as ' : ': '}
        <span className="mono">{example.code}</span>
      </p>
      <dl className="facts">
        <dt>What it does</dt>
        <dd>{saidOfEffect(example.effect)}</dd>
        <dt>For</dt>
        <dd>
          <ForWhom of={example.conditions} />
        </dd>
      </dl>
      <p className="quiet small">What a code promises never changes; it is used, and it ends.</p>
    </Stack>
  );
}

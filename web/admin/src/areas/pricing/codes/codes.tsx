import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Dices, Download, TicketPercent } from 'lucide-react';
import { useMemo } from 'react';
import {
  codesExportUrl,
  codesQuery,
  type CodeFilters,
  type PromotionCode,
} from '../../../api/pricing/codes.ts';
import { useMay } from '../../../api/session.ts';
import { NothingFound, Records } from '../../../parts/records.tsx';
import { Empty } from '../../../parts/states.tsx';
import { useOffer } from '../../../shell/view-deeds.ts';
import { PricingPage } from '../parts/pricing-page.tsx';
import { CODE_COLUMNS } from './code-columns.tsx';
import { CodeDetail } from './code-detail.tsx';
import { CodeFilterFields } from './code-filters.tsx';
import { MakeCodes } from './make-codes.tsx';

const route = getRouteApi('/inside/pricing/codes');

interface Search extends CodeFilters {
  readonly code?: string;
  readonly deed?: string;
}

/** Promotion codes, what each takes off, how it was used, and what that brought. */
export function Codes() {
  const { code, deed, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const mayWrite = may('pricing.write');
  const mayRead = may('codes.read');
  const go = (search: Search): void =>
    void navigate({ to: '/pricing/codes', search, replace: true });
  const deeds = useMemo(() => {
    const begin = (wanted: string) => (): void =>
      void navigate({ to: '/pricing/codes', search: { deed: wanted } });
    const offered = [
      { name: 'New promotion code', run: begin('new') },
      { name: 'Generate promotion codes', run: begin('generate') },
    ];
    return mayWrite ? offered : [];
  }, [mayWrite, navigate]);
  useOffer(deeds);
  return (
    <PricingPage title="Promotion codes" deeds={mayRead && <Deeds filters={filters} onGo={go} />}>
      <CodeFilterFields filters={filters} maySeek={mayRead} onChange={go} />
      <List filters={filters} onGo={go} />
      {code !== undefined && (
        <CodeDetail code={code} mayEnd={mayWrite} onClose={() => go(filters)} />
      )}
      {mayWrite && (deed === 'new' || deed === 'generate') && (
        <MakeCodes
          key={deed}
          isMany={deed === 'generate'}
          onDone={go}
          onClose={() => go(filters)}
        />
      )}
    </PricingPage>
  );
}

interface PartProps {
  readonly filters: CodeFilters;
  readonly onGo: (search: Search) => void;
}

function Deeds({ filters, onGo }: PartProps) {
  const may = useMay();
  return (
    <>
      {may('codes.read') && (
        <Button
          component="a"
          href={codesExportUrl(filters)}
          download
          variant="default"
          size="xs"
          leftSection={<Download size={14} />}
        >
          Export CSV
        </Button>
      )}
      {may('pricing.write') && (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<Dices size={14} />}
            onClick={() => onGo({ ...filters, deed: 'generate' })}
          >
            Generate many
          </Button>
          <Button
            size="xs"
            leftSection={<TicketPercent size={14} />}
            onClick={() => onGo({ ...filters, deed: 'new' })}
          >
            New code
          </Button>
        </>
      )}
    </>
  );
}

function List({ filters, onGo }: PartProps) {
  const list = useInfiniteQuery({
    ...codesQuery(filters),
    placeholderData: (previous) => previous,
  });
  const isFiltered = Object.keys(filters).length > 0;
  const mayRead = useMay()('codes.read');
  return (
    <Records
      label="Promotion codes"
      rows={list.data?.pages.flatMap(({ data }) => data)}
      columns={CODE_COLUMNS}
      idOf={({ id }) => id}
      nameOf={({ code }) => code}
      {...(mayRead && { onOpen: ({ code }: PromotionCode) => onGo({ ...filters, code }) })}
      error={list.error}
      onRetry={() => void list.refetch()}
      isRefreshing={list.isPlaceholderData}
      more={
        list.hasNextPage
          ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
          : undefined
      }
      empty={
        isFiltered ? (
          <NothingFound what="codes" onReset={() => onGo({})} />
        ) : (
          <Empty title="There is no promotion code yet">
            Make one that customers remember, or many that nobody can guess.
          </Empty>
        )
      }
    />
  );
}

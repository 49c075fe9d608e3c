import { Link, useLocation, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../page.tsx';

export interface PageView {
  readonly to: NonNullable<LinkProps['to']>;
  readonly name: string;
}

export interface ViewsPageProps {
  readonly title: string;
  readonly beside?: ReactNode;
  readonly deeds?: ReactNode;
  readonly children: ReactNode;
}

/** One of several views of one subject, with the way to the others. */
export function ViewsPage(
  props: ViewsPageProps & { readonly label: string; readonly views: readonly PageView[] },
) {
  const { pathname } = useLocation();
  const present = presentOf(props.views, pathname);
  return (
    <Page title={props.title} beside={props.beside} deeds={props.deeds}>
      <nav className="views" aria-label={props.label}>
        {props.views.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true, includeSearch: false }}
            aria-current={to === present ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {props.children}
    </Page>
  );
}

/** What is opened out of a view belongs to it, so that the nearest one above counts. */
function presentOf(views: readonly PageView[], path: string): string | undefined {
  const above = views.map(({ to }) => to).filter((to) => path === to || path.startsWith(`${to}/`));
  return above.toSorted((a, b) => b.length - a.length)[0];
}

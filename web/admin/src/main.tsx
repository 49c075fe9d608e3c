import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { createQueries } from './api/queries.ts';
import { keepCsrfToken } from './api/request.ts';
import { readStyleNonce } from './app/nonce.ts';
import { createAdminRouter } from './app/router.tsx';
import { theme } from './app/theme.ts';

const nonce = readStyleNonce();

const queries = createQueries(() => {
  keepCsrfToken(undefined);
  const { location } = router.state;
  if (location.pathname === '/sign-in') return;
  queries.removeQueries({ queryKey: ['session'] });
  void router.navigate({ to: '/sign-in', search: { return: location.href } });
});

const router = createAdminRouter(queries);

const place = globalThis.document.getElementById('root');
if (place !== null) {
  createRoot(place).render(
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

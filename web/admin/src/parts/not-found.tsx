import { Page } from './page.tsx';
import { Empty } from './states.tsx';
import { To } from './to.tsx';

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is no such page">
        <span>The address may be mistyped, or what was there is gone.</span>
        <To to="/users">Go to the users</To>
      </Empty>
    </Page>
  );
}

import { Instant } from '../../../parts/instant.tsx';
import { To } from '../../../parts/to.tsx';
import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';
import { useLive, type News } from './live-store.ts';
import { showNews, toneOf } from './news-words.ts';

const MOST = 12;

/** What happens, as it happens. */
export function LiveFeed() {
  const { isOpen, news } = useLive();
  return (
    <section className="card" aria-labelledby="live">
      <h2 id="live">
        What happens <Tag tone={isOpen ? 'good' : 'note'}>{isOpen ? 'Live' : 'Connecting …'}</Tag>
      </h2>
      {news.length === 0 && <p className="quiet">Nothing has happened yet.</p>}
      <ol className="timeline live-feed" aria-live="polite" aria-relevant="additions">
        {news.slice(0, MOST).map((each) => (
          <Item key={each.id} news={each} />
        ))}
      </ol>
    </section>
  );
}

function Item({ news }: { readonly news: News }) {
  const { user, name, at, kind } = news;
  return (
    <li>
      <span>
        {user !== null && (
          <To to="/users/$user" params={{ user }} fz={14} fw={550}>
            {name ?? user}
          </To>
        )}{' '}
        {showNews(news)}
      </span>
      <Tag tone={toneOf(news)}>{spoken(kind)}</Tag>
      <span className="when">
        <Instant at={at} isStill />
      </span>
    </li>
  );
}

import type { DirectorySize } from './seed.ts';

/** Somebody whom staff look for. */
export interface KnownCustomer {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
}

/** Something that staff ask, and what it may take at most. */
export interface DirectoryQuestion {
  readonly title: string;
  readonly mostMs: number;
  readonly paths: (of: DirectorySize & KnownCustomer) => readonly string[];
}

const search = (text: string): string => `users?q=${encodeURIComponent(text)}`;

/** As somebody mistypes it: two letters in the middle change places. */
function misspelt(name: string): string {
  const middle = Math.floor(name.length / 2);
  const [first, second] = [name.charAt(middle), name.charAt(middle + 1)];
  return name.slice(0, middle) + second + first + name.slice(middle + 2);
}

export const QUESTIONS: readonly DirectoryQuestion[] = [
  {
    title: 'search: ids and whole addresses',
    mostMs: 100,
    paths: ({ users, customerId, email }) => [
      search(`user_${Math.floor(users / 3)}`),
      search(customerId),
      search(email),
      search(String(Math.floor(users / 2))),
    ],
  },
  {
    title: 'search: parts of names and addresses',
    mostMs: 100,
    paths: ({ name, email }) => [
      search(email.slice(0, 8)),
      search(name.slice(3)),
      search(name.split(' ').toReversed().join(' ')),
      search('gusash'),
      search('xan'),
      search('ka'),
      search('mail.example'),
      search('zzz'),
    ],
  },
  {
    title: 'search: misspelt names',
    mostMs: 100,
    paths: ({ name, email }) => [
      search(misspelt(name)),
      search(misspelt(email.split('@')[0] ?? '')),
      search('gusahsned'),
      search('qqqqwwwwzzzz'),
    ],
  },
  {
    title: 'a profile',
    mostMs: 150,
    paths: ({ users }) => [2, 3, 5, 7, 1_000].map((share) => profileOf(users, share)),
  },
  {
    title: 'a page of a timeline',
    mostMs: 200,
    paths: ({ users }) => [2, 3, 5, 7, 1_000].map((share) => `${profileOf(users, share)}/timeline`),
  },
  {
    title: 'a page of a list',
    mostMs: 200,
    paths: () => [
      'users?limit=100',
      'users?plan=pro&limit=100',
      'users?plan=enterprise&sort=-mrr',
      'users?plan=free&status=active',
      'users?plan=free&mrr_min=100',
      'users?status=past_due&sort=-mrr',
      'users?usage_min=90&sort=-usage&limit=100',
      'users?plan=pro&usage_min=90&sort=-mrr',
      'users?sort=email',
      'users?plan=pro&currency=eur&sort=name',
      'users?q=example&plan=enterprise&sort=-created',
      'users?q=web.example&status=past_due&sort=name',
      'users?q=xan&sort=-mrr',
    ],
  },
];

/** Every thousandth user has used the app a thousand times as much. */
function profileOf(users: number, share: number): string {
  const number = share === 1_000 ? 1_001 : Math.floor(users / share);
  return `users/user_${Math.min(number, users)}`;
}

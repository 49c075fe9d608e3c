import { expect, test } from 'vitest';
import { differencesAt, saidAt, wayTo } from './place-words.ts';

const NAMES = new Map([
  ['kb_files', 'Knowledge base files'],
  ['audio_minutes', 'Audio minutes'],
]);

test('places are called as people call them', () => {
  const places = ['features/kb_files', 'prices/yearly/usd', 'extra_seat/monthly/eur', 'name'];
  expect(places.map((place) => wayTo(place, NAMES))).toEqual([
    'Knowledge base files',
    'Price, yearly, USD',
    'Extra seat, monthly, EUR',
    'Name',
  ]);
});

test('what stands there is read without knowing how it is stored', () => {
  expect(saidAt('prices/monthly/usd', '19.00')).toBe('$19.00');
  expect(saidAt('prices/monthly/jpy', '1900')).toBe('¥1,900');
  expect(saidAt('features/audio_minutes', '1200')).toBe('1,200');
  expect(saidAt('features/audio_minutes', 'unlimited')).toBe('unlimited');
  expect(saidAt('features/ai_models', '["*"]')).toBe('all');
  expect(saidAt('features/support', '"priority"')).toBe('priority');
  expect(saidAt('features/api_access', null)).toBe('–');
});

test('what lies beyond a limit is said with it', () => {
  const grace = '300, beyond it {"policy":"grace","amount":"20"}';
  expect(saidAt('features/audio_minutes', grace)).toBe('300, and up to 20 more');
  const sold = '300, beyond it {"policy":"overage","unit_price_minor":"2.5","currency":"usd"}';
  expect(saidAt('features/audio_minutes', sold)).toBe('300, then $0.025 each');
});

test('differences come as a plan is read: words, features as in the catalogue, prices', () => {
  const places = [
    'features/audio_minutes',
    'features/gone',
    'features/kb_files',
    'name',
    'prices/monthly/usd',
  ];
  const changes = places.map((place) => ({ place, before: null, after: '1' }));
  expect(differencesAt(changes, NAMES).map(({ what }) => what)).toEqual([
    'Name',
    'Knowledge base files',
    'Audio minutes',
    'Gone',
    'Price, monthly, USD',
  ]);
});

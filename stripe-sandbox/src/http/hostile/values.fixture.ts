import type { Random } from '../../../test/lives/world/random.ts';

/** Values as they stand in a form, encoded or wrongly so. */
const HOSTILE: readonly string[] = [
  ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN'],
  ['-0', '-1', '0', '1e999', 'Infinity', '0x10', '1_000', '٣', '１', '1,5', ' 1', '1 ', '+1'],
  ['99999999999999999999', '9007199254740991', '9007199254740992', '-9007199254740991'],
  ['253402300799', '253402300800', '2147483648', '4294967296', '999999999999', '99999999'],
  ['0.1', '.5', '1.', '1e-7', '0.000000000001', '0.0000000000001', '999999999999.999999999999'],
  ['', ' ', '\t', '\u00a0', 'true', 'false', 'True', 'now', 'unchanged', 'none', '[]', '{}'],
  ['usd', 'USD', 'jpy', 'kwd', 'xxx', 'us', 'дол', 'a@example.com', '../..', '..%2f..', ';--'],
  ['http://', 'javascript:alert(1)', 'https://127.0.0.1:9/{CHECKOUT_SESSION_ID}', 'file:///x'],
  ['ünï', '\u202e\u2066', '\u2028', '😀', '\ud7ff', '\ufffe', 'a\u0301'.repeat(50), '\u0001'],
  ['\r\nset-cookie: a=b', '<script>alert(1)</script>', '${x}', '{{x}}', '"', "'", '\\', '\\u0000'],
]
  .flat()
  .map(encodeURIComponent);

const RAW: readonly string[] = [
  ['%00', '%ff', '%', '%z', '%c3%28', '%ed%a0%80', '%f4%90%80%80', '%u0041', '+', '=', '[', ']]'],
  ['x'.repeat(501), 'x'.repeat(5_001), 'x'.repeat(60_000), '9'.repeat(400), '%f0%9f%98%80'],
].flat();

export function drawHostile(random: Random): string {
  if (random.oneIn(5)) return random.pick(RAW);
  if (random.oneIn(12)) return anyText(random);
  return random.pick(HOSTILE);
}

function anyText(random: Random): string {
  let text = '';
  for (let left = random.below(12); left > 0; left -= 1) {
    text += `%${random.below(256).toString(16).padStart(2, '0')}`;
  }
  return text;
}

const PARTS = ['', '0', '1', '-1', '99999999999', 'data', 'id', '__proto__', 'constructor', 'x'];

/** A name with brackets where there were others, or none. */
export function drawName(random: Random, name: string): string {
  switch (random.below(7)) {
    case 0:
      return `${name}[]`;
    case 1:
      return `${name}[${random.pick(PARTS)}]`;
    case 2:
      return name.slice(0, name.lastIndexOf('[')) || name;
    case 3:
      return `${name}${'[a]'.repeat(1 + random.below(14))}`;
    case 4:
      return name.replace(/\d+/, random.pick(PARTS));
    case 5:
      return name.replace(/\[\w*\]$/, `[${random.pick(PARTS)}]`);
    default:
      return name + random.pick(['[', ']', '[[0]]', '%5B0%5D', '.x', '%00', '[%ff]', ' ', '[0]x']);
  }
}

const KEYS = ['__proto__', 'id', 'a', 'toJSON', '0'];

/** A value of JSON of any type, on its own or for a parameter. */
export function drawJson(random: Random, depth = 0): string {
  switch (random.below(depth > 4 ? 5 : 8)) {
    case 0:
      return random.pick(['null', 'true', 'false']);
    case 1:
      return random.pick(['0', '-1', '1e400', '1.5', '9007199254740993', '1E5', '-0', '12']);
    case 2:
    case 3:
    case 4:
      return JSON.stringify(random.pick(HOSTILE));
    case 5:
      return `[${drawJson(random, depth + 1)},${drawJson(random, depth + 1)}]`;
    case 6:
      return `{"${random.pick(KEYS)}":${drawJson(random, depth + 1)}}`;
    default:
      return random.pick(['{}', '[]', '""', `${'['.repeat(40)}${']'.repeat(40)}`]);
  }
}

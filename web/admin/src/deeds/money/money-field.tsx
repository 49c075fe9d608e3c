import { TextInput } from '@mantine/core';
import { currencyExponent, formatMoney, money, parseMoney } from '@whisperforge/kernel/money';

/** An amount as people write it: `12.50`. */
export function MoneyField(props: {
  readonly label: string;
  readonly description?: string;
  readonly currency: string;
  readonly value: string;
  readonly mostMinor?: number;
  readonly onChange: (text: string) => void;
}) {
  const { label, currency, value, mostMinor } = props;
  const isWrong = value.trim() !== '' && minorOf(value, currency, mostMinor) === undefined;
  const most = mostMinor === undefined ? '' : `, and at most ${written(mostMinor, currency)}`;
  const example = written(125 * 10 ** currencyExponent(currency), currency);
  return (
    <TextInput
      label={`${label}, in ${currency.toUpperCase()}`}
      description={props.description}
      inputMode="decimal"
      required
      data-autofocus
      value={value}
      error={isWrong ? `An amount such as ${example}${most}` : undefined}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

/** Nothing for what is no amount, nothing of money, or more than there is. */
export function minorOf(text: string, currency: string, mostMinor = Infinity): number | undefined {
  const minor = parseMoney(text.trim(), currency)?.amountMinor;
  return minor !== undefined && minor > 0 && minor <= mostMinor ? minor : undefined;
}

export function written(amountMinor: number, currency: string): string {
  return formatMoney(money(amountMinor, currency));
}

// pure

const ZERO_DECIMALS: ReadonlySet<string> = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);

const THREE_DECIMALS: ReadonlySet<string> = new Set('bhd jod kwd omr tnd'.split(' '));

/** They have lost their decimals; Stripe still counts them in hundredths, which have to be 00. */
const WHOLE_UNITS_IN_HUNDREDTHS: ReadonlySet<string> = new Set(['isk', 'ugx']);

const TWO_DECIMALS: ReadonlySet<string> = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd ' +
    'cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd ' +
    'hnl hrk htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk ' +
    'mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd ' +
    'rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs ' +
    'wst xcd xcg yer zar zmw'
  ).split(' '),
);

/** Whether it is a currency that Stripe knows, in lowercase. */
export function isCurrency(currency: string): boolean {
  return TWO_DECIMALS.has(currency) || ZERO_DECIMALS.has(currency) || THREE_DECIMALS.has(currency);
}

/** How many decimals an amount in minor units has: 2 for 1999 US cents, 0 for 1999 yen. */
export function exponentOf(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMALS.has(currency)) return 0;
  return THREE_DECIMALS.has(currency) ? 3 : 2;
}

/**
 * What every amount of a currency is a multiple of. Three decimals end in a 0, because card
 * networks know two of them: 5.124 dinars is not charged, 5.120 is.
 */
export function granuleOf(currency: string): 1 | 10 | 100 {
  if (THREE_DECIMALS.has(currency)) return 10;
  return WHOLE_UNITS_IN_HUNDREDTHS.has(currency) ? 100 : 1;
}

/** Of Stripe's table of minimum charges, in minor units. */
const MINIMUM_CHARGES: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

/**
 * The least that can be charged. What the table does not name depends on a rate of exchange at
 * Stripe; here it is the least amount that there is.
 */
export function minimumCharge(currency: string): number {
  return MINIMUM_CHARGES[currency] ?? granuleOf(currency);
}

/** How numbers are written. */
export interface NumberStyle {
  readonly decimal: string;
  /** '' for none. */
  readonly thousands: string;
}

export const plainNumbers: NumberStyle = { decimal: '.', thousands: '' };

/**
 * A decimal number as tables have it, as a regular expression that JavaScript and RE2 read alike; 0x10 and
 * the like are text. Separators of thousands stand before every group of three digits or nowhere.
 */
export function numberPattern({ decimal, thousands }: NumberStyle): string {
  const point = `[${decimal}]`;
  const grouped = thousands === '' ? '' : `[0-9]{1,3}([${thousands}][0-9]{3})+(${point}[0-9]*)?|`;
  return `[+-]?(${grouped}[0-9]+${point}?[0-9]*|${point}[0-9]+)([eE][+-]?[0-9]+)?`;
}

const compiled = new Map<string, RegExp>();

export function isNumber(cell: string, style: NumberStyle = plainNumbers): boolean {
  const key = `${style.decimal}${style.thousands}`;
  let pattern = compiled.get(key);
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${numberPattern(style)})$`);
    compiled.set(key, pattern);
  }
  return pattern.test(cell);
}

const styles: readonly NumberStyle[] = [
  plainNumbers,
  { decimal: ',', thousands: '' },
  ...["'", ' ', '.'].map((thousands) => ({ decimal: ',', thousands })),
  ...[',', "'", ' '].map((thousands) => ({ decimal: '.', thousands })),
];

/** Whether a cell is a number in any of the ways that are told apart. */
export function isAnyNumber(cell: string): boolean {
  return styles.some((style) => isNumber(cell, style));
}

/** The value of a cell that is a number. */
export function numberOf(cell: string, { decimal, thousands }: NumberStyle = plainNumbers): number {
  const digits = thousands === '' ? cell : cell.replaceAll(thousands, '');
  return Number(decimal === '.' ? digits : digits.replace(decimal, '.'));
}

/** True and False as pandas reads them. */
export function isBoolean(cell: string): boolean {
  return /^(true|false)$/i.test(cell);
}

/** A date, perhaps with a time, in the ways that tables have one. */
export function isDate(cell: string): boolean {
  return /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T]\d{1,2}:\d{2}.*)?$/.test(
    cell,
  );
}

/**
 * A text by which dates of one way of writing are sorted; null for 1/2/2024, where the month may be first. In
 * 31.12.2024 and 31-12-2024 the day is.
 */
export function dateKey(date: string): string | null {
  const [day = '', time = ''] = date.split(/[ T]/);
  const parts = day.split(/[-/.]/).map((part) => part.padStart(2, '0'));
  const isYearFirst = parts[0]?.length === 4;
  if (!isYearFirst && day.includes('/')) return null;
  return `${(isYearFirst ? parts : parts.reverse()).join('-')}T${time}`;
}

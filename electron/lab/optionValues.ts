import { badArguments } from './badArguments';

/** The value of an option that takes one of some words. @throws {AppError} bad-arguments */
export function oneOf<T>(option: string, value: string, known: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(known, value)) return known[value] as T;
  const shown = (name: string) => (/^[\w-]+$/.test(name) ? name : `"${name}"`);
  const names = Object.keys(known).map((name) => (name === '' ? 'none' : shown(name)));
  throw badArguments(`${option}: "${value}" is none of ${names.join(', ')}.`);
}

/** Undefined where the option is not given. @throws {AppError} bad-arguments */
export function yesOrNo(option: string, value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : oneOf(option, value, { yes: true, no: false });
}

/** @throws {AppError} bad-arguments */
export function wholeNumber(option: string, value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw badArguments(`${option}: "${value}" is not a whole number.`);
}

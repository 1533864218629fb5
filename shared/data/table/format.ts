import { z } from 'zod';

/** Text encodings that are told apart or can be chosen, by the names of the Encoding Standard (WHATWG). */
export const encodings = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little endian)',
  'utf-16be': 'UTF-16 (big endian)',
  gb18030: 'GB18030 (GBK, GB2312)',
  'windows-1252': 'Windows-1252 (Latin-1)',
} as const;
export type EncodingName = keyof typeof encodings;

/** A separator that is any number of spaces or tabs, as pandas writes it: columns that are aligned. */
export const RUNS_OF_BLANKS = '\\s+';

/** Separators that are offered, as they are named. */
export const separatorNames: Readonly<Record<string, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': '|',
  ' ': 'Space',
  [RUNS_OF_BLANKS]: 'Several spaces',
};

/** A separator in a sentence: `semicolons`. */
export function separatorText(separator: string): string {
  const plural = {
    ',': 'commas',
    ';': 'semicolons',
    '\t': 'tabs',
    ' ': 'spaces',
    '|': '|',
  } as const;
  if (separator === RUNS_OF_BLANKS) return 'one or more spaces';
  return plural[separator as ','] ?? `"${separator}"`;
}

const one = z.string().length(1);

/** How a text table is written. */
export const csvFormatSchema = z.strictObject({
  type: z.literal('csv'),
  encoding: z.enum(Object.keys(encodings) as [EncodingName, ...EncodingName[]]).default('utf-8'),
  /** A text, or runs of spaces and tabs. */
  separator: z.string().min(1).max(4).default(','),
  /** Around cells that hold the separator; '' for none. */
  quote: one.or(z.literal('')).default('"'),
  /** Before a quote inside a quoted cell: the quote again, as in RFC 4180, or a backslash. */
  escape: one.default('"'),
  decimal: z.enum(['.', ',']).default('.'),
  /** Between groups of three digits; '' for none. */
  thousands: z.enum(['', ',', '.', ' ', "'"]).default(''),
  hasHeader: z.boolean().default(true),
  /** Lines before the header or the first row. */
  skip: z.int().min(0).max(100_000).default(0),
  /** Lines that begin with it are no rows; '' for none. */
  comment: one.or(z.literal('')).default(''),
  /** Texts that stand for a missing cell, besides those that always do. */
  alsoMissing: z.exactOptional(z.array(z.string().min(1).max(100)).max(50)),
});
export type CsvFormat = z.infer<typeof csvFormatSchema>;

const { type: _, ...choices } = csvFormatSchema.shape;
type Choices = typeof choices;
/** Choices of how a text table is written; what is not in it is recognised. */
export const givenFormatSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(choices).map(([name, schema]) => [name, z.exactOptional(schema.unwrap())]),
  ) as { [K in keyof Choices]: z.ZodExactOptional<ReturnType<Choices[K]['unwrap']>> },
);
export type GivenFormat = z.infer<typeof givenFormatSchema>;

export const parquetFormatSchema = z.strictObject({ type: z.literal('parquet') });

export const tableFormatSchema = z.discriminatedUnion('type', [
  csvFormatSchema,
  parquetFormatSchema,
]);
export type TableFormat = z.infer<typeof tableFormatSchema>;

/** The texts that a format names as missing cells. */
export function alsoMissingIn(format: TableFormat): readonly string[] {
  return format.type === 'csv' ? (format.alsoMissing ?? []) : [];
}

/** A format as choices; a Parquet file leaves none. */
export function choicesOf(format: TableFormat): GivenFormat {
  if (format.type === 'parquet') return {};
  const { type: _type, ...given } = format;
  return given;
}

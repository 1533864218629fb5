import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import seedrandom from 'seedrandom';
import { expect, test } from 'vitest';
import { loadDataset } from '../../electron/data/loadDataset';
import { recogniseTable } from '../../electron/data/table/recogniseTable';
import { readingOf, sourceOf } from '../../shared/data/table/tableSource';
import { tempFolder } from '../helpers/tempFolder';

const CASES = Number(process.env['TWINTRAIN_FUZZ'] ?? 60);

/** A table written in some dialect, and what is in it. */
function made(random: () => number) {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const separator = pick([',', ';', '\t', '|']);
  const isComma = separator !== ',' && random() < 0.4;
  const end = pick(['\n', '\r\n']);
  const rows = 12 + Math.floor(random() * 40);
  const words = ['red', 'dark red', 'a "b"', `x${separator}y`, 'line\nend', 'größe', '红', "it's"];
  const names = words.slice(0, 2 + Math.floor(random() * (words.length - 2)));
  const width = 1 + Math.floor(random() * 5);
  const numbers = Array.from({ length: rows }, () =>
    Array.from(
      { length: width },
      () => Number((random() * 200 - 100).toFixed(pick([0, 1, 3]))) + 0,
    ),
  );
  const labels = Array.from({ length: rows }, (_, row) => names[row % names.length] as string);
  const quote = (text: string) =>
    /["\r\n]/.test(text) || text.includes(separator) || random() < 0.2
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const written = (value: number) => {
    const text = pick([
      String,
      (own: number) => own.toExponential(),
      (own: number) => own.toFixed(4),
    ])(value);
    return isComma ? text.replace('.', ',') : text;
  };
  const hasHeader = random() < 0.8;
  const header = [...Array.from({ length: width }, (_, at) => `Wert ${at}`), 'kind']
    .map(quote)
    .join(separator);
  const lines = numbers.map((own, row) =>
    [...own.map((value) => quote(written(value))), quote(labels[row] as string)].join(separator),
  );
  const blank = () => (random() < 0.05 ? end : '');
  const text = [...(hasHeader ? [header] : []), ...lines]
    .map((line) => line + end + blank())
    .join('');
  const isWide = random() < 0.15;
  const bytes = isWide
    ? Buffer.from(`\ufeff${text}`, 'utf16le')
    : Buffer.from(random() < 0.3 ? `\ufeff${text}` : text);
  return { bytes, text, separator, hasHeader, isComma, numbers, labels, isWide };
}

test(`${CASES} tables in dialects of chance are read as they were written`, async () => {
  const folder = tempFolder();
  for (let seed = 0; seed < CASES; seed++) {
    const own = made(seedrandom(`table ${seed}`));
    const path = join(folder, `${seed}.csv`);
    writeFileSync(path, own.bytes);
    const table = await recogniseTable(path, { format: {}, target: null });
    const { separator, hasHeader, decimal } = table.format as {
      separator: string;
      hasHeader: boolean;
      decimal: string;
    };
    const hasPoint = own.numbers.flat().some((value) => !Number.isInteger(value));
    expect({ seed, separator, hasHeader, decimal: hasPoint ? decimal : '' }).toEqual({
      seed,
      separator: own.separator,
      hasHeader: own.hasHeader,
      decimal: hasPoint ? (own.isComma ? ',' : '.') : '',
    });
    const reading = { ...readingOf(table), standardise: false, isNumber: false };
    const columns = reading.columns.map((column, at, all) => ({
      ...column,
      role: at === all.length - 1 ? ('target' as const) : ('number' as const),
    }));
    const data = await loadDataset(sourceOf(path, { ...reading, columns }), '', {
      cacheFolder: join(folder, 'cache'),
    });
    expect({ seed, inputs: [...data.inputs] }).toEqual({
      seed,
      inputs: [...Float32Array.from(own.numbers.flat())],
    });
    expect({ seed, labels: [...data.labels].map((label) => data.classes[label]) }).toEqual({
      seed,
      labels: own.labels,
    });
  }
});

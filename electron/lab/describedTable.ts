import { encodings, separatorText } from '../../shared/data/table/format';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import type { TableSource } from '../../shared/data/kinds/table';
import { cutText } from '../../shared/lib/cutText';
import { leftOut, readingOf } from '../../shared/data/table/tableSource';
import type { DescribedSource } from './describedSource';
import { aligned } from './table';
import { tableFrom, type GivenTableOptions } from './tableOptions';

/** @throws {AppError} bad-arguments naming the option, file-not-found, bad-data */
export async function describedTable(
  path: string,
  given: GivenTableOptions,
): Promise<DescribedSource> {
  const { table, source } = await tableFrom(path, given);
  const recognised = table.columns.map(({ column, profile, why }) => ({
    ...profile,
    proposed: column.role,
    why,
  }));
  const notes = leftOut(table, { ...readingOf(table), columns: source.columns });
  return { source, recognised, text: textOf(table, source), notes };
}

function textOf(table: RecognisedTable, { format, columns }: TableSource): string {
  const lines = columns.map(({ name, role, missing, fill }, at) => {
    const own = table.columns[at];
    const policy = missing === 'refuse' ? '' : `, missing: ${fill ?? missing}`;
    return [
      name,
      `${role}${policy}`,
      own?.profile.holds ?? '',
      own?.profile.examples.slice(0, 3).map(oneLine).join(', ') ?? '',
      own?.why ?? '',
    ];
  });
  const head = ['column', 'role', 'holds', 'such as', ''];
  if (format.type === 'parquet') return ['Parquet', ...aligned([head, ...lines])].join('\n');
  const about = [
    encodings[format.encoding],
    `separated by ${separatorText(format.separator)}`,
    format.hasHeader ? 'a header line' : 'no header line',
    ...(format.decimal === '.' ? [] : ['decimal comma']),
    ...(format.thousands === '' ? [] : [`thousands by "${format.thousands}"`]),
    ...(format.alsoMissing ?? []).map((word) => `"${word}" for a missing cell`),
    ...(format.skip === 0 ? [] : [`${format.skip} skipped`]),
  ];
  return [about.join(', '), '', ...aligned([head, ...lines])].join('\n');
}

const MOST_SHOWN = 40;

/** A cell as it fits into a line of a table. */
function oneLine(cell: string): string {
  return cutText(cell.replace(/\s*[\r\n]+\s*/g, ' ⏎ '), MOST_SHOWN);
}

import type { TableSource } from '../../../shared/data/kinds/table';
import { columnRoles, type ColumnRole } from '../../../shared/data/table/columns';
import { AppError } from '../../../shared/lib/appError';
import { badData } from '../badData';
import { hashed, type Dataset } from '../dataset';
import { refuseNoWeight } from '../refuseNoWeight';
import { refuseTooLarge } from '../refuseTooLarge';
import type { ReadPorts } from '../readPorts';
import type { CellReader, ReadColumn } from './cellReader';
import { columnStatistics, missingCells, type ColumnStatistics } from './columnStatistics';
import type { RawTable } from './rawTable';
import { TargetAgain } from './targetAgain';
import { categoriesIn, partOf, writePart } from './tablePart';
import { notesOf } from './tableNotes';
import { classTarget, numberTarget, scalesOf, type Target } from './tableTarget';

/** The rows of a file, and what read them. */
export interface ReadRows {
  readonly reader: CellReader;
  readonly raw: RawTable;
}

/**
 * What the network sees of a table's rows: one-hot columns spread out, categories and words numbered, missing
 * cells filled, number columns scaled. All of that is decided by the rows to train on.
 * @param aside rows of another file, for validation; null if there is none
 * @throws {AppError} bad-data, out-of-memory
 */
export async function arrangedTable(
  source: TableSource,
  { reader, raw }: ReadRows,
  aside: ReadRows | null,
  ports: ReadPorts,
): Promise<Dataset> {
  const { path } = source;
  refuseEmpty(path, reader, raw);
  if (aside !== null) refuseEmpty(source.validation ?? '', aside.reader, aside.raw);
  const rows = raw.rows + (aside?.raw.rows ?? 0);
  // Those of the second reader have all texts.
  const columns = (aside?.reader ?? reader).columns;
  const statistics = columnStatistics(raw, reader.width);
  const missingAside = aside && missingCells(aside.raw, reader.width);
  const isMissing = (index: number) =>
    (statistics[index]?.missing ?? 0) + (missingAside?.[index] ?? 0) > 0;
  const parts = columns.flatMap((own, index) =>
    columnRoles[own.column.role].isInput
      ? [
          partOf(
            own,
            index,
            source,
            statistics[index] as ColumnStatistics,
            isMissing(index),
            timesIn(raw),
          ),
        ]
      : [],
  );
  const features = parts.reduce((sum, { width }) => sum + width, 0);
  const hasInput = features > 0 || source.windows?.withTarget === true;
  if (!hasInput) {
    throw badData(
      `${path} has no column for the network's input.`,
      'Give at least one column the role of a number or a category.',
    );
  }
  refuseTooLarge(path, rows, features, ports.memoryBytes);
  const inputs = new Float32Array(rows * features);
  const having = (role: ColumnRole) =>
    columns.flatMap((own, index) => (own.column.role === role ? [[index, own] as const] : []));
  const targets = having('target');
  const isNumber = source.target === 'number';
  const targetScale =
    isNumber && source.standardiseTarget === true ? scalesOf(targets, statistics) : null;
  const target: Target = isNumber
    ? numberTarget(
        rows,
        targets.map(([place]) => place),
        targetScale,
      )
    : classTarget(rows, targets, path);
  const [onlyTarget] = targets;
  const again =
    targets.length === 1 && onlyTarget !== undefined
      ? new TargetAgain(
          parts.map(({ index }) => index),
          onlyTarget[0],
          isNumber,
        )
      : null;
  const [weight, group] = [having('weight')[0], having('group')[0]];
  const rowWeights = weight === undefined ? null : new Float32Array(rows);
  const groups = group === undefined ? null : new Int32Array(rows);
  const placesOfGroups = group && numbered(group[1]);
  let first = 0;
  for (const [own, isAside] of [[raw, false] as const, [aside?.raw, true] as const]) {
    if (own === undefined) continue;
    for (const block of own.blocks()) {
      if (ports.signal?.aborted)
        throw new AppError('stopped', 'Stopped.', 'Choose the file again.');
      let offset = 0;
      for (const part of parts) {
        const values = block.columns[part.index] as Float64Array;
        writePart(inputs, first * features + offset, features, values, part);
        offset += part.width;
      }
      target.take(first, block.columns);
      if (!isAside) again?.take(block);
      if (weight !== undefined) rowWeights?.set(block.columns[weight[0]] as Float64Array, first);
      if (group !== undefined) {
        (block.columns[group[0]] as Float64Array).forEach((code, row) => {
          if (groups !== null) groups[first + row] = placesOfGroups?.[code] ?? 0;
        });
      }
      first += block.rows;
    }
  }
  if (rowWeights !== null) refuseNoWeight(path, rowWeights.subarray(0, raw.rows));
  const heldOut = aside && ({ rows: aside.raw.rows, by: 'file' } as const);
  const values = target.done();
  return {
    ...hashed({ rows, features, inputs, ...values, rowWeights, groups, heldOut }),
    columns: parts.map(({ facts }) => facts),
    targetScale,
    notes: notesOf(
      raw.rows,
      reader.dropped + (aside?.reader.dropped ?? 0),
      parts,
      statistics,
      again?.found() ?? [],
      values.classes,
    ),
  };
}

function refuseEmpty(path: string, { dropped }: CellReader, { rows }: RawTable): void {
  if (rows > 0) return;
  throw badData(
    dropped > 0
      ? `Every row of ${path} has a missing value, and such rows are left out.`
      : `${path} has no rows.`,
    dropped > 0 ? 'Choose a value for missing ones.' : 'Add the rows to train on.',
  );
}

/** Groups are only told apart: rows for validation may have others. */
function numbered(own: ReadColumn): Int32Array {
  return categoriesIn({ ...own, known: null }, '').places;
}

/** How often each text of a column is in the rows. */
function timesIn(raw: RawTable): (index: number) => Float64Array {
  return (index) => {
    const counts: number[] = [];
    for (const { columns } of raw.blocks()) {
      for (const code of columns[index] as Float64Array) counts[code] = (counts[code] ?? 0) + 1;
    }
    return Float64Array.from(counts, (count) => count ?? 0);
  };
}

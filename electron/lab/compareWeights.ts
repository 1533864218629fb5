import { heatMap, heatText } from '../../shared/compare/heatMap';
import { compareFolders } from '../compare/compareFolders';
import { measuredWeights, trainMeasured } from '../compare/measureWeights';
import { inTempFolder } from '../files/inTempFolder';
import { aligned } from './table';
import { againPorts } from './terminalPorts';

/** `lab compare A B --weights`: how far each tensor is apart, by step. @returns the exit status */
export async function compareWeights(
  folders: readonly [string, string],
  isJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  const compared = compareFolders(folders);
  return inTempFolder('measured', async (place) => {
    const measured = measuredWeights(await trainMeasured(folders, place, againPorts(signal)));
    const { columns, rows } = heatMap(compared, measured);
    const cells = rows.flatMap(({ cells: own }) => own);
    if (isJson) {
      const lines = rows.flatMap(({ name, cells: own }) =>
        own.flatMap((cell, index) =>
          cell.kind === 'measured'
            ? [JSON.stringify({ tensor: name, step: columns[index]?.key, ...cell.difference })]
            : [],
        ),
      );
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    } else {
      const head = ['', ...columns.map(({ label }) => label)];
      const table = rows.map(({ name, cells: own }) => [name, ...own.map(heatText)]);
      process.stdout.write(`${aligned([head, ...table]).join('\n')}\n`);
    }
    return cells.every((cell) => heatText(cell) === '=') ? 0 : 1;
  });
}

import { countText } from '../../shared/lib/countText';
import { flipsIn, predictHeldOut } from '../compare/flips';
import { inTempFolder } from '../files/inTempFolder';
import { aligned } from './table';
import { againPorts } from './terminalPorts';

/** `lab compare A B --flips`: rows whose predicted class differs. @returns the exit status */
export async function compareFlips(
  folders: readonly [string, string],
  isJson: boolean,
  signal: AbortSignal,
): Promise<number> {
  return inTempFolder('predicted', async (place) => {
    const found = await flipsIn(await predictHeldOut(folders, place, againPorts(signal)));
    const { rows, flips, right } = found;
    if (isJson) process.stdout.write(`${JSON.stringify(found)}\n`);
    else {
      const lines = flips.map(({ row, label, a, b }) => [
        String(row),
        label,
        `${a.name} ${a.output}`,
        `${b.name} ${b.output}`,
      ]);
      const table = flips.length === 0 ? [] : aligned([['row', 'class', 'A', 'B'], ...lines]);
      const sum = `${flips.length} of ${countText(rows, 'held-out row')} flipped; A has ${right[0]} right, B ${right[1]}.`;
      process.stdout.write(`${[...table, sum].join('\n')}\n`);
    }
    return flips.length === 0 ? 0 : 1;
  });
}

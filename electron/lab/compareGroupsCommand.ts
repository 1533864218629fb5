import { groupsSentence } from '../../shared/compare/groups';
import { compareGroups } from '../compare/compareGroups';
import { badArguments } from './badArguments';
import { aligned } from './table';

/** `lab compare RUN... --against RUN...`. @returns the exit status */
export function compareGroupsCommand(
  own: readonly string[],
  against: readonly string[],
  isJson: boolean,
): number {
  if (own.length === 0 || against.length === 0)
    throw badArguments('--against takes runs before it and after it.');
  const compared = compareGroups([own, against]);
  if (isJson) {
    const groups = compared.groups.map(({ name, runs }) => ({ name, runs }));
    process.stdout.write(
      `${JSON.stringify({ sentence: groupsSentence(compared), ...compared, groups })}\n`,
    );
  } else {
    const { pairs, settings, notes } = compared;
    const lines = [
      groupsSentence(compared),
      ...notes.map((note) => `Note: ${note}`),
      ...settings.map(
        ({ path, values }) => `${path}: ${values.map((own) => own ?? '-').join(' and ')}`,
      ),
      ...aligned(pairs.map(({ seed, verdict, sentence }) => [`seed ${seed}`, verdict, sentence])),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return compared.pairs.length > 0 && compared.pairs.every(({ verdict }) => verdict === 'exact')
    ? 0
    : 1;
}

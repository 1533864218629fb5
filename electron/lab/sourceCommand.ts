import { asFunctional, inBothStyles } from '../../shared/architecture/bothStyles';
import { sourceFile, sourceLanguages, type SourceLanguage } from '../../shared/source/sourceFile';
import { refuseOverwriting } from '../files/refuseOverwriting';
import { readProject } from '../files/projectFile';
import { writeWhole } from '../files/writeFile';
import { parse } from './arguments';
import { badArguments } from './badArguments';

const languages = Object.keys(sourceLanguages) as readonly SourceLanguage[];

/** `lab source PROJECT`: its networks as source code to train elsewhere. @returns the exit status */
export function sourceCommand(args: readonly string[]): number {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    language: { type: 'string', default: 'python' },
    style: { type: 'string' },
    out: { type: 'string', short: 'o' },
  });
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw badArguments('source takes one project file.');
  const language = languages.find((own) => own === values.language);
  if (language === undefined) throw badArguments(`--language is one of ${languages.join(', ')}.`);
  const { architectures, training } = readProject(file);
  const { first, subclass } = inBothStyles(architectures);
  const offered = [
    first,
    ...(first.style === 'functional' ? [] : [asFunctional(subclass)]),
    subclass,
  ];
  const all = offered.map(({ style }) => style).join(', ');
  if (values.style === undefined && architectures.length > 1) {
    throw badArguments(`source needs --style, one of ${all}.`);
  }
  const architecture = offered.find(
    ({ style }) => style === (values.style ?? architectures[0]?.style),
  );
  if (architecture === undefined) throw badArguments(`--style is one of ${all} for ${file}.`);
  const source = sourceFile(language, architecture, training);
  if (values.out !== undefined) {
    refuseOverwriting(values.out, [file], true);
    writeWhole(values.out, Buffer.from(source));
  }
  if (values.json) {
    const record = { project: file, style: architecture.style, language, file: values.out ?? null };
    process.stdout.write(`${JSON.stringify({ ...record, source })}\n`);
  } else {
    process.stdout.write(values.out === undefined ? source : `${values.out}\n`);
  }
  return 0;
}

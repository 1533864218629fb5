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
  const [architecture, other] = architectures.filter(
    ({ style }) => values.style === undefined || style === values.style,
  );
  const all = architectures.map(({ style }) => style).join(', ');
  if (architecture === undefined) throw badArguments(`--style: ${file} has ${all}.`);
  if (other !== undefined) throw badArguments(`source needs --style: ${file} has ${all}.`);
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

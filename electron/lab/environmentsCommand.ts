import { resolve } from 'node:path';
import {
  backendOf,
  environmentChoiceSchema,
  kerasEngineIds,
  type EngineEnvironment,
  type EnvironmentChoice,
  type KerasEngineId,
} from '../../shared/engines/environment';
import { engineName } from '../../shared/engines/engineCatalog';
import { issueText } from '../../shared/lib/issueText';
import { parse } from './arguments';
import { badArguments } from './badArguments';
import { engines } from './engines';
import { installing } from './terminalPorts';

const text = { type: 'string' } as const;
const actions = ['list', 'install', 'use', 'remove'] as const;

/** `lab environments`. @returns the exit status */
export async function environmentsCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean', default: false },
    wheels: text,
    keras: text,
    python: text,
  });
  const [word = 'list', name, ...rest] = positionals;
  const action = actions.find((own) => own === word);
  if (action === undefined || rest.length > 0) {
    throw badArguments('environments takes list, or install, use or remove with an engine.');
  }
  const { environments } = engines;
  if (action === 'list') {
    if (name !== undefined) throw badArguments(`list takes no "${name}".`);
  } else {
    const engine = engineNamed(name);
    const chosen = choiceOf(values);
    if (chosen !== null && action === 'remove') throw badArguments('remove takes only an engine.');
    if (action === 'remove') await environments.remove(engine);
    if (action === 'use' || chosen !== null) {
      await environments.choose(engine, chosen ?? { kind: 'pinned' });
    }
    if (action === 'install') {
      const wheels = values.wheels === undefined ? null : resolve(values.wheels);
      const making = { signal, onProgress: installing() };
      await environments.install(backendOf(engine), making, wheels);
    }
  }
  const list = await environments.list();
  const shown = name === undefined ? list : list.filter(({ engine }) => engine === name);
  const line = values.json ? JSON.stringify : sentenceOf;
  process.stdout.write(shown.map((own) => `${line(own)}\n`).join(''));
  return 0;
}

function engineNamed(name: string | undefined): KerasEngineId {
  const engine = kerasEngineIds.find((own) => own === name);
  if (engine !== undefined) return engine;
  const known = kerasEngineIds.join(', ');
  throw badArguments(
    name === undefined ? `Name an engine: ${known}.` : `"${name}" is none of ${known}.`,
  );
}

/** Null where none is given. */
function choiceOf(given: {
  readonly keras?: string | undefined;
  readonly python?: string | undefined;
}): EnvironmentChoice | null {
  const { keras, python } = given;
  if (keras === undefined && python === undefined) return null;
  if (keras !== undefined && python !== undefined) {
    throw badArguments('--keras and --python exclude each other.');
  }
  const choice =
    python === undefined ? { kind: 'release', keras } : { kind: 'own', python: pathOf(python) };
  const result = environmentChoiceSchema.safeParse(choice);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badArguments(`--keras ${issue === undefined ? '' : issueText(issue)}.`);
}

/** A name without a folder is looked for as the shell does. */
function pathOf(python: string): string {
  return python.includes('/') ? resolve(python) : python;
}

function sentenceOf({
  engine,
  choice,
  isInstalled,
  pinned,
  folders,
  sizeBytes,
}: EngineEnvironment): string {
  const releases = pinned.map(({ name, version }) => `${name} ${version}`).join(', ');
  const what = {
    pinned: () => releases,
    release: () => `keras ${choice.kind === 'release' ? choice.keras : ''} in place of ${releases}`,
    own: () =>
      choice.kind === 'own'
        ? `your Python ${choice.python}, with keras ${choice.keras ?? '?'}`
        : '',
  }[choice.kind]();
  const state = isInstalled ? 'installed' : 'not installed';
  const left =
    choice.kind === 'own' ? 'the pinned environment takes ' : isInstalled ? '' : 'left over: ';
  const size = folders.length === 0 ? '' : `, ${left}${Math.ceil(sizeBytes / 1e6)} MB`;
  const where = folders.map((folder) => `\n  ${folder}`).join('');
  return `${engineName(engine)} (${engine}): ${what}; ${state}${size}${where}`;
}

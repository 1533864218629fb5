import type { BuiltinName } from '../../shared/data/builtinData';
import type { RecognisedTable } from '../../shared/data/table/recognised';
import {
  readingOf,
  sourceOf,
  withTarget,
  type TableReading,
} from '../../shared/data/table/tableSource';
import { issueText } from '../../shared/lib/issueText';
import { articleOptionsSchema, type ArticleOptions } from '../../shared/protocols/articleOptions';
import { articleProtocols } from '../../shared/protocols/protocols';
import {
  engineChoiceSchema,
  engineIds,
  type EngineChoice,
} from '../../shared/engines/engineCatalog';

const defaults = articleOptionsSchema.parse({});

/** The form as the user left it, valid or not; `parsed` is what can be run. */
export class Settings {
  seed = $state(defaults.seed);
  data = $state<BuiltinName | 'table'>('iris');
  table = $state.raw<RecognisedTable | null>(null);
  /** How that table is read; the article has classes. */
  reading = $state.raw<TableReading | null>(null);
  hidden = $state(defaults.hidden.join(', '));
  epochs = $state<number | null>(defaults.epochs);
  batchSize = $state<number | null>(defaults.batchSize);
  threads = $state<number | null>(defaults.threads);
  engines = $state<readonly EngineChoice[]>(['auto']);
  protocols = $state(articleProtocols.map(({ number }): number => number));

  /** Options, or what is wrong with which field. */
  readonly parsed = $derived.by(
    (): { options: ArticleOptions } | { problems: ReadonlyMap<string, string> } => {
      const result = articleOptionsSchema.safeParse({
        seed: this.seed,
        data:
          this.data === 'table'
            ? this.table && this.reading && sourceOf(this.table.path, this.reading)
            : { kind: 'builtin', name: this.data },
        hidden:
          this.hidden.trim() === ''
            ? []
            : this.hidden.split(',').map((part) => Number(part.trim() || NaN)),
        epochs: this.epochs,
        batchSize: this.batchSize,
        threads: this.threads,
        // In the order of the form, which is the order of the columns.
        engines: engineChoiceSchema.options.filter((own) => this.engines.includes(own)),
        protocols: [...this.protocols].sort(),
      });
      const problems = new Map<string, string>();
      if (this.engines.length === 0) problems.set('engines', 'Choose at least one engine.');
      else if (result.success) return { options: result.data };
      for (const issue of result.error?.issues ?? []) {
        const field = String(issue.path[0]);
        if (!problems.has(field)) problems.set(field, messages[field] ?? `It ${issueText(issue)}.`);
      }
      return { problems };
    },
  );

  useTable(table: RecognisedTable): void {
    this.table = table;
    this.reading = { ...readingOf(table), isNumber: false };
  }

  useTarget(name: string): void {
    if (this.table === null || this.reading === null) return;
    this.reading = { ...withTarget(this.reading, this.table, name), isNumber: false };
  }

  toggleProtocol(number: number): void {
    this.protocols = toggled(this.protocols, number);
  }

  toggleEngine(choice: EngineChoice): void {
    this.engines = toggled(this.engines, choice);
  }

  /** TensorFlow.js and every other system that the article covers. */
  chooseAllSystems(): void {
    this.engines = ['auto', ...engineIds.filter((id) => id !== 'tfjs')];
  }
}

function toggled<T>(chosen: readonly T[], own: T): T[] {
  return chosen.includes(own) ? chosen.filter((other) => other !== own) : [...chosen, own];
}

const messages: Readonly<Record<string, string>> = {
  seed: 'Any text of 1 to 256 characters.',
  data: 'Choose a table and its target column.',
  hidden: 'Whole numbers from 1 to 65,536, separated by commas.',
  epochs: 'A whole number from 1 to 100,000.',
  batchSize: 'A whole number from 1 to 1,048,576.',
  threads: 'A whole number from 1 to 1,024.',
  protocols: 'Choose at least one protocol.',
};

import { z } from 'zod';
import type { EngineCapabilities, EngineDefinition, EngineFact } from './engine';
import { kerasJax, kerasTensorflow, kerasTorch } from './keras';
import { tfjs } from './tfjs';

/** Every engine by its id. A new one is a file beside this and a line here. */
export const engineCatalog = {
  tfjs,
  'keras-jax': kerasJax,
  'keras-tensorflow': kerasTensorflow,
  'keras-torch': kerasTorch,
} as const;
export type EngineId = keyof typeof engineCatalog;
export const engineIds = Object.keys(engineCatalog) as readonly EngineId[];

type ModesOf<Id extends EngineId> = keyof (typeof engineCatalog)[Id]['modes'] & string;
/** How steps are run: every mode of every engine. */
export type EngineMode = { [Id in EngineId]: ModesOf<Id> }[EngineId];

const modesOf = (id: EngineId) => Object.keys(engineCatalog[id].modes) as EngineMode[];
export const engineModes = engineIds.flatMap(modesOf);
export const engineModeSchema = z.enum(engineModes as [EngineMode, ...EngineMode[]]);

/** What can be asked for: `auto` measures the compiled modes of TensorFlow.js and takes the faster. */
export const engineChoiceSchema = z.enum(['auto', ...engineModes] as ['auto', ...EngineMode[]]);
export type EngineChoice = z.infer<typeof engineChoiceSchema>;

/** What a run was asked to use and what it used. All runs that are compared use the same mode. */
export const engineSelectionSchema = z.strictObject({
  asked: engineChoiceSchema,
  mode: engineModeSchema,
});
export type EngineSelection = z.infer<typeof engineSelectionSchema>;

/** The engine that a mode belongs to. */
export function engineOf(mode: EngineChoice): EngineId {
  return engineIds.find((id) => modesOf(id).some((own) => own === mode)) ?? 'tfjs';
}

export function engineLabel(choice: EngineChoice): string {
  if (choice === 'auto') return 'TensorFlow.js, XLA or graph: the faster';
  const { modes } = engineCatalog[engineOf(choice)] as { modes: Record<string, string> };
  return modes[choice] ?? choice;
}

/** In a word or two, as a column is headed: `Keras on JAX`, `TensorFlow.js (graph)`. */
export function engineName(choice: EngineChoice): string {
  const id = engineOf(choice);
  const isOnly = choice === 'auto' || modesOf(id).length === 1;
  return isOnly ? engineCatalog[id].label : `${engineCatalog[id].label} (${choice})`;
}

export function capabilitiesOf(mode: EngineChoice): EngineCapabilities {
  return engineCatalog[engineOf(mode)].capabilities;
}

/** Where an engine's numbers come from under the global regime. */
export function streamsOf(mode: EngineChoice) {
  return engineCatalog[engineOf(mode)].streams;
}

/** What choosing it will install; null if nothing. */
export function installsOf(choice: EngineChoice): string | null {
  return engineCatalog[engineOf(choice)].installs;
}

/** What actually ran, as its engine records it. */
export const environmentRecordSchema = z.union([
  tfjs.ranSchema,
  kerasJax.ranSchema,
  kerasTensorflow.ranSchema,
  kerasTorch.ranSchema,
]);
export type EnvironmentRecord = z.infer<typeof environmentRecordSchema>;
export type EngineRecord = EnvironmentRecord['engine'];

/** The engine that wrote a record. */
export function engineThatRan({ engine }: EnvironmentRecord): EngineId {
  return engineIds.find((own) => own === engine.name) ?? 'tfjs';
}

function definitionOf(ran: EnvironmentRecord): EngineDefinition<string, EnvironmentRecord> {
  return engineCatalog[engineThatRan(ran)] as unknown as EngineDefinition<
    string,
    EnvironmentRecord
  >;
}

/** What ran and on what, as facts that can be compared. */
export function factsOfRan(ran: EnvironmentRecord): readonly EngineFact[] {
  return definitionOf(ran).factsOf(ran);
}

/** What else moves the state that an engine shuffles from; null if nothing does. */
export function orderNoteOf(ran: EnvironmentRecord): string | null {
  return definitionOf(ran).orderNote;
}

/** Whether what a protocol expects of this engine was measured with the version that ran. */
export function isAsMeasured(ran: EnvironmentRecord): boolean {
  return definitionOf(ran).isAsMeasured(ran);
}

/** The same without the machine. */
export function factsOfEngine(ran: EnvironmentRecord): readonly EngineFact[] {
  return factsOfRan(ran).filter(({ label }) => label !== 'processor');
}

/** As one line: `engine graph, TensorFlow 2.21.0, device CPU`. */
export function engineText(ran: EnvironmentRecord): string {
  return factsOfEngine(ran)
    .map(({ label, value }) => `${label} ${value}`)
    .join(', ');
}

/** The library that computed, with its version. */
export function libraryOf(ran: EnvironmentRecord) {
  const { library, versionOf } = definitionOf(ran);
  return { ...library, version: versionOf(ran) };
}

import { countText } from '../lib/countText';
import { targetText } from '../architecture/dataFacts';
import { styleNames } from '../architecture/architecture';
import { engineText } from '../engines/engineCatalog';
import { differenceSentence } from '../runs/divergence/differenceSentence';
import type { Outcome, RunManifest } from '../runs/run';
import type { BundleIndex, StatedComparison } from './bundleFile';
import { bundleFiles } from './paths';
import { escaped, lossPicture } from './lossPicture';

export interface PageRun {
  readonly name: string;
  readonly manifest: RunManifest;
  readonly outcome: Outcome | null;
  readonly losses: Float32Array;
}

/** Okabe-Ito's blue and vermilion, as in the app. */
const looks = {
  sequential: { label: styleNames.sequential, colour: '#0072B2', isDashed: false },
  functional: { label: styleNames.functional, colour: '#0072B2', isDashed: false },
  subclass: { label: styleNames.subclass, colour: '#D55E00', isDashed: true },
} as const;

/** index.html: what a person sees on opening the bundle. No scripts, no external resources. */
export function bundlePage(index: BundleIndex, runs: readonly PageRun[]): string {
  const byName = new Map(runs.map((run) => [run.name, run]));
  const compared = new Set(index.comparisons.flatMap((own) => own.runs));
  const pairs = index.comparisons.map(({ runs: names, comparison }) => {
    const both = names.map((name) => byName.get(name) as PageRun);
    return section(names.join(' and '), verdict(comparison), both);
  });
  const single = runs
    .filter(({ name }) => !compared.has(name))
    .map((run) => section(run.name, '', [run]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Twintrain bundle</title>
<style>
body { max-width: 720px; margin: 32px auto; padding: 0 16px; font: 14px/1.5 system-ui, sans-serif; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-variant-numeric: tabular-nums; }
th { width: 96px; }
td, h2 { overflow-wrap: anywhere; }
h2 { font-size: 16px; }
figure { margin: 16px 0; }
th, td { padding: 2px 12px 2px 0; text-align: left; vertical-align: top; }
code { overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #16181b; } a { color: #8bf; } }
</style>
</head>
<body>
<h1>Twintrain bundle</h1>
<p>${countText(runs.length, 'run')}, ${countText(index.comparisons.length, 'comparison')}.
${index.signedBy === null ? 'Not signed: the hashes show that nothing changed since it was exported, not who exported it.' : `Signed with the key <code>${index.signedBy}</code>.`}</p>
<p>To check it with only Python 3 or Node, run in this folder: <code>python3 ${bundleFiles.verifierPython}</code> or
<code>node ${bundleFiles.verifierNode}</code>; with <code>sha256sum -c ${bundleFiles.manifest}</code> the files alone.
Source of the networks: <a href="source/">source/</a>.</p>
${[...pairs, ...single].join('\n')}
</body>
</html>
`;
}

function verdict(comparison: StatedComparison): string {
  const { verdict: word, reason, firstDifference, steps, notes } = comparison;
  const said =
    firstDifference === null
      ? (reason ??
        `Same initial weights, order of rows, bits of all ${steps} losses and final weights.`)
      : differenceSentence(firstDifference);
  return `<p>${verdictPicture(word)} <strong>${word.replace('_', ' ')}.</strong> ${escaped(said)}</p>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}`;
}

/** Strokes of =, ≠ and ? in a ring. */
const strokes: Readonly<Record<StatedComparison['verdict'], string>> = {
  exact: 'M5 6.5h6M5 9.5h6',
  different: 'M5 6.5h6M5 9.5h6M10 4l-4 8',
  not_verified: 'M6 6.2c0-2.6 4-2.6 4 0 0 1.8-2 1.6-2 3.2M8 11.4v.6',
};

function verdictPicture(verdict: StatedComparison['verdict']): string {
  return `<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="${verdict.replace('_', ' ')}" fill="none" stroke="currentColor" stroke-width="1.4"><circle cx="8" cy="8" r="7"/><path d="${strokes[verdict]}"/></svg>`;
}

function section(title: string, words: string, runs: readonly PageRun[]): string {
  const curves = runs.map(({ manifest, losses, name }, place) => ({
    ...looks[manifest.architecture.style],
    // So that two runs of one style can be told apart.
    isDashed: place > 0,
    label: `${looks[manifest.architecture.style].label} (${name})`,
    losses,
  }));
  const facts = runs.map((run) => factsOf(run));
  const rows = Object.keys(facts[0] ?? {}).map(
    (fact) =>
      `<tr><th scope="row">${fact}</th>${facts.map((own) => `<td>${escaped(own[fact] ?? '')}</td>`).join('')}</tr>`,
  );
  return `<section>
<h2>${escaped(title)}</h2>
${words}
<figure>
${lossPicture(curves)}
<figcaption>${curves.map(({ label, colour, isDashed }) => `<span style="color:${colour}">${isDashed ? '- -' : '—'}</span> ${escaped(label)}`).join(', ')}</figcaption>
</figure>
<table>
${rows.join('\n')}
</table>
</section>`;
}

function factsOf({ manifest, outcome, losses, name }: PageRun): Record<string, string> {
  const { ran, training, randomness, data } = manifest;
  return {
    Run: name,
    Style: looks[manifest.architecture.style].label,
    Outcome: `${outcome?.status ?? 'died'} after ${losses.length} steps, last loss ${losses.at(-1)}`,
    Began: manifest.createdAt,
    Randomness: `${randomness.regime}, seed ${randomness.seed}`,
    Training: `${training.optimiser.kind}, ${training.loss}, batch ${training.batchSize}, ${training.epochs} epochs`,
    Engine: engineText(ran),
    Machine: `${ran.cpu}, ${ran.platform} ${ran.arch}`,
    Data: `${data.rows} rows of ${data.features}, ${targetText(data)}, sha256 ${data.sha256}`,
  };
}

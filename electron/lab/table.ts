import { styleNames } from '../../shared/architecture/architecture';
import { countText } from '../../shared/lib/countText';
import { engineName, type EngineChoice } from '../../shared/engines/engineCatalog';
import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import { protocols } from '../../shared/protocols/protocols';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';

/** The results as people read them in a terminal; of several engines also side by side. */
export function articleTable(results: readonly ProtocolResult[]): string {
  const engines = [...new Set(results.map(({ asked }) => asked))];
  if (engines.length < 2) return tableOf(results);
  const parts = engines.map(
    (engine) =>
      `${engineName(engine)}\n${tableOf(results.filter(({ asked }) => asked === engine))}`,
  );
  return [...parts, sideBySide(results, engines)].join('\n');
}

function tableOf(results: readonly ProtocolResult[]): string {
  const first = results.some(({ controls }) => 'functional' in controls)
    ? 'functional'
    : 'sequential';
  const letter = styleNames[first].charAt(0);
  const rows = results.map((result) => [
    String(result.protocol),
    result.name,
    result.expected ?? '-',
    result.verdict,
    result.controls[first] ?? '-',
    result.controls.subclass ?? '-',
    result.cause ?? '-',
    String(result.finalLoss[0] ?? '-'),
    String(result.finalLoss[1] ?? '-'),
  ]);
  const details = results.flatMap((result) => [
    `${result.protocol}: ${sentenceOf(result)}`,
    ...(result.repair === null ? [] : [`   ${result.repair.sentence}`]),
    ...result.notes.map((note) => `   Note: ${note}`),
    `   ${result.runFolders[0]}`,
    `   ${result.runFolders[1]}`,
  ]);
  const head = [
    ...['', 'protocol', 'expected', 'verdict'],
    ...[`${letter} vs ${letter}`, 'M vs M', 'cause', `last loss ${letter}`, 'last loss M'],
  ];
  const legend = `${letter}: ${styleNames[first]}, M: Model subclass; the two controls compare a style with itself.`;
  return [...aligned([head, ...rows]), '', legend, '', ...details, ''].join('\n');
}

/** One style against the other: a row for each protocol, a column for each engine. */
function sideBySide(results: readonly ProtocolResult[], engines: readonly EngineChoice[]): string {
  const rows = protocols
    .filter(({ number }) => results.some(({ protocol }) => protocol === number))
    .map(({ number, name }) => [
      String(number),
      name,
      ...engines.map((engine) => {
        const own = results.find(({ protocol, asked }) => protocol === number && asked === engine);
        return own?.verdict ?? '-';
      }),
    ]);
  return `${aligned([['', 'protocol', ...engines.map(engineName)], ...rows]).join('\n')}\n`;
}

/** Rows of cells as lines, each column as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function sentenceOf(result: ProtocolResult): string {
  if (result.verdict === 'not_verified')
    return `Not verified: ${result.reason ?? 'no reason was given'}`;
  if (result.firstDifference === null) {
    return `Exact: same initial weights, batch order, loss bits of ${countText(result.steps, 'step')} and final weights.`;
  }
  return differenceSentence(result.firstDifference);
}

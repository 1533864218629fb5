import type { ProtocolResult } from '../../shared/protocols/protocolResult';
import { differenceSentence } from '../../shared/runs/divergence/differenceSentence';

/** The results as people read them in a terminal. */
export function articleTable(results: readonly ProtocolResult[]): string {
  const head = [
    '',
    'protocol',
    'expected',
    'verdict',
    'S vs S',
    'M vs M',
    'cause',
    'last loss S',
    'last loss M',
  ];
  const rows = results.map((result) => [
    String(result.protocol),
    result.name,
    result.expected,
    result.verdict,
    result.controls.sequential,
    result.controls.subclass,
    result.cause ?? '-',
    String(result.finalLoss[0] ?? '-'),
    String(result.finalLoss[1] ?? '-'),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const details = results.flatMap((result) => [
    `${result.protocol}: ${sentenceOf(result)}`,
    ...result.notes.map((note) => `   Note: ${note}`),
    `   ${result.runFolders[0]}`,
    `   ${result.runFolders[1]}`,
  ]);
  const legend = 'S: Sequential, M: Model subclass; the two controls compare a style with itself.';
  return [line(head), ...rows.map(line), '', legend, '', ...details, ''].join('\n');
}

function sentenceOf(result: ProtocolResult): string {
  if (result.verdict === 'not_verified')
    return `Not verified: ${result.reason ?? 'no reason was given'}`;
  if (result.firstDifference === null) {
    return `Exact: same initial weights, batch order, loss bits of all ${result.steps} steps and final weights.`;
  }
  return differenceSentence(result.firstDifference);
}

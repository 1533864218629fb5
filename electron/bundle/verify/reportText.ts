import type { Finding, Report } from '../../../shared/bundle/finding';

/** A report for people. */
export function reportText(report: Report): string {
  const { bundle, isBundle, bundleId, files, runs, signature, findings } = report;
  if (!isBundle) return `${bundle} is not a Twintrain bundle.\n`;
  const signed = {
    none:
      findings.length === 0
        ? 'not signed: it is consistent, but anybody could have made it'
        : 'not signed',
    valid: `signed with the key ${signature.keyId}`,
    invalid: 'its signature is not valid',
  }[signature.state];
  return [
    `${bundle}: ${files} files, ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${signed}`,
    `bundle id ${bundleId ?? 'none'}`,
    findings.length === 0
      ? 'No findings.'
      : `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}:`,
    ...findings.map(findingText),
    '',
  ].join('\n');
}

export function findingText({ code, path, expected, found }: Finding): string {
  const said = [
    expected === null ? '' : `expected ${expected}`,
    found === null ? '' : `found ${found}`,
  ].filter((own) => own !== '');
  return `  ${code}${path === null ? '' : ` ${path}`}${said.length > 0 ? `: ${said.join(', ')}` : ''}`;
}

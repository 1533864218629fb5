import { styleNames, type Style } from '../../shared/architecture/architecture';
import type { FirstStyle } from '../../shared/architecture/bothStyles';

/** How a style's runs are drawn: the Model subclass always as the second. */
export interface StyleLook {
  readonly label: string;
  /** A custom property of the page's style sheet. */
  readonly colour: '--sequential' | '--subclass';
  readonly isDashed: boolean;
}

export function lookOf(style: Style): StyleLook {
  const isSecond = style === 'subclass';
  return {
    label: styleNames[style],
    colour: isSecond ? '--subclass' : '--sequential',
    isDashed: isSecond,
  };
}

/** What the Model subclass is compared with among some runs. */
export function firstStyleOf(runs: readonly { readonly style: Style }[]): FirstStyle {
  return runs.some(({ style }) => style === 'functional') ? 'functional' : 'sequential';
}

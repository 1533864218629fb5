import { styleNames, type Style } from '../../shared/architecture/architecture';

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

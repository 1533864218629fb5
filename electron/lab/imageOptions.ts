import type { DataSource } from '../../shared/data/dataSource';
import { imagePreview } from '../data/images/imagePreview';
import { badArguments } from './badArguments';
import type { DescribedSource } from './describedSource';
import { oneOf, yesOrNo } from './optionValues';

const text = { type: 'string' } as const;

/** Options for a folder of pictures: what is not given is as its first picture. */
export const imageOptions = { size: text, channels: text } as const;

export interface GivenImageOptions {
  readonly size?: string | undefined;
  readonly channels?: string | undefined;
  readonly standardise?: string | undefined;
  readonly validation?: string | undefined;
}

/** @throws {AppError} bad-arguments naming the option, file-not-found, bad-data */
export async function imagesFrom(path: string, given: GivenImageOptions): Promise<DescribedSource> {
  const recognised = await imagePreview(path);
  const { size, channels = recognised.isColoured ? '3' : '1' } = given;
  const [, height = recognised.height, width = recognised.width] =
    size === undefined ? [] : (/^(\d{1,4})x(\d{1,4})$/.exec(size) ?? badSize(size));
  const validation = given.validation ?? recognised.validation;
  const source: DataSource = {
    kind: 'images',
    path: recognised.path,
    height: Number(height),
    width: Number(width),
    channels: oneOf('--channels', channels, { 1: 1, 3: 3 } as const),
    standardise: yesOrNo('--standardise', given.standardise) ?? false,
    ...(validation !== null && { validation }),
  };
  const { classes, images, notes } = recognised;
  return {
    source,
    recognised,
    text: `${images.toLocaleString('en')} pictures of ${classes.join(', ')}, the first ${recognised.height} x ${recognised.width}`,
    notes,
  };
}

function badSize(size: string): never {
  throw badArguments(`--size: "${size}" is not HEIGHTxWIDTH, such as 28x28.`);
}

import { decode as decodeJpeg } from 'jpeg-js';
import { MOST_PIXELS, shares, type Picture } from '../picture';
import { jpegFacts } from './jpegFacts';

export function jpeg(bytes: Buffer): Picture {
  const { isRgb, orientation } = jpegFacts(bytes);
  const { width, height, data } = decodeJpeg(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MOST_PIXELS / 1_000_000,
    maxMemoryUsageInMB: 512,
    ...(isRgb ? { colorTransform: false } : {}),
  });
  return {
    width,
    height,
    channels: 3,
    values: shares(data, 255),
    ...(orientation === 1 ? {} : { orientation }),
  };
}

import { convolution } from './convolution';

/** [height, width, channels] -> [rows, columns, filters] */
export const conv2d = convolution('conv2d', 'Conv2D', 2, 'an image');

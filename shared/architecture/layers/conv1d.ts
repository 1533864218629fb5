import { convolution } from './convolution';

/** [steps, channels] -> [positions, filters] */
export const conv1d = convolution('conv1d', 'Conv1D', 1, 'a series');

/** Conv2D -> conv2d, BatchNormalization -> batch_normalization: as Keras 3 names the groups of a file. */
export function kerasClassGroup(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

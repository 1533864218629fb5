/** Shows how much of the data is read, on a terminal and where it takes more than a moment. */
export function readingLine(
  out: NodeJS.WriteStream,
  clock: () => number,
): { readonly onProgress: (done: number, total: number) => void; readonly end: () => void } {
  const startedAt = clock();
  let shownAt = startedAt + SOON_MS;
  let isShown = false;
  return {
    onProgress: (done, total) => {
      const now = clock();
      if (!out.isTTY || now < shownAt) return;
      shownAt = now + EVERY_MS;
      isShown = true;
      const share = Math.min(1, done / total);
      const left = Math.ceil(((now - startedAt) * (1 - share)) / share / 1_000);
      out.write(`\rReading the data: ${Math.floor(100 * share)} %, about ${left} s left `);
    },
    end: () => {
      if (isShown) out.write('\r\u001b[K');
    },
  };
}

const SOON_MS = 1_000;
const EVERY_MS = 200;

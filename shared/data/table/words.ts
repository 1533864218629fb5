/** Numbers that no word has: padding, and any word that is not in the vocabulary. */
const PADDING = 0;
const UNKNOWN = 1;
export const FIRST_WORD = 2;

/**
 * The words of a text: in small letters (ASCII only), without punctuation, parted by white space; as Keras'
 * TextVectorization has them by default (standardize, split).
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, '');
  return plain.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '');
}

/**
 * The words of some texts, the most frequent first; of equally frequent ones the last by code point first,
 * as TextVectorization.adapt orders them.
 * @param texts with how often each is there
 * @param most numbers in all, those of padding and unknown words among them; null keeps every word
 */
export function vocabularyOf(
  texts: Iterable<readonly [text: string, times: number]>,
  most: number | null,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const [text, times] of texts) {
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + times);
  }
  const ordered = [...counts].sort(
    ([a, often], [b, its]) => its - often || comparedByCodePoint(b, a),
  );
  const words = ordered.map(([word]) => word);
  return most === null ? words : words.slice(0, most - FIRST_WORD);
}

/** Each word as its number, cut or filled up at the end to `length`. */
export function numbersOfText(
  text: string,
  places: ReadonlyMap<string, number>,
  length: number,
): Int32Array {
  const numbers = new Int32Array(length).fill(PADDING);
  for (const [at, word] of wordsOf(text).slice(0, length).entries()) {
    numbers[at] = places.get(word) ?? UNKNOWN;
  }
  return numbers;
}

/** The number of each word of a vocabulary. */
export function numbersOfWords(vocabulary: readonly string[]): ReadonlyMap<string, number> {
  return new Map(vocabulary.map((word, at) => [word, at + FIRST_WORD]));
}

/** As UTF-8 bytes are ordered, which differs from the order of UTF-16 beyond the basic plane. */
function comparedByCodePoint(a: string, b: string): number {
  const [own, its] = [a, b].map((word) => Array.from(word, (sign) => sign.codePointAt(0) ?? 0)) as [
    number[],
    number[],
  ];
  for (let at = 0; at < Math.min(own.length, its.length); at++) {
    const difference = (own[at] as number) - (its[at] as number);
    if (difference !== 0) return difference;
  }
  return own.length - its.length;
}

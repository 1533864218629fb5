/** A file's bytes as base64, by the bundler (build/wasmAsText.mjs). */
declare module '*.wasm?base64' {
  const bytes: string;
  export default bytes;
}

declare module 'omggif' {
  export class GifReader {
    constructor(bytes: Uint8Array);
    readonly width: number;
    readonly height: number;
    /** Writes a frame's pixels over what is there; transparent ones stay. */
    decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
  }
}

/** What is used of it; only a browser's types have it. */
declare namespace WebAssembly {
  class Module {
    private readonly isCompiled: true;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a bench process answers when it has trained. */
export interface Answer {
  readonly ms: number;
  readonly rssMiB: number;
}

/**
 * A process that trains one network with one engine. It writes a line of JSON when its first step
 * is done, then one for every number of steps that it reads.
 */
export class Runner {
  readonly engine: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';

  constructor(
    engine: string,
    command: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
  ) {
    this.engine = engine;
    this.#child = spawn(command, [...args], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-2_000);
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('not reached: stdout is a pipe');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Trains `steps` steps. */
  run(steps: number): Promise<Answer> {
    this.#child.stdin?.write(`${steps}\n`);
    return this.answer();
  }

  /** The next answer; the first comes unasked. @throws {Error} if the process ended instead */
  async answer(): Promise<Answer> {
    for (;;) {
      const line = await this.#lines.next();
      if (line.done === true) {
        throw new Error(`The bench process of ${this.engine} ended:\n${this.#complaints}`);
      }
      // Libraries may print on their own.
      if (line.value.startsWith('{"ms":')) return JSON.parse(line.value) as Answer;
    }
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * What can go wrong, as stable codes: the screen and the exit status switch on these, never on text.
 */
export const errorCodes = [
  'bad-arguments',
  'bad-project',
  'bad-data',
  'bad-run-folder',
  'bad-bundle',
  'file-not-found',
  'cannot-write',
  'disk-full',
  'out-of-memory',
  'runtime-missing',
  'download-failed',
  'trainer-died',
  'not-traceable',
  'stopped',
  'busy',
  'refused',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * A failure that a person can act on. `message` says what happened and to what; `remedy` what to do.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'AppError';
    this.code = code;
    this.remedy = remedy;
  }
}

/** What was thrown, as an error with a code; anything other than an AppError is a bug of ours. */
export function toAppError(thrown: unknown): AppError {
  return thrown instanceof AppError
    ? thrown
    : new AppError('internal', String(thrown), 'Report it.');
}

/** The same failure as plain data, for a process boundary or a file. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/** Any thrown value as plain data; anything other than an AppError is reported as a bug of ours. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a bug in Twintrain. Keep the run folder and report it with this message.',
  };
}

export function fromWireError(wire: WireError): AppError {
  return new AppError(wire.code, wire.message, wire.remedy);
}

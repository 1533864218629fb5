// @ts-check
/** A set-up step that failed: what happened, to what, and what the user can do about it. */
export class SetupError extends Error {
  /**
   * @param {string} what happened, to what
   * @param {string} remedy what to do now
   * @param {unknown} [cause]
   */
  constructor(what, remedy, cause) {
    super(`${what}\n  What to do: ${remedy}`, cause === undefined ? {} : { cause });
    this.name = 'SetupError';
  }
}

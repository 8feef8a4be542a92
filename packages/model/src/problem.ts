/** One thing wrong with an input: where (JSON pointer, or row and column), what, and a code that machines can tell apart. */
export interface Problem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

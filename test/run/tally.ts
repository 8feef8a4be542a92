/** What a run came to. Pure. */

/** Something that did not run: a test, or a file whose server or tool could not be had. */
export interface Skip {
  /** The file, and the test in it if only that was skipped. */
  readonly what: string;
  /** Why, and how to have it run. */
  readonly why: string;
}

export interface Tally {
  readonly passed: number;
  /** Failed tests, and whatever else went wrong: a hook, a file that does not load, an error nobody caught. */
  readonly failed: number;
  readonly skipped: readonly Skip[];
}

export interface Strictness {
  /** A skip is a failure. */
  readonly ci: boolean;
  /** The records of Chicago are not this project's to ship, so that without the file its tests may be skipped. */
  readonly chicagoFile: boolean;
}

/** Both together. */
export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: [...one.skipped, ...other.skipped],
  };
}

/** The tally as it is judged: skips that are not allowed count as failures, and so does a run of nothing. */
export function judge(tally: Tally, { ci, chicagoFile }: Strictness): Tally {
  const allowed = (skip: Skip): boolean => !ci || (!chicagoFile && skip.what.includes("CHICAGO_FILE"));
  const skipped = tally.skipped.filter(allowed);
  const failed = tally.failed + tally.skipped.length - skipped.length;
  const nothing = tally.passed + failed === 0;
  return { passed: tally.passed, failed: nothing ? 1 : failed, skipped };
}

/** The last line of a run, in the one form that machines read. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  return `${passed} passed, ${failed} failed${rest}`;
}

/**
 * How outputs and rows are ordered: the epoch is the instant (ms) at which the partition's rebuild began, `at` the
 * position of the record, in the partition that was folded, at which the content was computed. The greater wins.
 */
export interface Version {
  readonly epoch: number;
  readonly at: number;
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.epoch === b.epoch ? a.at - b.at : a.epoch - b.epoch;
}

import type { TopicSpec } from "@sanfen/log";

export const FACTS = "sanfen.facts";
export const CONTROL = "sanfen.control";
export const COMMANDS = "sanfen.commands";
export const GRADES = "sanfen.grades";
export const TALLIES = "sanfen.tallies";
export const COLOURS = "sanfen.colours";
export const TASKS = "sanfen.tasks";
export const WARNINGS = "sanfen.warnings";
export const DEAD_LETTERS = "sanfen.dead-letters";

const WEEK_MS = 7 * 86_400_000;

/** All topics of an installation whose facts lie in `partitions` partitions. Facts, control and commands are kept for ever. */
export function topicSpecs(partitions: number): readonly TopicSpec[] {
  const derived = [GRADES, TALLIES, COLOURS, TASKS, WARNINGS];
  return [
    { topic: FACTS, partitions },
    { topic: CONTROL, partitions: 1 },
    { topic: COMMANDS, partitions },
    ...derived.map((topic) => ({ topic, partitions, retentionMs: WEEK_MS })),
    { topic: DEAD_LETTERS, partitions: 1, retentionMs: 12 * WEEK_MS },
  ];
}

/** What `sanfen replay` deletes: everything that follows from the three topics kept for ever. */
export const DERIVED_TOPICS: readonly string[] = [GRADES, TALLIES, COLOURS, TASKS, WARNINGS];

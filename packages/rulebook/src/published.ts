import type { Rulebook } from "./rulebook.ts";
import chicago2014 from "./rulebooks/chicago-2014.json" with { type: "json" };
import jiaxing2021 from "./rulebooks/jiaxing-2021.json" with { type: "json" };

/** The rulebooks that ship. A test holds each to `checkRulebook`: what TypeScript infers from JSON is too wide to. */
export const RULEBOOKS: readonly Rulebook[] = [chicago2014, jiaxing2021] as readonly object[] as readonly Rulebook[];

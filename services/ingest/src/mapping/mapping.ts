/** A mapping, as `mapping.schema.json` describes it: the columns of a table to facts. */
import type { Text } from "@sanfen/model";

export type Scalar = string | number | boolean | null;
export type Json = Scalar | readonly Json[] | { readonly [name: string]: Json };

export interface MappingDocument {
  readonly name: string;
  readonly title: Text;
  readonly notes?: Text;
  readonly source: string;
  readonly columns: Readonly<Record<string, ColumnDocument>>;
  readonly skipWhen?: ConditionDocument;
  /** One of the three: what a row is. */
  readonly facts?: readonly RuleDocument[];
  readonly product?: Readonly<Record<string, ValueDocument>>;
  readonly officer?: Readonly<Record<string, ValueDocument>>;
}

interface ColumnDocument {
  readonly optional?: boolean;
  readonly aliases?: readonly string[];
  readonly example?: string;
}

export interface RuleDocument {
  readonly name: string;
  readonly when?: ConditionDocument;
  readonly repeat?: Repeat;
  readonly match?: { readonly name: ValueDocument; readonly address: ValueDocument };
  readonly fact: Readonly<Record<string, ValueDocument>>;
}

/** From which rows a rule's fact goes out: see the schema. */
export type Repeat = "always" | "whenChanged" | "once";

export interface CellDocument {
  readonly column: string;
  readonly as?: "text" | "integer" | "number" | "date" | "list";
  readonly formats?: readonly string[];
  readonly separators?: string;
  readonly lookup?: Readonly<Record<string, Scalar>>;
  readonly otherwise?: Scalar;
}

export type ValueDocument =
  | Scalar
  | readonly ValueDocument[]
  | CellDocument
  | { readonly firstOf: readonly ValueDocument[] }
  | { readonly value: ValueDocument; readonly when: ConditionDocument }
  | { readonly [name: string]: ValueDocument };

export type ConditionDocument =
  | { readonly column: string; readonly in: readonly string[] }
  | { readonly column: string; readonly empty: boolean }
  | { readonly column: string; readonly above: number }
  | { readonly all: readonly ConditionDocument[] }
  | { readonly any: readonly ConditionDocument[] }
  | { readonly not: ConditionDocument };

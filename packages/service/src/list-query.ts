/** The form of lists, the same in every service: `?limit=&cursor=` and `{items, next}`. */
import {
  Type,
  type TArray,
  type TInteger,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TString,
} from "typebox";

/** Items of a page where the client asks for no number. */
export const DEFAULT_LIMIT = 100;

type PageParameters = { limit: TOptional<TInteger>; cursor: TOptional<TString> };

/** Query parameters of a list: a page's size and place, and filters of its own. Others are refused. */
export function listQuery<P extends TProperties>(filters: P): TObject<P & PageParameters> {
  return Type.Object(
    {
      ...filters,
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_000,
          default: DEFAULT_LIMIT,
          description: "Items of a page, at most",
        }),
      ),
      cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 2_048, description: "`next` of the page before" })),
    },
    { additionalProperties: false },
  );
}

/** A page of a list. No `next`: it was the last. */
export function listAnswer<T extends TSchema>(item: T): TObject<{ items: TArray<T>; next: TOptional<TString> }> {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Optional(Type.String({ description: "`cursor` of the page that follows" })),
  });
}

/**
 * Which keys JSON of a schema can have, as far as the schema knows. Data, so that whoever reads such JSON by paths (a
 * Rego rule) can be held against it.
 */
export type JsonShape =
  /** Any JSON. */
  | { readonly kind: 'any' }
  /** A string, number, boolean or null: nothing stands below it. */
  | { readonly kind: 'scalar' }
  /** These keys and no others. */
  | { readonly kind: 'object'; readonly keys: Readonly<Record<string, JsonShape>> }
  /** Keys that are data, such as paths. */
  | { readonly kind: 'map'; readonly values: JsonShape }
  | { readonly kind: 'array'; readonly items: JsonShape }

export const anyShape: JsonShape = { kind: 'any' }
export const scalarShape: JsonShape = { kind: 'scalar' }

/** The shape of a schema; of one that does not say, any. */
export function shapeOf({ shape = anyShape }: { readonly shape?: JsonShape }): JsonShape {
  return shape
}

/** Reserved in every dialect. */
export const keywords: ReadonlySet<string> = new Set(['package', 'import', 'as', 'default', 'else', 'not', 'some', 'with', 'null', 'true', 'false'])

/** Reserved in v1; in v0 where they were imported. */
export const futureKeywords: readonly string[] = ['contains', 'every', 'if', 'in']

/** Reserved in v1. */
export const keywordsV1: ReadonlySet<string> = new Set([...keywords, ...futureKeywords])

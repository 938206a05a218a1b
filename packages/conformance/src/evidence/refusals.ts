/**
 * Recorded outputs that a reader has to refuse, and with which code: what Go writes there is not what a strict reader may
 * take. The key is the case's id.
 */
export const refusals: ReadonlyMap<string, { readonly code: string; readonly why: string }> = new Map()

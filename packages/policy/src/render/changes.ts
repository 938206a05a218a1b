import type { Change } from '../explain/propose-change.ts'

/** What renderers may show beside a report. */
export interface RenderOptions {
  /** What `proposeChange()` gave. Default: none. */
  readonly changes?: readonly Change[]
}

/** How a list of changes is called: one is the answer, of several somebody has to choose. */
export function changesLabel(changes: readonly Change[]): string {
  const [first] = changes
  if (changes.length > 1) return 'either of these would make it pass'
  return first?.tried === false ? 'what it takes to pass' : 'the smallest change that makes it pass'
}

/** What came of one recorded case. A skip names what this machine lacks, and nothing else is a reason to skip. */
export type Outcome =
  | { readonly outcome: 'passed' }
  /** `isBroken`: the runner itself failed, which no list of expected failures excuses. */
  | { readonly outcome: 'failed'; readonly detail: string; readonly isBroken?: true }
  | { readonly outcome: 'skipped'; readonly needs: string }

/** One recorded case, ready to be run. */
export interface Case {
  /** As its recording names it, with what is done to it where that can be told apart (`run-basic:read`). */
  readonly id: string
  /** The group of like cases that it belongs to. */
  readonly kind: string
  run(): Promise<Outcome>
}

export type Mode = 'read' | 'write' | 'both'

/** Finds the cases of one format in a folder. An empty list means that nothing there is of this format. */
export type Suite = (folder: string, mode: Mode) => Promise<readonly Case[]>

export const passed: Outcome = { outcome: 'passed' }

export function failed(detail: string): Outcome {
  return { outcome: 'failed', detail }
}

export function skipped(needs: string): Outcome {
  return { outcome: 'skipped', needs }
}

import type { AttestEvent } from '@cilock/core'
import type { Output } from '../io.ts'

/** Shows on a terminal which attestors are at work; silent everywhere else, so that logs stay readable. */
export function createProgress(stderr: Output): { readonly event: (event: AttestEvent) => void; readonly end: () => void } {
  if (!stderr.isTTY) return { event: () => {}, end: () => {} }
  const running = new Set<string>()
  const clear = (): void => stderr.write('\r\u001b[K')
  return {
    event: ({ kind, attestor }) => {
      if (kind === 'start') running.add(attestor)
      else running.delete(attestor)
      clear()
      // A wrapped command writes to the terminal itself; a line of ours would run into its output.
      if (running.size > 0 && !running.has('command-run')) stderr.write(`attesting: ${[...running].join(', ')} …`)
    },
    end: clear,
  }
}

import { keyKinds } from '@cilock/core'
import type { Runtime } from './runtimes.ts'

const spelled: Readonly<Record<string, string>> = { 'des-ede3-cbc': 'Triple DES' }

/** The table of `docs/runtimes.md`. */
export function supportTable(runtimes: readonly Runtime[]): string {
  const rows = runtimes.map(({ name, tested, lacks, hasFiles }) => {
    const cannotSign = keyKinds.filter((kind) => lacks.includes(kind))
    const others = lacks.filter((what) => !cannotSign.some((kind) => kind === what)).map((what) => spelled[what] ?? what)
    const signs = cannotSign.length === 0 ? 'every kind' : `every kind but \`${cannotSign.join('`, `')}\``
    return [name, tested, signs, others.length === 0 ? 'every cipher' : `all but ${others.join(', ')}`, hasFiles ? 'yes' : 'no: readers, policies and Rego only']
  })
  const head = ['Runtime', 'Tested', 'Signs and verifies with', 'Opens keys encrypted with', 'Runs attestors over files']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

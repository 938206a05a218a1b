import type { Flag } from './flag.ts'
import { verifyFlags } from './verify-flags.ts'

/** What `verify` writes beside its verdict; an explanation is on stdout alone. */
const outputs: ReadonlySet<string> = new Set(['format', 'report', 'vsa-outfile', 'vsa-timestamp-servers', 'output-bundle'])

/** Flags of `policy explain`: the question of `verify`, and the form of the answer. */
export const explainFlags: readonly Flag[] = [
  { name: 'format', short: 'o', kind: 'string', default: 'text', help: 'text, markdown, html or json' },
  { name: 'from-report', kind: 'string', help: 'a report that verify --report wrote as .json, in place of everything else' },
  ...verifyFlags.filter(({ name }) => !outputs.has(name) && !name.startsWith('signer-')),
]

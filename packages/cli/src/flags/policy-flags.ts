import { globalFlags } from './common.ts'
import type { Flag } from './flag.ts'

/** What of these a verb of `cilock policy` takes is the verb's own matter. */
export const policyFlags: readonly Flag[] = [
  { name: 'publickey', short: 'k', kind: 'slice', help: 'public key, PEM: of whoever signed the policy; for init, of whoever signed the evidence' },
  { name: 'policy', short: 'p', kind: 'string', help: 'the policy, as an alternative to naming it as an argument' },
  { name: 'format', kind: 'string', default: 'text', help: 'lint, show: text or json' },
  { name: 'output', short: 'o', kind: 'string', help: 'init: where the policy is written (default "-", stdout); validate: text or json' },
  { name: 'strict', kind: 'bool', help: 'lint: warnings fail too' },
  { name: 'expires', kind: 'string', default: '8760h', help: 'init: how long from now the policy holds' },
  { name: 'step-prefix', kind: 'string', hidden: true, help: '', refused: 'a step is called what its collections are called, or it is never found' },
  ...globalFlags,
]

import { fileURLToPath } from 'node:url'
import type { LaterPart } from './bundle-later.ts'

/**
 * What a verdict on everyday evidence does not call: signed by raw keys, with a rule or two, let through. A module stands here
 * for all that only it imports.
 */
export const rarely: readonly LaterPart[] = [
  part('certificates', 'x509/src/index', 'policy/src/trust/policy-signer'),
  part(
    'refusals',
    'cli/src/describe-error',
    'cli/src/help',
    'core/src/json/fault',
    'policy/src/explain/explain',
    'policy/src/evidence/read-external',
    'policy/src/judge/context',
    'policy/src/judge/signed-time',
    'policy/src/judge/tracked-materials',
    'policy/src/lint/edit-distance',
    'policy/src/rego/explain-denials',
    'policy/src/report/first-cause',
    'rego/src/explain/explain',
  ),
  part('reports', 'policy/src/render/evidence-graph', 'policy/src/render/html', 'policy/src/render/json', 'policy/src/render/markdown', 'policy/src/summary/verification-summary'),
  part('files', 'cli/src/write-file', 'core/src/keys/private-key', 'core/src/node/file/hash-file', 'core/src/node/host'),
  part(
    'rego',
    'glob/src/glob',
    'rego/src/gofmt/sprintf',
    'rego/src/plan/comprehension-index',
    'rego/src/plan/with',
    'rego/src/regex/find-all',
    'rego/src/regex/glob-intersection',
    'rego/src/regex/regex',
    'rego/src/regex/replace',
    'rego/src/value/arithmetic',
  ),
]

function part(name: string, ...modules: readonly string[]): LaterPart {
  return { name, modules: modules.map((module) => fileURLToPath(new URL(`../${module}.ts`, import.meta.url))) }
}

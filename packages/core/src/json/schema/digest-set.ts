import type { DigestSet } from '../../digest/digest-set.ts'
import { map } from './container.ts'
import { string } from './scalar.ts'
import type { Schema } from './schema.ts'

/**
 * A digest set: values by algorithm, sorted. `null` reads as `{}`. Algorithms that Go does not know are kept (they match
 * nothing); values are text and stay unchecked here, as in Go: `checkDigestSet` checks what is about to be written.
 */
export function digestSet(): Schema<DigestSet> {
  return map(string())
}

import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import { lintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { functionariesOf } from '../requirements.ts'

/** Whether keys are called what they are, and used. That a key is the one its id names is the verifier's own check. */
export const keysRule: LintRule = ({ policy, keys }) => {
  const named = new Set(functionariesOf(policy).map(({ functionary }) => functionary.publickeyid ?? ''))
  const used = new Set([...named].flatMap((id) => keys.get(id) ?? []))
  return sortedEntries(policy.publickeys).flatMap(([name, { keyid = '' }]) => {
    const pointer = below('/publickeys', name)
    return [
      ...(name === keyid
        ? []
        : [
            lintFinding(
              'key-name',
              pointer,
              `the key stands under ${JSON.stringify(name)} and its id is ${JSON.stringify(keyid)}; functionaries name it by its id, and \`cilock policy validate\` refuses the difference`,
              'let it stand under its id',
            ),
          ]),
      ...(named.has(keyid) || used.has(pointer)
        ? []
        : [lintFinding('key-unused', pointer, 'no functionary names the key', 'remove it, or name it where it may sign', { edits: [{ op: 'remove', path: pointer }] })]),
    ]
  })
}

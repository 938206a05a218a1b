import { collectionType, witnessCollectionType } from '@cilock/core'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import { lintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'

/** Attestations outside of collections. */
export const externalsRule: LintRule = ({ policy: { externalAttestations, steps } }) => {
  const read = new Set([...(steps?.values() ?? [])].flatMap(({ externalFrom = [] }) => externalFrom))
  return sortedEntries(externalAttestations).flatMap(([name, { name: own, predicateType = '', regopolicies = [], required = true }]) => {
    const pointer = below('/externalAttestations', name)
    const type = below(pointer, 'predicateType')
    return [
      ...(own === undefined || own === name ? [] : [lintFinding('external-name', below(pointer, 'name'), `it is called ${JSON.stringify(own)} and stands under ${JSON.stringify(name)}, by which steps name it`, 'let both be the same', { edits: [{ op: 'replace', path: below(pointer, 'name'), value: name }] })]),
      ...(predicateType === '' ? [lintFinding('external-type-missing', type, 'an external attestation without a predicate type is found nowhere', 'name its predicate type')] : []),
      ...(predicateType === collectionType || predicateType === witnessCollectionType
        ? [lintFinding('external-type-collection', type, 'a collection is evidence of a step and not an external attestation', 'make it a step')]
        : []),
      ...(required || regopolicies.length > 0 || read.has(name)
        ? []
        : [lintFinding('external-without-effect', pointer, 'it may be missing, no rule looks at it and no step reads it: it asks only who signed it, where there is one', 'require it, or give it a rule')]),
    ]
  })
}

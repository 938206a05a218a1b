import { encodeBase64, encodeUtf8 } from '@cilock/core'
import type { InputReference } from '@cilock/rego/analyze'
import { below } from '../../document/reader.ts'
import { attestationPointer, externalPointer } from '../../document/rego.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { RegoPolicyMembers } from '../../document/members.ts'
import { impossibleReads } from '../../rego/input-paths.ts'
import type { Shapes } from '../../rego/input-paths.ts'
import { externalInputShape, stepInputShape } from '../../rego/input-shape.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding, PolicyEdit } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { readModule } from '../read-module.ts'
import { isOfOtherInput } from './rego.ts'

/** Reads of `input` that no predicate of the type can satisfy, as far as the types at hand say what they hold. */
export const inputRule: LintRule = ({ policy, types }) => {
  if (types === undefined) return []
  const documents = { steps: policy.steps ?? new Map<string, never>(), externals: policy.externalAttestations ?? new Map<string, never>() }
  return [
    ...sortedEntries(policy.steps).flatMap(([name, step]) =>
      (step.attestations ?? []).flatMap(({ type = '', regopolicies = [] }, index) => {
        const isWrapped = (step.attestationsFrom ?? []).length + (step.externalFrom ?? []).length > 0
        return inModules(regopolicies, attestationPointer(name, index), stepInputShape(step, type, [], documents, types), isWrapped)
      }),
    ),
    ...sortedEntries(policy.externalAttestations).flatMap(([name, { predicateType = '', regopolicies = [] }]) => inModules(regopolicies, externalPointer(name), externalInputShape(predicateType, [], types), false)),
  ]
}

function inModules(modules: readonly RegoPolicyMembers[], owner: string, shape: Shapes, isWrapped: boolean): readonly LintFinding[] {
  return modules.flatMap((module, index) => {
    const read = readModule(module)
    const pointer = below(below(below(owner, 'regopolicies'), index), 'module')
    const { name = '' } = module
    return (read?.outline.inputs ?? []).flatMap((input): readonly LintFinding[] => {
      // that the whole input is another one is told in one finding
      if (read === undefined || isOfOtherInput(input, isWrapped)) return []
      const { path, location } = input
      return impossibleReads([{ name, pointer, reads: [{ path, row: location.row }] }], shape).map(({ message, meant }) =>
        lintFinding(
          'policy-rego-input',
          pointer,
          message,
          meant === undefined ? 'read what the attestation says; a caller that adds the key has to say so to the verifier (`input`)' : `write ${meant}`,
          { position: { row: location.row, column: location.col }, ...edited(read.text, input, meant, pointer) },
        ),
      )
    })
  })
}

/** Where the path stands there as one writes it, it can be written anew. */
function edited(text: string, { path, location: { offset } }: InputReference, meant: string | undefined, pointer: string): { readonly edits?: readonly PolicyEdit[] } {
  const written = ['input', ...path].join('.')
  if (meant === undefined || !text.startsWith(written, offset) || /\w/.test(text.charAt(offset + written.length))) return {}
  const module = `${text.slice(0, offset)}${meant}${text.slice(offset + written.length)}`
  return { edits: [{ op: 'replace', path: pointer, value: encodeBase64(encodeUtf8(module)) }] }
}

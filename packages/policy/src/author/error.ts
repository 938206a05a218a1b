import { CilockError } from '@cilock/core'
import type { Finding } from '../document/reader.ts'

/** What a verifier would refuse in a policy that was to be made. */
export interface DefinitionProblem {
  /** JSON pointer into the document. */
  readonly pointer: string
  /** What was expected and what was found, for people. */
  readonly message: string
}

/** A policy that no verifier would take. */
export class DefinitionError extends CilockError<'ERR_POLICY_DOCUMENT'> {
  override readonly name: string = 'DefinitionError'
  /** All of them, in the order of the document. */
  readonly problems: readonly DefinitionProblem[]

  constructor(findings: readonly Finding[]) {
    const problems = findings.map(({ pointer, message }) => ({ pointer, message }))
    super('ERR_POLICY_DOCUMENT', `the policy would be refused: ${problems.map(({ message }) => message).join('; ')}`)
    this.problems = problems
  }
}

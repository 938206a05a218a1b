import { CilockError, decodeBase64, memorySource, parseEnvelope } from '@cilock/core'
import type { DigestSet, Source } from '@cilock/core'
import { evaluate, firstCause } from '@cilock/policy'
import type { VerifyRulesOption } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import { verifiersOf } from './verifiers-of.ts'
import type { Trust } from './verifiers-of.ts'

/** All that a verdict depends on, as JSON: bytes are base64. */
export interface PureCase extends Trust {
  readonly policy: string
  readonly subjects: readonly (string | DigestSet)[]
  readonly evidence: readonly { readonly reference: string; readonly bytes: string }[]
  readonly now: string
  readonly rules: VerifyRulesOption
}

/** A verdict, or the code of the first cause. It reaches nothing of Node, so that it can run where nothing is granted. */
export async function judgePurely({ policy, subjects, evidence, now, rules, ...trust }: PureCase): Promise<string> {
  try {
    const report = await evaluate({
      policyVerifiers: await verifiersOf(trust),
      policy: parseEnvelope(decodeBase64(policy)),
      subjects,
      source: lazily(evidence),
      types: knownTypes,
      now: new Date(now),
      rules,
    })
    return firstCause(report)?.code ?? report.verdict
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return error.code
  }
}

/** As files are: read at the first search, and never where none is made. */
function lazily(evidence: PureCase['evidence']): Source {
  let source: Source | undefined
  return {
    search: async (query, options) => {
      source ??= memorySource(evidence.map(({ reference, bytes }) => ({ reference, envelope: parseEnvelope(decodeBase64(bytes)) })))
      return source.search(query, options)
    },
  }
}

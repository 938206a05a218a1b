import { CilockError, compareUtf8, encodeJson, statementTypeV1 } from '@cilock/core'
import { CosignError } from '../error.ts'
import type { Artifact } from '../verify/subject.ts'

/** What a statement says about an artifact. */
export interface StatementParts {
  readonly artifact: Pick<Artifact, 'algorithm' | 'hex'>
  /** Default: the subject has no name. */
  readonly name?: string
  /** Default: the subject has no annotations. */
  readonly annotations?: Readonly<Record<string, string>>
  readonly predicateType: string
  readonly predicate: unknown
}

/**
 * The bytes of an in-toto statement about one artifact.
 *
 * @throws CosignError `ERR_MALFORMED`
 */
export function encodeArtifactStatement({ artifact, name, annotations, predicateType, predicate }: StatementParts): Uint8Array {
  if (typeof predicateType !== 'string' || predicateType === '') throw new TypeError('predicateType has to be a URI')
  if (predicate === undefined) throw new TypeError('predicate has to be JSON')
  try {
    return encodeJson({
      _type: statementTypeV1,
      subject: [
        {
          ...(name !== undefined && { name }),
          digest: { [artifact.algorithm]: artifact.hex },
          ...(annotations !== undefined && { annotations: Object.fromEntries(Object.entries(annotations).sort(([a], [b]) => compareUtf8(a, b))) }),
        },
      ],
      predicateType,
      predicate,
    })
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new CosignError('ERR_MALFORMED', `expected a predicate that can be written as JSON: ${cause.message}`, { cause })
  }
}

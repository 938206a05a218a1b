import { collectionType, typeForms, witnessCollectionType } from '@cilock/core'
import { ArchivistaError } from '../error.ts'
import { checkGitoid } from '../gitoid.ts'

/** Which envelopes are wanted. Everything that is given must hold; at least one thing has to be given. */
export interface EvidenceQuery {
  /**
   * The name of a collection. Stock servers do not index the collections of CI/lock by name: those are all named by a
   * search, and told apart once they are downloaded (`archivistaSource()` does so).
   */
  readonly collection?: string
  /** Collections that hold an attestation of any of these types; both families of URIs are asked for. */
  readonly attestations?: readonly string[]
  /** Any of these predicate types of the statement. */
  readonly predicateTypes?: readonly string[]
  /** Any of these digests of a subject: the value alone, or `algorithm:value`, of which the value is compared. */
  readonly digests?: readonly string[]
  /** The one envelope that has this gitoid. */
  readonly gitoid?: string
  /** The beginning of the envelope's payload type, by which policies are found. */
  readonly payloadTypePrefix?: string
}

type Where = Readonly<Record<string, unknown>>

/**
 * The filter of a query, without its digests. A list that is empty would be left out by the server, and then match
 * everything: that is refused here.
 */
export function whereOf(query: EvidenceQuery, digests: readonly string[] | undefined): Where {
  for (const [name, list] of Object.entries(query)) {
    if (Array.isArray(list) && list.length === 0) throw new TypeError(`${name} is an empty list, which matches nothing; leave it out to match everything`)
  }
  const statement = statementWhere(query, digests)
  const where = {
    ...(query.gitoid !== undefined && { gitoidSha256: checkGitoid(query.gitoid, 'to search') }),
    ...(query.payloadTypePrefix !== undefined && { payloadTypeHasPrefix: query.payloadTypePrefix }),
    ...(Object.keys(statement).length > 0 && { hasStatementWith: [statement] }),
  }
  if (Object.keys(where).length === 0) throw new TypeError('a search needs something to search by: everything that a server has is not asked for')
  return where
}

function statementWhere({ collection, attestations, predicateTypes }: EvidenceQuery, digests: readonly string[] | undefined): Where {
  return {
    ...(predicateTypes !== undefined && { predicateIn: [...new Set(predicateTypes)] }),
    ...(digests !== undefined && { hasSubjectsWith: [{ hasSubjectDigestsWith: [{ valueIn: digests }] }] }),
    ...(collection === undefined && attestations === undefined ? {} : { or: collectionWhere(collection, attestations) }),
  }
}

/** By the index of the server, and what the server has not indexed. */
function collectionWhere(collection: string | undefined, attestations: readonly string[] | undefined): readonly Where[] {
  const indexed = {
    ...(collection !== undefined && { name: collection }),
    ...(attestations !== undefined && { hasAttestationsWith: [{ typeIn: [...new Set(attestations.flatMap(typeForms))] }] }),
  }
  return [{ hasAttestationCollectionsWith: [indexed] }, { predicateIn: [collectionType, witnessCollectionType], hasAttestationCollections: false }]
}

/** The values of digests, each once. Servers compare text, and every client writes lower case. */
export function digestValues(digests: readonly string[]): readonly string[] {
  return [
    ...new Set(
      digests.map((digest) => {
        const value = digest.startsWith('gitoid:sha') ? digest.slice(digest.indexOf(':', 7) + 1) : digest.replace(/^[A-Za-z0-9]+:(?=[0-9A-Fa-f]{32,}$)/, '')
        if (value.length === 0 || value.length > 256) throw new ArchivistaError('ERR_DIGEST_INVALID', `expected a digest, found ${JSON.stringify(digest.slice(0, 80))}`)
        return /^[0-9A-Fa-f]+$/.test(value) ? value.toLowerCase() : value
      }),
    ),
  ]
}

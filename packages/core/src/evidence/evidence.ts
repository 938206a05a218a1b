import type { DigestSet } from '../digest/digest-set.ts'
import type { Schema } from '../json/schema/schema.ts'

/** Digests by name: subjects, back-references, or files by path. */
export type Artifacts = Readonly<Record<string, DigestSet>>

/** A file that a step made; key for key as on the wire. */
export interface Product {
  /** Its media type, from its content. */
  readonly mime_type: string
  /** Digests of its content. */
  readonly digest: DigestSet
}

/** What is known about one predicate, whether it was just made or read back. */
export interface Evidence<P = unknown> {
  /** The predicate as it stands on the wire, key for key. */
  readonly predicate: P
  /** Only where the content decides it, as with SPDX and CycloneDX. */
  readonly predicateType?: string
  /** What this evidence speaks about, by names without the type prefix that a collection adds (`imageid:…`). */
  readonly subjects?: Artifacts
  /** The subjects that lead to the evidence of other steps. */
  readonly backRefs?: Artifacts
  /** Files that the step found. Absent: unknown. `{}`: it authoritatively found nothing. */
  readonly materials?: Artifacts
  /** Files that the step made. */
  readonly products?: Readonly<Record<string, Product>>
}

/** All that verification needs of an attestor: the reading half. */
export interface PredicateType<P = unknown> {
  /** The attestor's name, as CI/lock registers it (`oci`). */
  readonly name: string
  /** The URI that is written. */
  readonly predicateType: string
  /** Older or foreign URIs that are read as this type. */
  readonly aliases?: readonly string[]
  /**
   * Turns a parsed predicate into evidence. `type` is the entry's own URI: one reader may serve several.
   *
   * @throws CilockError `ERR_MALFORMED` when the predicate has not the shape of its type, `ERR_EVIDENCE_INVALID` when it
   * contradicts itself.
   */
  read(predicate: unknown, type: string): Evidence<P>
  /**
   * The schema of predicates of one of its URIs, by which policies are told that a rule reads a key which no such
   * predicate has. Absent: nothing is known of their keys.
   */
  readonly schemaOf?: (type: string) => Schema<unknown> | undefined
}

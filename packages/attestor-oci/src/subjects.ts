import { compareUtf8, sha256Hex } from '@cilock/core'
import type { Artifacts, DigestSet } from '@cilock/core'
import type { OciPredicate } from './predicate.ts'

/** What the predicate speaks about: the archive, the image, its tags and its layers. */
export function ociSubjects({ tardigest, imageid, imagetags, diffids, manifestdigest }: OciPredicate): Artifacts {
  return sorted([
    ...byDigest('manifestdigest', manifestdigest),
    ...byDigest('tardigest', tardigest),
    ...byDigest('imageid', imageid),
    ...byTag(imagetags),
    ...(diffids ?? []).flatMap((digest, layer) => byDigest(`layerdiffid${String(layer).padStart(2, '0')}`, digest)),
  ])
}

/** What leads to the evidence of the same image in other steps; layers do not: images that have nothing else in common share them. */
export function ociBackRefs({ imageid, imagetags, manifestdigest }: OciPredicate): Artifacts {
  return sorted([...byDigest('manifestdigest', manifestdigest), ...byDigest('imageid', imageid), ...byTag(imagetags)])
}

type Named = readonly [name: string, digest: DigestSet]

function byDigest(kind: string, digest: DigestSet): readonly Named[] {
  const sha256 = digest['sha256'] ?? ''
  return /^[0-9a-f]{64}$/.test(sha256) ? [[`${kind}:${sha256}`, digest]] : []
}

/** An empty tag would link all images that have one. */
function byTag(tags: readonly string[] | null): readonly Named[] {
  return (tags ?? []).filter((tag) => tag !== '').map((tag) => [`imagetag:${tag}`, { sha256: sha256Hex(tag) }])
}

function sorted(named: readonly Named[]): Artifacts {
  return Object.fromEntries(named.toSorted(([a], [b]) => compareUtf8(a, b)))
}

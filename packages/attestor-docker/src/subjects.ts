import { compareUtf8, sha256Hex } from '@cilock/core'
import type { Artifacts, DigestSet } from '@cilock/core'
import type { DockerMaterial, DockerPredicate } from './predicate.ts'

/**
 * What the predicate speaks about: images and materials by digest, references and URIs by the hash of their text. Where
 * there is no reference or no digest there is no subject: an empty one would link builds that have nothing in common.
 */
export function dockerSubjects({ products }: DockerPredicate): Artifacts {
  const subjects = new Map<string, DigestSet>()
  const addText = (kind: string, text: string): void => {
    if (text !== '') subjects.set(`${kind}:${text}`, { sha256: sha256Hex(text) })
  }
  for (const { imagedigest, imagereferences, materials } of Object.values(products)) {
    const image = imagedigest['sha256']
    if (image !== undefined && isHex(image, 64)) subjects.set(`imagedigest:${image}`, { sha256: image })
    for (const reference of imagereferences) addText('imagereference', reference)
    for (const material of Object.values(materials).flat()) {
      const digest = strongest(material)
      if (digest !== undefined) subjects.set(`materialdigest:${digest.value}`, { [digest.algorithm]: digest.value })
      addText('materialuri', material.uri)
    }
  }
  return Object.fromEntries([...subjects].toSorted(([a], [b]) => compareUtf8(a, b)))
}

function strongest({ digest }: DockerMaterial): { readonly algorithm: string; readonly value: string } | undefined {
  const { sha256 = '', sha1 = '' } = digest
  if (isHex(sha256, 64)) return { algorithm: 'sha256', value: sha256 }
  return isHex(sha1, 40) ? { algorithm: 'sha1', value: sha1 } : undefined
}

export function isHex(text: string, length: number): boolean {
  return text.length === length && /^[0-9a-f]*$/.test(text)
}

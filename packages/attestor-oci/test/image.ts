import { sha256Hex } from '@cilock/core'
import { tarOf } from './tar.ts'
import type { TarEntry } from './tar.ts'

export interface ImageParts {
  /** The layers as they stand in the archive. */
  readonly layers?: readonly Uint8Array[]
  /** What the configuration says about them. Default: their digests, which is right where they are not compressed. */
  readonly diffIds?: readonly string[]
  readonly names?: readonly string[]
  readonly tags?: readonly string[] | null
  /** Entries besides the layers, the configuration and the manifest. */
  readonly more?: readonly TarEntry[]
}

/** A tar that is a layer: one file. */
export function layerOf(text: string): Buffer {
  return tarOf({ name: 'etc/motd', content: text })
}

export const diffIdOf = (layer: Uint8Array): string => `sha256:${sha256Hex(layer)}`

/** An archive as `docker save` writes it. */
export function imageOf(parts: ImageParts = {}): Buffer {
  const { layers = [layerOf('hello')], tags = ['app:1'], more = [] } = parts
  const diffIds = parts.diffIds ?? layers.map(diffIdOf)
  const names = parts.names ?? layers.map((_, index) => `layer${index}.tar`)
  const config = JSON.stringify({ architecture: 'amd64', rootfs: { type: 'layers', diff_ids: diffIds } })
  return tarOf(
    ...layers.map((content, index) => ({ name: `layer${index}.tar`, content })),
    ...more,
    { name: 'config.json', content: config },
    { name: 'manifest.json', content: JSON.stringify([{ Config: 'config.json', RepoTags: tags, Layers: names }]) },
  )
}

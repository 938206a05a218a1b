import { dockerSchema } from './predicate.ts'
import type { DockerMaterial, DockerPredicate } from './predicate.ts'
import type { BuildxBuild } from './buildx-metadata.ts'

/** The builds by the digest of what they gave; builds of one image are joined, so that none of its names is lost. */
export function dockerPredicate(builds: readonly BuildxBuild[]): DockerPredicate {
  const images = new Map<string, Image>()
  for (const build of builds) {
    const sha256 = build.digest['sha256'] ?? ''
    const image = images.get(sha256) ?? { digest: build.digest, references: new Set<string>(), materials: new Map<string, Materials>() }
    images.set(sha256, image)
    for (const name of build.names) image.references.add(name)
    for (const { platform, materials } of build.provenance) {
      const known = image.materials.get(platform) ?? new Materials()
      known.add(materials.map(({ uri, digest }) => ({ uri, architecture: platform, digest })))
      // platforms without materials are left out
      if (known.all.length > 0) image.materials.set(platform, known)
    }
  }
  const products = Array.from(images, ([sha256, { digest, references, materials }]) => [
    sha256,
    { materials: Object.fromEntries(Array.from(materials, ([platform, { all }]) => [platform, all])), imagereferences: [...references], imagedigest: digest },
  ])
  return dockerSchema.read({ products: Object.fromEntries(products) })
}

interface Image {
  readonly digest: BuildxBuild['digest']
  readonly references: Set<string>
  readonly materials: Map<string, Materials>
}

/** The materials of one platform. What an earlier provenance named is not repeated; what one repeats itself is kept. */
class Materials {
  readonly all: DockerMaterial[] = []
  readonly #keys = new Set<string>()

  add(found: readonly DockerMaterial[]): void {
    const fresh = found.map((material) => [keyOf(material), material] as const).filter(([key]) => !this.#keys.has(key))
    for (const [key, material] of fresh) {
      this.#keys.add(key)
      this.all.push(material)
    }
  }
}

function keyOf({ uri, digest }: DockerMaterial): string {
  return JSON.stringify([uri, digest['sha256'] ?? null, digest['sha1'] ?? null])
}

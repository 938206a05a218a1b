import { dockerSchema } from './predicate.ts'
import type { DockerMaterial, DockerPredicate, DockerProduct } from './predicate.ts'
import type { BuildxBuild } from './buildx-metadata.ts'

/** The builds by the digest of what they gave; builds of one image are joined, so that none of its names is lost. */
export function dockerPredicate(builds: readonly BuildxBuild[]): DockerPredicate {
  const products = new Map<string, DockerProduct>()
  for (const build of builds) {
    const sha256 = build.digest['sha256'] ?? ''
    const known = products.get(sha256)
    const product = productOf(build)
    products.set(sha256, known === undefined ? product : join(known, product))
  }
  return dockerSchema.read({ products: Object.fromEntries(products) })
}

function productOf({ digest, names, provenance }: BuildxBuild): DockerProduct {
  let materials: DockerProduct['materials'] = {}
  for (const { platform, materials: found } of provenance) {
    const added = found.map(({ uri, digest }) => ({ uri, architecture: platform, digest }))
    materials = joinMaterials(materials, { [platform]: added })
  }
  return { materials, imagereferences: names, imagedigest: digest }
}

function join(a: DockerProduct, b: DockerProduct): DockerProduct {
  return {
    materials: joinMaterials(a.materials, b.materials),
    imagereferences: [...new Set([...a.imagereferences, ...b.imagereferences])],
    imagedigest: a.imagedigest,
  }
}

/** Platforms without materials are left out. */
function joinMaterials(a: DockerProduct['materials'], b: DockerProduct['materials']): DockerProduct['materials'] {
  const joined = new Map(Object.entries(a))
  for (const [platform, found] of Object.entries(b)) {
    const known = joined.get(platform) ?? []
    const all = [...known, ...found.filter((material) => !known.some((other) => isSame(other, material)))]
    if (all.length > 0) joined.set(platform, all)
  }
  return Object.fromEntries(joined)
}

function isSame(a: DockerMaterial, b: DockerMaterial): boolean {
  return a.uri === b.uri && a.digest['sha256'] === b.digest['sha256'] && a.digest['sha1'] === b.digest['sha1']
}

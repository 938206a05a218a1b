/** Media types of what registries hold (image-spec v1.1, Docker image manifest v2 schema 2). */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
} as const

/** What is asked for where a manifest is wanted: schema 1 is not, so that a registry does not convert to it. */
export const manifestTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.ociIndex, mediaTypes.dockerManifest, mediaTypes.dockerList]

/** Those that list manifests. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerList
}

/** Those of an image's configuration, whose digest is the image id. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociConfig || mediaType === mediaTypes.dockerConfig
}

/** What Docker takes for the configuration of an image too, as old registries called it so. */
export function isTakenForImageConfig(mediaType: string): boolean {
  return ['application/octet-stream', 'application/json', 'text/html'].includes(mediaType)
}

/** Docker's signed schema 1, whose digest is not that of its bytes. */
export function isSchema1Type(mediaType: string): boolean {
  return mediaType === 'application/vnd.docker.distribution.manifest.v1+json' || mediaType === 'application/vnd.docker.distribution.manifest.v1+prettyjws'
}

/** Without parameters, in lower case. */
export function bareType(contentType: string | null): string | undefined {
  const bare = contentType?.split(';')[0]?.trim().toLowerCase()
  return bare === '' ? undefined : bare
}

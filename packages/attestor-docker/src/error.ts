/** The codes of this package, besides those of `@cilock/core`. */
export type DockerErrorCode =
  // no product is a buildx metadata file
  'ERR_DOCKER_METADATA_MISSING'

/** The codes of this package, besides those of `@cilock/core`. */
export type SbomErrorCode =
  // the file named is JSON or XML, but neither SPDX nor CycloneDX
  'ERR_SBOM_UNKNOWN_FORMAT'

import { isAbsolute, parse, resolve } from 'node:path'
import { CilockError, compareUtf8, hashBytes } from '@cilock/core'
import type { AttestContext, Attestor, DigestSet } from '@cilock/core'
import { readFileWithin, readProduct } from '@cilock/core/node'
import { readDocument, readJson } from './document.ts'
import type { SbomDocument } from './document.ts'
import { typeOfFormat } from './format.ts'
import type { SbomFormat } from './format.ts'
import { checkedDocument, sbomPredicate } from './predicate.ts'
import { sbomType } from './type.ts'
import type { SbomPredicate } from './type.ts'

/** Which SBOM is recorded, and how. */
export interface SbomOptions {
  /**
   * An SBOM to attest, absolute or relative to the step's directory, a product or not: JSON of SPDX or CycloneDX, or XML
   * of CycloneDX. Default: the first SBOM among the products, by name.
   */
  readonly file?: string
  /** Sign the SBOM as a statement of its own instead of an entry of the collection. Default: false. */
  readonly export?: boolean
  /** How many bytes the SBOM may have. Default: 256 MiB. */
  readonly maxBytes?: number
}

/**
 * Records an SBOM that the step made, or one that is there already, under the predicate type of its format.
 *
 * @throws CilockError (from `attest`) `ERR_NOTHING_TO_ATTEST` when no product is an SBOM, `ERR_MALFORMED` when one is but
 * is no strict JSON or no well-formed XML, `ERR_SBOM_UNKNOWN_FORMAT` when `file` is no SBOM, `ERR_FILE_CHANGED` when a
 * product is no longer what the product stage hashed, `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`.
 *
 * @example
 * ```ts
 * import { commandRun } from '@cilock/attestor-command-run'
 * import { product } from '@cilock/attestor-files'
 * import { sbom } from '@cilock/attestor-sbom'
 *
 * const command = ['syft', 'image.tar', '--output', 'cyclonedx-json=image.cdx.json']
 * await attest({ ...processContext(), step: 'sbom', attestors: [commandRun({ command }), product(), sbom()], signers })
 * ```
 */
export function sbom(options: SbomOptions = {}): Attestor<SbomPredicate> {
  const { file, maxBytes = 256 * 1024 * 1024 } = options
  return {
    ...sbomType,
    runType: 'postproduct',
    export: options.export ?? false,
    async attest(context) {
      const { path, digest, document, format } = file === undefined ? await findProduct(context, maxBytes) : await readFile(context, file, maxBytes)
      // witness embeds the document alone.
      const predicate = context.dialect === 'witness' ? checkedDocument(document) : sbomPredicate(document, format)
      const { subjects, ...evidence } = sbomType.read(predicate, typeOfFormat[format])
      return { ...evidence, subjects: { [`file:${path}`]: digest, ...subjects } }
    },
  }
}

interface FoundSbom extends SbomDocument {
  readonly path: string
  readonly digest: DigestSet
}

/** A file that the caller chose; one that is a product has to be what the product stage saw. */
async function readFile(context: AttestContext, file: string, maxBytes: number): Promise<FoundSbom> {
  if (context.signal.aborted) throw new CilockError('ERR_ABORTED', `reading ${file} was stopped`, { cause: context.signal.reason })
  const isProduct = Object.hasOwn(context.products, file)
  const path = isAbsolute(file) ? file : resolve(context.workingDir, file)
  const content = isProduct ? await readProduct(context, file, { maxBytes }) : await readFileWithin(parse(path).root, path, { maxBytes })
  // CI/lock has no other algorithm here, whatever the run's are
  return { path: file, digest: hashBytes(content, ['sha256']), ...readDocument(content, file) }
}

const formatsByType: ReadonlyMap<string, SbomFormat> = new Map([
  ['application/spdx+json', 'spdx'],
  ['application/vnd.cyclonedx+json', 'cyclonedx'],
])

/**
 * SBOMs that CI/lock knows by their media type come first; then those that it overlooks: JSON whose marker is spaced
 * otherwise or stands late, and XML.
 */
async function findProduct(context: AttestContext, maxBytes: number): Promise<FoundSbom> {
  const products = Object.entries(context.products)
    .map(([path, { mime_type, digest }]) => ({ path, digest, type: mime_type.split(';', 1)[0] ?? '' }))
    .toSorted((a, b) => compareUtf8(a.path, b.path))
  for (const { path, digest, type } of products) {
    const format = formatsByType.get(type)
    if (format !== undefined) return { path, digest, format, document: readJson(await readProduct(context, path, { maxBytes }), path) }
  }
  for (const { path, digest, type } of products) {
    const found = mayBeSbom(type) ? await look(context, path, maxBytes) : undefined
    if (found !== undefined) return { path, digest, ...found }
  }
  throw new CilockError('ERR_NOTHING_TO_ATTEST', `expected an SBOM among the products (JSON of SPDX or CycloneDX, XML of CycloneDX), found none in ${products.length}`)
}

function mayBeSbom(type: string): boolean {
  return ['application/json', 'text/xml', 'application/vnd.cyclonedx+xml'].includes(type)
}

/** Only a product that has the marks of an SBOM has to be read without fault. */
async function look(context: AttestContext, path: string, maxBytes: number): Promise<SbomDocument | undefined> {
  const content = await orUndefined('ERR_LIMIT_EXCEEDED', () => readProduct(context, path, { maxBytes }))
  if (content === undefined) return undefined
  const text = new TextDecoder('latin1').decode(content)
  if (!/"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:\s*"SPDX-|http:\/\/cyclonedx\.org\/schema\/bom\//.test(text)) return undefined
  return orUndefined('ERR_SBOM_UNKNOWN_FORMAT', () => readDocument(content, path))
}

async function orUndefined<T>(code: string, read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (CilockError.is(error) && error.code === code) return undefined
    throw error
  }
}

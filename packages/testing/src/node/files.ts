import { hashBytes } from '@cilock/core'
import type { AttestContext, Product } from '@cilock/core'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { attestContext } from '../context.ts'

/** Where a test says what is to be done when it is over: `onTestFinished` of Vitest, `t.after` of node:test. */
export type After = (cleanup: () => void) => void

/**
 * A new folder with these files in it, removed when the test is over. Its path is the real one, without links.
 *
 * @example
 * ```ts
 * const folder = temporaryFolder(onTestFinished, { 'src/app.js': '42' })
 * ```
 */
export function temporaryFolder(after: After, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-test-')))
  after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** What else stands in the context, and how products are typed. */
export interface ProductContextOptions extends Partial<AttestContext> {
  /** The media type of a product, from its content. Default: `application/octet-stream` for all. */
  readonly mimeTypeOf?: (content: Uint8Array) => string
}

/**
 * A context over files that are there, which the product stage has seen: `products` has each of them with the digests of
 * its content.
 *
 * @param paths relative to the working directory
 * @throws the file system's error when one is not there.
 */
export function productContext(workingDir: string, paths: readonly string[], { mimeTypeOf, ...given }: ProductContextOptions = {}): AttestContext {
  const products: Record<string, Product> = Object.create(null)
  for (const path of paths) {
    const content = readFileSync(join(workingDir, path))
    products[path] = { mime_type: mimeTypeOf?.(content) ?? 'application/octet-stream', digest: hashBytes(content, given.hashes ?? ['sha256']) }
  }
  return attestContext({ workingDir, products, ...given })
}

/**
 * The same over new files in a temporary folder, all of them products.
 *
 * @example
 * ```ts
 * const context = fileContext(onTestFinished, { 'image.cdx.json': sbom }, { mimeTypeOf: sniffMimeType })
 * ```
 */
export function fileContext(after: After, files: Readonly<Record<string, string | Uint8Array>>, options: ProductContextOptions = {}): AttestContext {
  return productContext(temporaryFolder(after, files), Object.keys(files), options)
}

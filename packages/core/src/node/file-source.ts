import { readFile } from 'node:fs/promises'
import { parseEnvelope } from '../dsse/parse.ts'
import { CilockError } from '../error.ts'
import { memorySource } from '../source/memory-source.ts'
import type { Source, SourceResult } from '../source/source.ts'

/**
 * A source over envelope files. They are read once, at the first search; the path as given is the reference. A file that
 * cannot be read or understood fails every search: evidence that is silently missing would look like a verdict.
 *
 * @throws CilockError from `search`: `ERR_FILE_UNREADABLE`, `ERR_DUPLICATE_REFERENCE`, and what {@link memorySource}
 * throws.
 */
export function fileSource(paths: readonly string[]): Source {
  let loaded: Promise<Source> | undefined
  return {
    async search(query, options) {
      loaded ??= load(paths)
      return (await loaded).search(query, options)
    },
  }
}

async function load(paths: readonly string[]): Promise<Source> {
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) throw new CilockError('ERR_DUPLICATE_REFERENCE', `the file ${JSON.stringify(twice)} is given twice`)
  const results: SourceResult[] = []
  for (const path of paths) results.push({ envelope: await readEnvelope(path), reference: path })
  return memorySource(results)
}

async function readEnvelope(path: string): Promise<SourceResult['envelope']> {
  const bytes = await read(path)
  try {
    return parseEnvelope(bytes)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `the file ${JSON.stringify(path)}: ${error.message}`, { cause: error })
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${JSON.stringify(path)}: ${reason}`, { cause: error })
  }
}

import { isAbsolute, resolve } from 'node:path'
import { defaultLimits } from '../dsse/limits.ts'
import { parseEnvelope } from '../dsse/parse.ts'
import { CilockError } from '../error.ts'
import { memorySource } from '../source/memory-source.ts'
import type { Source, SourceResult } from '../source/source.ts'
import { readUpTo } from './file/read-up-to.ts'

/** Where the files lie. */
export interface FileSourceOptions {
  /** What relative paths count from. Without it every path has to be absolute: no directory is taken from the process. */
  readonly base?: string
}

/**
 * A source over envelope files. They are read once, at the first search; the path as given is the reference. A file that
 * cannot be read or understood fails every search: evidence that is silently missing would look like a verdict.
 *
 * @throws CilockError from `search`: `ERR_FILE_UNREADABLE`, `ERR_LIMIT_EXCEEDED`, `ERR_DUPLICATE_REFERENCE`, and what {@link memorySource}
 * throws.
 */
export function fileSource(paths: readonly string[], options: FileSourceOptions = {}): Source {
  const { base } = options
  const relative = paths.find((path) => !isAbsolute(path))
  if (base === undefined && relative !== undefined) throw new TypeError(`fileSource: ${JSON.stringify(relative)} is no absolute path; say what it counts from (\`base\`)`)
  let loaded: Promise<Source> | undefined
  return {
    async search(query, searchOptions) {
      loaded ??= load(paths, base ?? '')
      return (await loaded).search(query, searchOptions)
    },
  }
}

async function load(paths: readonly string[], base: string): Promise<Source> {
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) throw new CilockError('ERR_DUPLICATE_REFERENCE', `the file ${JSON.stringify(twice)} is given twice`)
  const results: SourceResult[] = []
  for (const path of paths) results.push({ envelope: await readEnvelope(path, base), reference: path })
  return memorySource(results)
}

async function readEnvelope(path: string, base: string): Promise<SourceResult['envelope']> {
  const bytes = await readUpTo(resolve(base, path), defaultLimits.maxBytes)
  try {
    return parseEnvelope(bytes)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `the file ${JSON.stringify(path)}: ${error.message}`, { cause: error })
  }
}

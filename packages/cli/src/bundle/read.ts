import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CilockError } from '@cilock/core'
import type { Source } from '@cilock/core'
import { bundleSource, readBundle } from '@cilock/image/node'
import type { Bundle } from '@cilock/image/node'
import type { CliErrorCode } from '../error.ts'

/** Reads a bundle, under the name that it was given. */
export async function readNamedBundle(path: string, workingDir: string): Promise<Bundle> {
  const place = resolve(workingDir, path)
  try {
    if ((await stat(place)).isDirectory()) throw new CilockError<CliErrorCode>('ERR_FILE', `cannot read the bundle ${path}: it is a directory`)
    return await readBundle(createReadStream(place), { name: path })
  } catch (error) {
    if (CilockError.is(error)) throw new CilockError(error.code, `${path}: ${error.message}`, { cause: error })
    throw new CilockError<CliErrorCode>('ERR_FILE', `cannot read the bundle ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** The bundles that `--bundle` names, each a source. */
export async function bundleSources(paths: readonly string[], workingDir: string): Promise<readonly { readonly path: string; readonly source: Source }[]> {
  const read: { readonly path: string; readonly source: Source }[] = []
  for (const path of new Set(paths)) read.push({ path, source: bundleSource(await readNamedBundle(path, workingDir)) })
  return read
}

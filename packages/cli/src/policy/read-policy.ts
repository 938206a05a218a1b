import { resolve } from 'node:path'
import { CilockError, importVerifier, isJsonObject, parseEnvelope, parseJson } from '@cilock/core'
import type { Envelope, KeyVerifier } from '@cilock/core'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { readNamedFile } from '../read-file.ts'

/** A signed policy, or the bytes of a plain one. */
export async function readPolicy(path: string, io: CliIo): Promise<Envelope | Uint8Array> {
  const bytes = await readNamedFile('policy', resolve(io.workingDir, path))
  return looksSigned(bytes) ? parseEnvelope(bytes) : bytes
}

/** The policies that a command line names. */
export function policyPaths(flags: Flags, positionals: readonly string[]): readonly string[] {
  const given = flags.string('policy')
  const paths = [...(given === undefined ? [] : [given]), ...positionals]
  if (paths.length === 0) throw usage('no policy: name its file')
  return paths
}

export async function publicKeys(flags: Flags, io: CliIo): Promise<readonly KeyVerifier[]> {
  const keys: KeyVerifier[] = []
  for (const path of flags.list('publickey')) keys.push(await importVerifier(new TextDecoder().decode(await readNamedFile('public key', resolve(io.workingDir, path)))))
  return keys
}

/** A plain policy has neither payload nor signatures. What is no JSON at all is left to the reader of plain ones. */
function looksSigned(bytes: Uint8Array): boolean {
  try {
    const value = parseJson(bytes)
    return isJsonObject(value) && (Object.hasOwn(value, 'payload') || Object.hasOwn(value, 'signatures'))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return false
  }
}

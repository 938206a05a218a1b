import { resolve } from 'node:path'
import { CilockError, encodeUtf8, parseEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { draftPolicy } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { readNamedFile } from '../read-file.ts'
import { writeFileAtomically } from '../write-file.ts'
import { publicKeys } from './read-policy.ts'

/** A plain policy that the evidence given satisfies, to be read, extended and signed. */
export async function initPolicy(flags: Flags, paths: readonly string[], io: CliIo): Promise<number> {
  if (paths.length === 0) throw usage('policy init needs the evidence of a good run: name its files')
  const keys = await publicKeys(flags, io)
  if (keys.length === 0) throw usage('--publickey (-k) is missing: who signed the evidence?')
  const envelopes: Envelope[] = []
  for (const path of paths) envelopes.push(await readEvidence(path, io))
  const expires = new Date(io.clock().getTime() + hours(flags.string('expires') ?? '8760h'))
  const policy = await draftPolicy({ envelopes, keys, types: knownTypes, expires })
  const text = `${JSON.stringify(policy, null, 2)}\n`
  const output = flags.string('output') ?? '-'
  if (output === '-' || output === '') io.stdout.write(text)
  else await writeFileAtomically(resolve(io.workingDir, output), encodeUtf8(text))
  return 0
}

async function readEvidence(path: string, io: CliIo): Promise<Envelope> {
  const bytes = await readNamedFile('evidence', resolve(io.workingDir, path))
  try {
    return parseEnvelope(bytes)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    throw new CilockError(error.code, `${path}: ${error.message}`, { cause: error })
  }
}

/** Milliseconds of `8760h`, `30m` or `8760h0m0s`. */
function hours(text: string): number {
  const match = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text)
  const [, h = '0', m = '0', s = '0'] = match ?? []
  const total = (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000
  if (match === null || total <= 0) throw usage(`--expires: expected a duration such as 8760h, found ${JSON.stringify(text)}`)
  if (total > 100 * 365 * 24 * 3_600_000) throw usage(`--expires: expected a hundred years at most, found ${JSON.stringify(text)}`)
  return total
}

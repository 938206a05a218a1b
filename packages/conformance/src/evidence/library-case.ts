import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { attest, AttestError, encodeEnvelope, signEnvelope } from '@cilock/core'
import type { AttestResult, Attestor, Signer } from '@cilock/core'
import { readSigner } from '@cilock/core/node'
import { certifiedSigner } from '@cilock/x509'
import { httpTimestamper } from '@cilock/x509/timestamper'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { compareEvidence, compareSignatures } from './compare.ts'
import { attestorOf } from './library-spec.ts'
import type { LibrarySpec } from './library-spec.ts'
import { clockOf } from './run-again.ts'
import type { Recording } from './recording.ts'
import { replay } from './replay.ts'
import { stage } from './stage.ts'
import type { Stage } from './stage.ts'

/** What a program over the Go library said, a program over ours says too. */
export function libraryCase(recording: Recording, keys: string): Case | undefined {
  if (recording.tool !== 'rookery-lib') return undefined
  return {
    id: `${recording.id}:write`,
    kind: recording.kind,
    async run(): Promise<Outcome> {
      const spec = JSON.parse(readFileSync(join(recording.folder, 'src/spec.json'), 'utf8')) as LibrarySpec
      const place = stage(recording, keys)
      try {
        return await runSpec(spec, recording, place, keys)
      } finally {
        place.remove()
      }
    },
  }
}

interface Done {
  readonly result?: Pick<AttestResult, 'envelope'>
  readonly error?: Error
}

async function runSpec(spec: LibrarySpec, recording: Recording, place: Stage, keys: string): Promise<Outcome> {
  const attestors: Attestor[] = []
  for (const each of spec.Attestors ?? []) {
    const attestor = attestorOf(each, spec, place.here)
    if (attestor === undefined) return failed(`there is no attestor ${each.Name} yet`)
    attestors.push(attestor)
  }
  const { result, error } = await attempt(spec, attestors, recording, place)
  if ((error === undefined) !== (recording.exitCode === 0)) return failed(`${error === undefined ? 'it succeeded' : error.message}, Go ended with ${recording.exitCode}`)
  const [output] = recording.outputs
  if (output === undefined || result === undefined) return output === undefined && result === undefined ? passed : failed(`only one of the two wrote an envelope: ${error?.message ?? ''}`)
  const [ours, theirs] = [encodeEnvelope(result.envelope), readFileSync(join(recording.folder, output.file))]
  const found = compareEvidence(ours, theirs, place, recording) ?? (await compareSignatures(ours, theirs, keys, recording))
  return found === undefined ? passed : failed(found)
}

async function attempt(spec: LibrarySpec, attestors: readonly Attestor[], recording: Recording, place: Stage): Promise<Done> {
  try {
    const signers = await Promise.all(spec.Signers.map(async (signer) => signerOf(signer, place)))
    const timestampers = (spec.TSA ?? []).map((url) => httpTimestamper({ url, fetch: replay(recording) }))
    if (spec.Payload !== undefined) {
      const payload = new Uint8Array(readFileSync(place.here(spec.Payload)))
      return { result: { envelope: await signEnvelope({ payload, payloadType: spec.Type ?? '', signers, timestampers }) } }
    }
    const result = await attest({
      step: spec.Step ?? '',
      workingDir: place.here(recording.cwd),
      env: Object.fromEntries(Object.entries(recording.env).map(([name, value]) => [name, place.here(value)])),
      clock: clockOf(recording),
      host: { os: 'linux', name: 'builder', user: 'dev' },
      attestors,
      // What the library makes when it is told nothing.
      hashes: spec.Hashes ?? ['sha256', 'gitoid:sha256', 'gitoid:sha1'],
      signers,
      timestampers,
      allowUnsigned: spec.Insecure ?? false,
    })
    return { result }
  } catch (error) {
    if (error instanceof AttestError) return { result: error.result, error }
    if (error instanceof Error) return { error }
    throw error
  }
}

async function signerOf({ Key, Hash = 'sha256', Cert, Intermediates = [] }: LibrarySpec['Signers'][number], place: Stage): Promise<Signer> {
  const signer = await readSigner(place.here(Key), { hash: Hash })
  if (Cert === undefined) return signer
  const read = (path: string): Uint8Array => readFileSync(place.here(path))
  return certifiedSigner(signer, { certificate: read(Cert), intermediates: Intermediates.map(read) })
}

import { resolve } from 'node:path'
import { CilockError, parseEnvelope } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import type { ArchivistaClient } from '@cilock/archivista-client'
import type { PolicyOptions, VerifyOptions } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import { usage } from '../error.ts'
import { asksForArchivista } from '../flags/archivista.ts'
import type { Flags } from '../flags/flag.ts'
import { requireNoPlatform } from '../flags/platform.ts'
import { hardeningOf, rulesOf } from '../flags/policy-hardening.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'
import { readNamedFile } from '../read-file.ts'
import { candidateSubjects } from './candidate-subjects.ts'
import { createConsulted } from './consulted.ts'
import type { Consulted } from './consulted.ts'
import { readEvidence } from './evidence.ts'
import { policyVerifiers } from './policy-verifiers.ts'
import { subjectsOf } from './subjects.ts'

/** The policy and whose it has to be, for an image: its evidence may all be beside it. */
export async function imagePolicy(flags: Flags, io: CliIo): Promise<PolicyOptions> {
  requireNoPlatform(flags)
  const rules = rulesOf(flags, io.env)
  const verifiers = await policyVerifiers(flags, io)
  const path = flags.string('policy') ?? ''
  if (path === '') throw usage('--policy (-p) is missing')
  const archivista = await archivistaOf(flags, io)
  return { policy: await policyAt(path, resolve(io.workingDir, path), archivista?.client, io), policyVerifiers: verifiers, types: knownTypes, rules }
}

/**
 * The policy, the keys, the artifact and the evidence that the flags of `verify` name. What is missing is told in the Go tool's
 * order. `consulted` is told what evidence there is.
 */
export async function verifyOptions(flags: Flags, positionals: readonly string[], io: CliIo, consulted: Consulted = createConsulted()): Promise<VerifyOptions> {
  const ofImages = ['cosign-key', 'allow-unsigned', 'registry', 'platform'].find((name) => flags.given(name))
  if (ofImages !== undefined) throw usage(`--${ofImages} is for images, and none is named; an image is registry/repository:tag`)
  const log = createLog(io.stderr, flags.string('log-level'))
  requireNoPlatform(flags)
  const rules = rulesOf(flags, io.env)
  if (hardeningOf(flags, io.env) === 'warn') log.warn('--policy-hardening warn: four rules that make a policy safe are off')
  const at = (path: string): string => resolve(io.workingDir, path)
  const verifiers = await policyVerifiers(flags, io)
  const paths = flags.list('attestations')
  const archivista = await archivistaOf(flags, io)
  const bundles = flags.list('bundle')
  if (paths.length === 0 && bundles.length === 0 && archivista === undefined) throw usage('--attestations (-a), --bundle or --enable-archivista is missing: there is no evidence to look at')
  const policyPath = flags.string('policy') ?? ''
  if (policyPath === '') throw usage('--policy (-p) is missing')
  const subjects = await subjectsOf(flags, positionals, io.workingDir)
  const { source, results } = await readEvidence(paths, io.workingDir)
  const packed = bundles.length === 0 ? [] : (await (await import('../bundle/read.ts')).bundleSources(bundles, io.workingDir)).map((bundle) => bundle.source)
  consulted.add(results)
  for (const each of packed) consulted.add(await each.search({}))
  if (subjects.length === 0) throw usage(`no artifact: name a file or directory, or a digest with --subjects${candidateSubjects(results)}`)
  return {
    policy: await policyAt(policyPath, at(policyPath), archivista?.client, io),
    policyVerifiers: verifiers,
    subjects,
    source: together([source, ...(archivista === undefined ? [] : [consulted.watch(archivista.source)]), ...packed]),
    types: knownTypes,
    now: io.clock(),
    signal: io.signal,
    rules,
  }
}

/** The store is loaded when it is asked. */
async function archivistaOf(flags: Flags, io: CliIo): Promise<{ readonly client: ArchivistaClient; readonly source: Source } | undefined> {
  if (!asksForArchivista(flags)) return undefined
  const [{ archivistaOf: clientOf }, { archivistaSource }] = await Promise.all([import('../archivista/client.ts'), import('@cilock/archivista-client')])
  const client = clientOf(flags, io)
  return client === undefined ? undefined : { client, source: archivistaSource({ client }) }
}

/** A file, or where there is none, what the store has by that gitoid. */
async function policyAt(name: string, path: string, archivista: ArchivistaClient | undefined, io: CliIo): Promise<Envelope> {
  try {
    return parseEnvelope(await readNamedFile('policy', path))
  } catch (error) {
    if (archivista === undefined || !CilockError.is(error) || error.code !== 'ERR_FILE' || !/^(?:gitoid:blob:sha256:)?[0-9a-f]{64}$/i.test(name)) throw error
    return (await archivista.download(name, { signal: io.signal })).envelope
  }
}

/** What any finds. One that fails fails the search: it might have had what decides. */
function together(sources: readonly Source[]): Source {
  const [only, ...more] = sources
  if (only !== undefined && more.length === 0) return only
  return { search: async (query, options) => (await Promise.all(sources.map(async (source) => source.search(query, options)))).flat() }
}

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CilockError, dirHash, parseEnvelope, sha256Hex } from '@cilock/core'
import type { DigestSet, Envelope, Verifier } from '@cilock/core'
import type { PolicySignerOptions } from '@cilock/policy'
import { pathIn } from './recording.ts'
import type { VerifyCase } from './recording.ts'
import { verifiersOf } from './verifiers-of.ts'
import type { Trust } from './verifiers-of.ts'

/** What the recorded command line hands in. */
export interface Inputs {
  readonly policy: Envelope
  readonly policyVerifiers: readonly Verifier[]
  readonly subjects: readonly (string | DigestSet)[]
  readonly attestations: readonly string[]
  /** Paths of evidence bundles. */
  readonly bundles: readonly string[]
}

/** The same as it was read, plain data: nothing was made of it yet. */
export interface InputData extends Omit<Inputs, 'policy' | 'policyVerifiers'>, Trust {
  /** The bytes of the policy's file. */
  readonly policy: Uint8Array
}

/**
 * Reads a recorded command line as ours would be read. What is wrong with it, and flags that are not there yet, throw:
 * that is a refusal like any other.
 */
export async function readInputs(folder: string, recorded: VerifyCase): Promise<Inputs> {
  const { policy, subjects, attestations, bundles, ...trust } = readInputData(folder, recorded)
  return { policyVerifiers: await verifiersOf(trust), policy: parseEnvelope(policy), subjects, attestations, bundles }
}

/** Reads the files of a recorded command line. */
export function readInputData(folder: string, recorded: VerifyCase): InputData {
  const { values, positionals } = parseCommandLine(recorded)
  checkHardening(recorded)
  const artifacts = [...(values.artifactfile ?? []), ...positionals]
  if (artifacts.length + (values['directory-path'] ?? []).length > 1) throw refusal('the artifact is given twice')
  const publicKeys = (values.publickey ?? []).map((path) => readText(pathIn(folder, path)))
  const subjects = [
    ...artifacts.map((path) => digestsOf(pathIn(folder, path), positionals.includes(path))),
    ...(values['directory-path'] ?? []).map((path) => ({ dirHash: directoryHash(pathIn(folder, path)) })),
    ...(values.subjects ?? []).map(digestOf),
  ]
  const certificates = certificateSigners(values, folder)
  if (publicKeys.length === 0 && certificates === undefined) throw refusal('no public key is given')
  if (subjects.length === 0) throw refusal('no artifact is given')
  const paths = (lists: readonly string[] = []): readonly string[] => lists.flatMap((list) => list.split(',')).map((path) => pathIn(folder, path))
  return { policy: readBytes(pathIn(folder, recorded.policy)), publicKeys, subjects, attestations: paths(values.attestations), bundles: paths(values.bundle), ...(certificates !== undefined && { certificates }) }
}

const lists = ['policy-ca-roots', 'policy-ca-intermediates', 'policy-timestamp-servers', 'policy-dns-names', 'policy-emails', 'policy-organizations', 'policy-uris'] as const
const single = ['policy-commonname'] as const
const extensions: ReadonlyMap<string, string> = new Map([
  ['policy-fulcio-oidc-issuer', 'Issuer'],
  ['policy-fulcio-build-trigger', 'BuildTrigger'],
  ['policy-fulcio-source-repository-digest', 'SourceRepositoryDigest'],
  ['policy-fulcio-run-invocation-uri', 'RunInvocationURI'],
  ['policy-fulcio-source-repository-identifier', 'SourceRepositoryIdentifier'],
  ['policy-fulcio-source-repository-ref', 'SourceRepositoryRef'],
  ['policy-fulcio-source-repository-uri', 'SourceRepositoryURI'],
  ['policy-fulcio-build-config-uri', 'BuildConfigURI'],
  ['policy-fulcio-runner-environment', 'RunnerEnvironment'],
])

/** Who may sign the policy by certificate, with the default that the Go tool has for the issuer. */
function certificateSigners(values: Readonly<Record<string, unknown>>, folder: string): PolicySignerOptions | undefined {
  const given = (name: string): readonly string[] => {
    const value = values[name]
    return Array.isArray(value) ? (value as readonly string[]) : []
  }
  const list = (name: string): readonly string[] => given(name).flatMap((text) => text.split(','))
  const pem = (name: string): string => list(name).map((path) => readText(pathIn(folder, path))).join('\n')
  if (list('policy-ca-roots').length === 0) return undefined
  return {
    roots: pem('policy-ca-roots'),
    ...(list('policy-ca-intermediates').length > 0 && { intermediates: pem('policy-ca-intermediates') }),
    timestampAuthorities: list('policy-timestamp-servers').map((path) => readText(pathIn(folder, path))),
    signer: {
      commonName: given('policy-commonname').at(-1) ?? '',
      dnsNames: list('policy-dns-names'),
      emails: list('policy-emails'),
      organizations: list('policy-organizations'),
      uris: list('policy-uris'),
      extensions: {
        Issuer: 'https://token.actions.githubusercontent.com',
        ...Object.fromEntries([...extensions].flatMap(([flag, name]) => given(flag).slice(-1).map((value) => [name, value]))),
      },
    },
  }
}

function parseCommandLine({ policyVerifier, attestations, subjects, extraFlags }: VerifyCase) {
  const args = [...policyVerifier, ...attestations.flatMap((path) => ['-a', path]), ...subjects, ...extraFlags]
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        publickey: { type: 'string', short: 'k', multiple: true },
        attestations: { type: 'string', short: 'a', multiple: true },
        bundle: { type: 'string', multiple: true },
        artifactfile: { type: 'string', short: 'f', multiple: true },
        subjects: { type: 'string', short: 's', multiple: true },
        'directory-path': { type: 'string', multiple: true },
        offline: { type: 'boolean' },
        ...Object.fromEntries([...lists, ...single, ...extensions.keys()].map((name) => [name, { type: 'string' as const, multiple: true }])),
      },
    })
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error))
  }
}

/** The recorded switch of the Go tool: we have one set of rules, but a value that it does not know is refused. */
function checkHardening({ hardening, results }: VerifyCase): void {
  for (const value of [hardening, results.cilock?.env?.['CILOCK_POLICY_HARDENING'] ?? 'enforce']) {
    if (!['enforce', 'warn'].includes(value.trim().toLowerCase())) throw refusal(`unknown hardening ${JSON.stringify(value)}`)
  }
}

function digestOf(text: string): string {
  const [algorithm, hex] = text.includes(':') ? [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)] : ['sha256', text]
  const length = { sha256: 64, sha1: 40, sha512: 128 }[algorithm]
  if (length === undefined || hex.length !== length || !/^[0-9a-fA-F]+$/.test(hex)) throw refusal(`${JSON.stringify(text)} is no digest`)
  return `${algorithm}:${hex.toLowerCase()}`
}

function digestsOf(path: string, mayBeFolder: boolean): DigestSet {
  if (mayBeFolder && isFolder(path)) return { dirHash: directoryHash(path) }
  return { sha256: sha256Hex(readBytes(path)) }
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}

function directoryHash(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name))
  return dirHash(paths.map((path) => ({ name: path.slice(folder.length).replace(/^\/+/, ''), sha256: sha256Hex(readBytes(path)) })))
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error))
  }
}

function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path))
}

function refusal(message: string): CilockError<'ERR_USAGE'> {
  return new CilockError('ERR_USAGE', message)
}

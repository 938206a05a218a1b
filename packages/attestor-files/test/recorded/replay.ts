import { commandRun } from '@cilock/attestor-command-run'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { CilockError } from '@cilock/core'
import type { Artifacts, AttestContext, Attestor, Evidence } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lutimesSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { folderOf, recordings } from './case.ts'
import type { RecordedCase } from './case.ts'
import { runOptions } from './command-line.ts'
import type { RunOptions } from './command-line.ts'
import { asOrdinaryUser } from './ordinary-user.ts'

export interface Replayed {
  readonly attestor: string
  readonly type: string
  readonly evidence?: Evidence
  readonly error?: CilockError
}

/** Modification times that a plain tree does not keep. */
const modified: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'run-file-future-mtime': { future: '2040-01-01T00:00:00Z' },
}

/** Runs our attestors on a case's inputs, in a folder that stands for `/src`; its path is `/src` again in what is given back. */
export async function replay(recorded: RecordedCase): Promise<readonly Replayed[]> {
  const source = layOut(recorded)
  // For the ordinary user who reads the products.
  chmodSync(join(source, '..'), 0o755)
  const here = <T>(value: T): T => replaceIn(value, '/src', source)
  const options = runOptions(recorded.argv.map(here))
  const env = { ...here(recorded.env), ...options.env }
  const context = attestContext({ workingDir: resolve(here(recorded.cwd), options.workingDir ?? ''), env, hashes: options.hashes })

  const results: Replayed[] = []
  const seen: { materials: Artifacts; executeStart?: Date } = { materials: {} }
  for (const [name, make] of attestorsOf(options)) {
    if (name === 'command-run') seen.executeStart = new Date()
    const attempted = (): Promise<Replayed> => attempt(name, make, { ...context, ...seen })
    const result = name === 'product' ? await asOrdinaryUser(attempted) : await attempted()
    if (result.evidence?.materials !== undefined) seen.materials = result.evidence.materials
    results.push(replaceIn(result, source, '/src'))
  }
  return results
}

function attestorsOf(options: RunOptions): readonly (readonly [name: string, make: () => Attestor])[] {
  const { includeGlob, excludeGlob, dirHashGlobs, captureAllowlist, command, ...capture } = options
  const all: readonly (readonly [string, boolean, () => Attestor])[] = [
    ['environment', options.attestations.includes('environment'), () => environment({ ...capture, ...(captureAllowlist && { captureAllowlist }) })],
    ['material', !options.without.includes('material'), () => material({ dirHashGlobs })],
    ['command-run', command.length > 0, () => commandRun({ command, ignoreExitCode: options.ignoreExitCode })],
    ['product', !options.without.includes('product'), () => product({ dirHashGlobs, ...(includeGlob !== undefined && { includeGlob }), ...(excludeGlob !== undefined && { excludeGlob }) })],
  ]
  return all.filter(([, isRun]) => isRun).map(([name, , make]) => [name, make])
}

async function attempt(attestor: string, make: () => Attestor, context: AttestContext): Promise<Replayed> {
  try {
    const made = make()
    return { attestor, type: made.predicateType, evidence: await made.attest(context) }
  } catch (error) {
    if (CilockError.is(error)) return { attestor, type: '', error }
    throw error
  }
}

function layOut({ id, inputs, also = {} }: RecordedCase): string {
  const source = join(temporaryFolder(onTestFinished), 'src')
  for (const folder of ['hello', 'home', 'tmp', 'out', 'bin']) mkdirSync(join(source, folder), { recursive: true })
  cpSync(join(recordings ?? '', '..', 'keys'), join(source, 'keys'), { recursive: true })
  if (inputs === 'inputs/') {
    cpSync(join(folderOf(id), 'inputs'), join(source, 'hello'), { recursive: true, verbatimSymlinks: true })
    // A copy is as new as the run; the originals were older.
    for (const entry of readdirSync(join(source, 'hello'), { recursive: true, encoding: 'utf8' })) lutimesSync(join(source, 'hello', entry), 1e9, 1e9)
    for (const [file, time] of Object.entries(modified[id] ?? {})) lutimesSync(join(source, 'hello', file), new Date(time), new Date(time))
  } else if (inputs !== null) {
    execFileSync('tar', ['xzpf', join(folderOf(id), inputs), '-C', source, '--no-same-owner'])
  }
  for (const part of Object.keys(also)) {
    const from = join(folderOf(id), part)
    const to = join(source, part.replace(/^src\//, ''))
    if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  }
  return source
}

function replaceIn<T>(value: T, from: string, to: string): T {
  if (typeof value === 'string') return value.replaceAll(from, to) as T
  if (Array.isArray(value)) return value.map((item: unknown) => replaceIn(item, from, to)) as T
  if (value === null || typeof value !== 'object' || value instanceof Error) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [replaceIn(key, from, to), replaceIn(member as unknown, from, to)])) as T
}

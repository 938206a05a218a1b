import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CilockError } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { runProcess } from '@cilock/core/node'
import type { OutputSink } from '@cilock/core/node'
import type { GithubErrorCode } from '../error.ts'
import { parseCommandFile } from './command-files.ts'
import type { ActionResult } from './github-action.ts'
import { parseActionMetadata } from './metadata.ts'
import type { ActionMetadata } from './metadata.ts'

/** Where the action lies, and what it is given. */
export interface LocalActionOptions {
  /** The directory that holds `action.yml`; relative to the working directory of the run. */
  readonly dir: string
  /** Inputs by name; those that are not given have the defaults of the metadata. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The Node that runs it. Default: the one that runs this program. */
  readonly node?: string
  /** Receives the action's output as it comes. Default: nobody does. */
  readonly stdout?: OutputSink
  /** Receives standard error as it comes, raw. Default: nobody does. */
  readonly stderr?: OutputSink
}

/**
 * Runs a JavaScript action from a directory: `pre`, `main` and, whatever became of them, `post`, each in a process of its
 * own with the environment of the run. The inputs of an outer action are taken out of it; names of inputs keep their
 * hyphens, as the toolkit of actions reads them.
 *
 * @throws CilockError from the function it gives: `ERR_ACTION_UNSUPPORTED`, `ERR_ACTION_INPUT_MISSING`,
 * `ERR_FILE_UNREADABLE`, `ERR_ABORTED`
 *
 * @example
 * ```ts
 * githubAction({ ref: 'acme/scan@<commit>', execute: localAction({ dir: 'actions/scan' }) })
 * ```
 */
export function localAction(options: LocalActionOptions): (context: AttestContext) => Promise<ActionResult> {
  return async (context) => {
    const dir = resolve(context.workingDir, options.dir)
    const metadata = parseActionMetadata(await readMetadata(dir))
    const inputs = resolveInputs(metadata, options.inputs ?? {})
    const files = await mkdtemp(join(tmpdir(), 'cilock-action-'))
    try {
      const exitCode = await runStages(dir, metadata, inputs, files, options, context)
      const outputs = parseCommandFile(await readFile(join(files, 'output'), 'utf8'))
      return { type: 'javascript', name: metadata.name, inputs, outputs, exitCode, dir }
    } finally {
      await rm(files, { recursive: true, force: true })
    }
  }
}

async function runStages(
  dir: string,
  { pre, main, post }: ActionMetadata,
  inputs: Readonly<Record<string, string>>,
  files: string,
  { node, stdout, stderr }: LocalActionOptions,
  { workingDir, env, signal }: AttestContext,
): Promise<number> {
  const state = join(files, 'state')
  for (const file of ['output', 'state', 'env', 'path', 'summary']) await writeFile(join(files, file), '')
  const run = async (script: string): Promise<number> => {
    const saved = Object.entries(parseCommandFile(await readFile(state, 'utf8'))).map(([name, value]) => [`STATE_${name}`, value] as const)
    const { exitCode } = await runProcess({
      command: [node ?? process.execPath, resolve(dir, script)],
      workingDir,
      env: { ...withoutInputs(env), ...inputVariables(inputs), ...commandFiles(files), ...Object.fromEntries(saved), GITHUB_ACTION_PATH: dir },
      signal,
      stdin: 'ignore',
      stdout,
      stderr,
      maxOutputBytes: 0,
      pipeGraceMs: 30_000,
    })
    return exitCode
  }
  let exitCode = 0
  for (const script of [pre, main]) if (script !== undefined && exitCode === 0) exitCode = await run(script)
  const cleanup = post === undefined ? 0 : await run(post)
  return exitCode === 0 ? cleanup : exitCode
}

async function readMetadata(dir: string): Promise<string> {
  for (const file of ['action.yml', 'action.yaml']) {
    const text = await readFile(join(dir, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw new CilockError('ERR_FILE_UNREADABLE', `cannot read ${join(dir, file)}: ${error.message}`, { cause: error })
    })
    if (text !== undefined) return text
  }
  throw new CilockError<GithubErrorCode>('ERR_ACTION_UNSUPPORTED', `the action cannot be run: no action.yml in ${dir}`)
}

function resolveInputs({ inputs }: ActionMetadata, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const [name, { required, default: standard }] of Object.entries(inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : standard
    if (value !== undefined) values[name] = value
    if (required && (value ?? '') === '') throw new CilockError<GithubErrorCode>('ERR_ACTION_INPUT_MISSING', `expected the input ${JSON.stringify(name)}, found none`)
  }
  return { ...values, ...given }
}

function inputVariables(inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]))
}

function withoutInputs(env: AttestContext['env']): AttestContext['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('INPUT_') && !name.startsWith('STATE_')))
}

function commandFiles(files: string): Readonly<Record<string, string>> {
  return {
    GITHUB_OUTPUT: join(files, 'output'),
    GITHUB_STATE: join(files, 'state'),
    GITHUB_ENV: join(files, 'env'),
    GITHUB_PATH: join(files, 'path'),
    GITHUB_STEP_SUMMARY: join(files, 'summary'),
  }
}

import { CilockError, redactor, secretsOf } from '@cilock/core'
import type { AttestContext, Attestor } from '@cilock/core'
import type { GithubErrorCode } from '../error.ts'
import { isPinned } from './pinned.ts'
import { githubActionSchema } from './predicate.ts'
import type { DockerRun, GithubActionPredicate } from './predicate.ts'
import { githubActionType } from './type.ts'

/** What became of an action. */
export interface ActionResult {
  /** How the action runs, by its metadata. */
  readonly type: 'javascript' | 'docker' | 'composite' | 'unknown'
  /** The action's name, by its metadata. */
  readonly name?: string
  /** What it was given, secrets included: the attestor hides them. */
  readonly inputs?: Readonly<Record<string, string>>
  /** What it said. */
  readonly outputs?: Readonly<Record<string, string>>
  /** How it ended; 0 is success. */
  readonly exitCode: number
  /** Where the action lies. */
  readonly dir?: string
  /** How its container was run, if it was one. */
  readonly docker?: DockerRun
}

/** Which action is wrapped, and what runs it. */
export interface GithubActionOptions {
  /** The reference as the workflow has it: `owner/repo[/path]@ref` or `docker://image`. */
  readonly ref: string
  /** Runs the action between the material and the product stage; {@link localAction} runs one from a directory. */
  readonly execute: (context: AttestContext) => Promise<ActionResult>
}

/** The action ran and did not succeed. */
export class ActionFailedError extends CilockError<GithubErrorCode> {
  override readonly name: string = 'ActionFailedError'
  /** How the action ended. */
  readonly exitCode: number

  constructor(ref: string, exitCode: number) {
    super('ERR_ACTION_FAILED', `the action ${ref} ended with exit code ${exitCode}, expected 0`)
    this.exitCode = exitCode
  }
}

/**
 * Wraps a GitHub Action: runs it and records which one it was, whether its reference is pinned to a commit, and how it
 * ended. Values of inputs that are secrets, by the variables of the run or by the input's own name, are removed (Go
 * signs them as they are).
 *
 * @throws CilockError from `attest`: `ERR_ACTION_FAILED`, `ERR_ABORTED`, and what `execute` throws
 */
export function githubAction({ ref, execute }: GithubActionOptions): Attestor<GithubActionPredicate> {
  if (ref === '') throw new TypeError('githubAction: `ref` is empty')
  return {
    ...githubActionType,
    runType: 'execute',
    async attest(context) {
      const { signal } = context
      if (signal.aborted) throw new CilockError('ERR_ABORTED', `the run was stopped before the action ${ref} was started`, { cause: signal.reason })
      const result = await execute(context)
      if (result.exitCode !== 0) throw new ActionFailedError(ref, result.exitCode)
      const found = predicateOf(ref, result, context)
      return githubActionType.read(githubActionSchema.read(found), githubActionType.predicateType)
    },
  }
}

function predicateOf(ref: string, { type, name, inputs, outputs, exitCode, dir, docker }: ActionResult, { env }: AttestContext): unknown {
  const byName = Object.entries(inputs ?? {}).map(([input, value]) => [input.replaceAll('-', '_'), value] as const)
  const redact = redactor([...secretsOf(env, []), ...secretsOf(Object.fromEntries(byName), [])])
  const redacted = (values: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, redact(value)]))
  return {
    actionref: ref,
    actiontype: type,
    actionname: name,
    actioninputs: redacted(inputs),
    actionoutputs: redacted(outputs),
    exitcode: exitCode,
    actiondir: dir,
    refpinned: isPinned(ref),
    docker,
    runid: env['GITHUB_RUN_ID'],
    workflowname: env['GITHUB_WORKFLOW'],
    jobname: env['GITHUB_JOB'],
  }
}

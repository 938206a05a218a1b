import { CilockError, importVerifier, parseEnvelope } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { evaluate, firstCause } from '@cilock/policy'
import type { RulesPreset } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import type { GoTool } from '@cilock/vectors'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Plan } from './plan.ts'
import type { Sealed } from './seal.ts'

/** What was said to a world. */
export interface Verdict {
  readonly passed: boolean
  /** The check and the code of the first cause, or the code of what could not be read; Go's own words. */
  readonly cause: string
}

/** Our verdict in a preset, with the four switches of CI/lock as the plan has them. */
export async function judgeHere(sealed: Sealed, { enforced }: Plan, preset: RulesPreset): Promise<Verdict> {
  const on = preset === 'strict' || enforced
  try {
    const report = await evaluate({
      policy: parseEnvelope(readFileSync(sealed.policy)),
      policyVerifiers: [await importVerifier(readFileSync(sealed.policyKey, 'utf8'))],
      subjects: [sealed.subject],
      source: fileSource(sealed.evidence, { base: sealed.folder }),
      types: knownTypes,
      now: new Date(),
      rules: { preset, constraintWithKeyId: on, emptyConstraints: on, regoPackages: on, stepNames: on },
    })
    const cause = firstCause(report)
    return { passed: report.verdict === 'passed', cause: cause === undefined ? report.verdict : `${cause.check.code} ${cause.code}` }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { passed: false, cause: error.code }
  }
}

/** The verdict of a real tool. That it does not understand its command line is none. */
export async function judgeWithGo(tool: GoTool, flags: readonly string[], sealed: Sealed): Promise<Verdict> {
  const { folder, policy, policyKey, evidence, subject } = sealed
  // witness takes the hexadecimal digits alone, cilock both
  const digest = subject.replace('sha256:', '')
  const argv = ['verify', '-p', relative(folder, policy), '-k', relative(folder, policyKey), ...evidence.flatMap((path) => ['-a', relative(folder, path)]), '-s', digest, ...flags]
  const { status, stderr } = await tool(folder, argv)
  if (status === 0) return { passed: true, cause: '' }
  if (/unknown (?:shorthand )?flag|no such file/.test(stderr)) throw new TypeError(`no verdict from ${argv.join(' ')}: ${stderr.slice(-1000)}`)
  return { passed: false, cause: reasonIn(stderr) }
}

/** The lines that say why, once each. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^level=error|^panic|^fatal/.test(line)).map((line) => line.replace(/^level=error msg=/, '').slice(0, 400))
  return [...new Set(lines)].join('\n')
}

import { encodeJson, encodeUtf8 } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { LintFinding, LintOptions } from '@cilock/policy/lint'
import { now, policyOf, step } from './world.ts'

/** What is found in a policy that is sound but for what a test says, without the note that it is not signed. */
export async function lint(spec: Readonly<Record<string, unknown>> | string, options: LintOptions = {}): Promise<readonly LintFinding[]> {
  const bytes = typeof spec === 'string' ? encodeUtf8(spec) : encodeJson(policyOf({ ...spec }))
  const findings = await lintPolicy(bytes, { now, ...options })
  return findings.filter(({ code }) => code !== 'envelope-plain')
}

/** Findings as lines: severity, code and place. */
export async function lines(spec: Readonly<Record<string, unknown>> | string, options: LintOptions = {}): Promise<readonly string[]> {
  return (await lint(spec, options)).map(({ severity, code, place }) => `${severity} ${code} ${place.pointer}${place.position === undefined ? '' : `:${place.position.row}:${place.position.column}`}`)
}

/** The text of a module, or a module with its name. */
export type RegoSpec = string | { readonly name: string; readonly module: string }

/** A policy whose one step `build` has these rules. */
export function withRego(...modules: readonly RegoSpec[]): Readonly<Record<string, unknown>> {
  const regopolicies = modules.map((module, index) => (typeof module === 'string' ? { name: `${index}.rego`, module: btoa(module) } : { ...module, module: btoa(module.module) }))
  return { steps: { build: step('build', { attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', regopolicies }, { type: 'https://aflock.ai/attestations/product/v0.3' }] }) } }
}

import { decodeUtf8 } from '@cilock/core'
import { compile, policyCapabilities, RegoCompileError, RegoError } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { outlineModule } from '@cilock/rego/analyze'
import type { InputReference, ModuleOutline, RuleOutline } from '@cilock/rego/analyze'
import type { Location } from '@cilock/rego'
import { below } from '../../document/reader.ts'
import type { RegoPolicyMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding, ModulePosition } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { nearest } from '../edit-distance.ts'
import { modulesOf } from '../requirements.ts'
import type { PlacedModules } from '../requirements.ts'

/** The rules that predicates are held against. */
export const regoRule: LintRule = ({ policy }) => modulesOf(policy).flatMap((placed) => [...names(placed), ...modules(placed)])

/** Policies with one name replace each other in CI/lock and witness. */
function names({ modules: all, pointer }: PlacedModules): readonly LintFinding[] {
  const first = new Map<string, number>()
  return all.flatMap(({ name = '' }, index) => {
    const at = below(below(pointer, index), 'name')
    const earlier = first.get(name)
    if (earlier === undefined) first.set(name, index)
    return [
      ...(name === '' ? [lintFinding('rego-name-missing', at, 'the Rego policy has no name, by which messages call it; `cilock policy validate` refuses that', 'name it, as in build.rego')] : []),
      ...(earlier === undefined
        ? []
        : [lintFinding('rego-repeated-name', at, `the policy at position ${earlier} has the name ${JSON.stringify(name)} too; CI/lock and witness keep the later one alone`, 'give each its own name')]),
    ]
  })
}

interface ReadModule {
  readonly pointer: string
  readonly name: string
  readonly text: string
  readonly outline: ModuleOutline
}

function modules({ modules: all, pointer, isWrapped }: PlacedModules): readonly LintFinding[] {
  const findings: LintFinding[] = []
  const read = all.flatMap((module, index): readonly ReadModule[] => {
    const at = below(below(pointer, index), 'module')
    const outcome = outlineOf(module, at)
    if (!('outline' in outcome)) {
      findings.push(...outcome.findings)
      return []
    }
    findings.push(...regardingRules(outcome.outline, at), ...regardingInput(outcome.outline, at, isWrapped))
    return [{ ...outcome, pointer: at, name: `${index}` }]
  })
  return [...findings, ...packages(read), ...(read.length === all.length ? compiled(read) : [])]
}

type Outcome = { readonly outline: ModuleOutline; readonly text: string } | { readonly findings: readonly LintFinding[] }

function outlineOf({ module, name = '' }: RegoPolicyMembers, pointer: string): Outcome {
  if (module === undefined || module.length === 0) return { findings: [lintFinding('rego-module-missing', pointer, `the Rego policy ${JSON.stringify(name)} has no module`, 'put the base64 of its text there')] }
  try {
    const text = decodeUtf8(module)
    return { outline: outlineModule({ name, source: text }), text }
  } catch (error) {
    return { findings: invalid(error, () => pointer) }
  }
}

/** Together, as a verifier compiles them: the modules of one list may import each other. */
function compiled(read: readonly ReadModule[]): readonly LintFinding[] {
  if (read.length === 0) return []
  try {
    compile(read.map(({ name, text }) => ({ name, source: text })), { capabilities: policyCapabilities(allBuiltins) })
    return []
  } catch (error) {
    return invalid(error, (location) => read.find(({ name }) => name === location?.file)?.pointer ?? read[0]?.pointer ?? '')
  }
}

function invalid(error: unknown, pointerOf: (location: Location | undefined) => string): readonly LintFinding[] {
  const fix = 'write it so that OPA 1.13 accepts it, in Rego v0 or with import rego.v1'
  if (error instanceof RegoCompileError) {
    return error.diagnostics.map(({ code, message, location }) => lintFinding('rego-invalid', pointerOf(location), `the module does not compile: ${code}: ${message}`, fix, at(location)))
  }
  const isKnown = RegoError.is(error) || (error instanceof Error && 'code' in error)
  if (!isKnown) throw error
  return [lintFinding('rego-invalid', pointerOf(undefined), `the module cannot be read: ${error.message}`, fix)]
}

function at(location: Location | undefined): { readonly position?: ModulePosition } {
  return location === undefined || location.row === 0 ? {} : { position: { row: location.row, column: location.col } }
}

function packages(read: readonly ReadModule[]): readonly LintFinding[] {
  const first = new Set<string>()
  return read.flatMap(({ pointer, outline }) => {
    const path = outline.package.join('.')
    if (!first.has(path)) {
      first.add(path)
      return []
    }
    return [lintFinding('rego-repeated-package', pointer, `another module of the list is in package ${path} too, and CI/lock refuses that`, 'give each module a package of its own')]
  })
}

function regardingRules({ rules, package: path }: ModuleOutline, pointer: string): readonly LintFinding[] {
  const denies = rules.filter(({ name }) => name === 'deny')
  if (denies.length === 0) return [noDeny(rules, path, pointer)]
  const wrong = denies.filter(({ kind, value }) => kind === 'function' || isNoCollection(value))
  if (wrong.length > 0) {
    return wrong.map(({ kind, value, location }) =>
      lintFinding(
        'rego-deny-value',
        pointer,
        kind === 'function' ? 'deny is a function, and has no value that could be judged' : `deny is a ${value ?? 'single value'}, and a verifier refuses anything but a set, an array or an object`,
        'write deny[reason] { … }',
        at(location),
      ),
    )
  }
  const canDeny = denies.some(({ isDefault, neverHolds, isEmpty }) => !isDefault && !neverHolds && !isEmpty)
  if (canDeny) return []
  return [lintFinding('rego-never-denies', pointer, 'no deny rule of the module can ever hold, so it lets everything through', 'write the condition that should be denied', at(denies[0]?.location))]
}

function noDeny(rules: readonly RuleOutline[], path: readonly string[], pointer: string): LintFinding {
  const known = [...new Set(rules.filter(({ kind, isDefault }) => kind !== 'function' && !isDefault).map(({ name }) => name))]
  const meant = known.find((name) => ['denied', 'denies', 'denys', 'violation', 'violations', 'block', 'reject', 'fail', 'error', 'errors'].includes(name.toLowerCase())) ?? nearestDeny(known)
  const rule = rules.find(({ name }) => name === meant)
  return lintFinding(
    'rego-no-deny',
    pointer,
    `package ${path.join('.')} has no rule called deny, and a verifier asks for that one alone${meant === undefined ? '' : `; it has ${JSON.stringify(meant)}`}`,
    meant === undefined ? 'write deny[reason] { … }' : `call ${JSON.stringify(meant)} deny`,
    at(rule?.location),
  )
}

function nearestDeny(names: readonly string[]): string | undefined {
  return names.find((name) => nearest(name.toLowerCase(), ['deny']) !== undefined)
}

function isNoCollection(value: string | undefined): boolean {
  return value !== undefined && !['array', 'object', 'set'].includes(value)
}

const wrapped: ReadonlySet<string> = new Set(['attestation', 'steps', 'external'])

/** Whether a module was written for another input than it gets: bare, or with the evidence of other steps around it. */
export function isOfOtherInput({ path: [key, next] }: InputReference, isWrapped: boolean): boolean {
  if (isWrapped) return key !== undefined && !wrapped.has(key)
  // the predicate itself may have keys of these names, so only both together say what was meant
  return next !== undefined && (key === 'attestation' || key === 'steps')
}

function regardingInput({ inputs }: ModuleOutline, pointer: string, isWrapped: boolean): readonly LintFinding[] {
  return inputs.filter((input) => isOfOtherInput(input, isWrapped)).map(({ path: [key = '', next = ''], location }) => {
    if (isWrapped) {
      return lintFinding(
        'rego-bare-input',
        pointer,
        `input.${key} is never there: in a step with attestationsFrom or externalFrom the predicate is input.attestation`,
        `write input.attestation.${key}`,
        at(location),
      )
    }
    return lintFinding(
      'rego-wrapped-input',
      pointer,
      `input.${key} is read as if the evidence of other steps were there; in a step without attestationsFrom and externalFrom the input is the predicate itself`,
      key === 'attestation' ? `write input.${next}` : 'name the steps in attestationsFrom',
      at(location),
    )
  })
}

import { compile, policyCapabilities, RegoCompileError, RegoError } from '@cilock/rego'
import type { Builtin, ModuleSource, Program, RegoDiagnostic } from '@cilock/rego'
import { outlineModule } from '@cilock/rego/analyze'
import type { ModuleOutline } from '@cilock/rego/analyze'
import type { RegoPolicyMembers } from '../document/members.ts'
import { below } from '../document/reader.ts'
import type { Finding } from '../document/reader.ts'
import type { VerifyLimits } from '../limits.ts'
import type { CheckValue } from '../report/report.ts'
import { judgeWith } from './judge.ts'
import type { PlacedModule } from './placed-module.ts'
import type { RegoPackage, RegoRules } from './rego-rules.ts'

export interface CompileRulesOptions {
  readonly limits: Required<VerifyLimits>
  /** Those that the modules may call beyond the core's. */
  readonly builtins: readonly Builtin[]
  /** Refuse two modules of one package. */
  readonly distinctPackages: boolean
}

interface Module extends PlacedModule {
  readonly source: ModuleSource
}

/** Compiles the modules of one attestation; every one that cannot be used is a finding. */
export function compileRules(members: readonly RegoPolicyMembers[], pointer: string, options: CompileRulesOptions): { readonly rules?: RegoRules; readonly findings: readonly Finding[] } {
  const names = namesOf(members)
  const sources = members.map(({ module = new Uint8Array() }, index): ModuleSource => ({ name: names[index] ?? '', source: module }))
  const place = (index: number): string => below(below(pointer, index), 'module')
  const placeOf = (file: string | undefined): string => place(Math.max(0, names.indexOf(file ?? '')))
  const compiled = compiledProgram(sources, options)
  if ('diagnostics' in compiled) return { findings: compiled.diagnostics.map((each) => diagnosed(each, placeOf(each.location?.file), names.length === 1 ? names[0] : undefined)) }

  const modules = sources.map((source, index): Module => ({ source, name: source.name, pointer: place(index), outline: outlineModule(source, { limits: sourceLimits(options.limits) }) }))
  const packages = packagesOf(modules)
  const findings = [...(options.distinctPackages ? repeatedPackages(modules) : []), ...withoutDeny(modules, packages)]
  if (findings.length > 0) return { findings }
  return {
    findings,
    rules: {
      modules: modules.map(({ name, pointer: at, outline }) => ({ name, pointer: at, reads: outline.inputs.map(({ path, location }) => ({ path, row: location.row })) })),
      packages,
      judge: judgeWith(compiled.program, modules, packages, options.limits),
    },
  }
}

/** Names by which modules are told apart: Go keeps the later of two with one name, and a policy may leave them all empty. */
function namesOf(members: readonly RegoPolicyMembers[]): readonly string[] {
  const given = members.map(({ name = '' }) => name)
  const seen = new Set<string>()
  const repeated = new Set(given.filter((name) => seen.size === seen.add(name).size))
  return given.map((name, index) => (name !== '' && !repeated.has(name) ? name : `${name}#${index}`))
}

function compiledProgram(sources: readonly ModuleSource[], { limits, builtins }: CompileRulesOptions): { readonly program: Program } | { readonly diagnostics: readonly Diagnosis[] } {
  try {
    return { program: compile(sources, { version: 'v0', capabilities: policyCapabilities(builtins), limits: { ...sourceLimits(limits), steps: limits.regoCompileSteps } }) }
  } catch (error) {
    if (error instanceof RegoCompileError) return { diagnostics: error.diagnostics }
    if (RegoError.is(error)) return { diagnostics: [{ code: error.code, message: error.message, location: error.location }] }
    throw error
  }
}

function sourceLimits({ regoSourceSize }: Required<VerifyLimits>): { readonly sourceSize: number } {
  return { sourceSize: regoSourceSize }
}

type Diagnosis = Pick<RegoDiagnostic, 'message' | 'location'> & { readonly code: string }

function diagnosed({ code, message, location }: Diagnosis, pointer: string, only: string | undefined): Finding {
  const module = location?.file ?? only ?? null
  const found: CheckValue = { module, row: location?.row ?? null, column: location?.col ?? null, code, message }
  const at = [module === null ? '' : `the Rego module ${JSON.stringify(module)}`, location === undefined ? '' : `row ${location.row}`].filter((part) => part !== '').join(', ')
  return { code: 'policy-rego', pointer, message: `${at === '' ? 'the Rego modules' : at}: ${code}: ${message}`, expected: 'Rego that compiles', found }
}

interface Package extends RegoPackage {
  readonly path: readonly string[]
  readonly ref: string
}

function packagesOf(modules: readonly Module[]): readonly Package[] {
  const byPath = new Map<string, Package>()
  for (const { name, outline } of modules) {
    const path = outline.package
    const rule = ['data', ...path.map(segment), '.deny'].join('')
    const known = byPath.get(rule)
    byPath.set(rule, { rule, ref: `data${path.map((part) => `[${JSON.stringify(part)}]`).join('')}["deny"]`, path, modules: [...(known?.modules ?? []), name].sort() })
  }
  return [...byPath.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1))
}

function segment(part: string): string {
  return /^[A-Za-z_]\w*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`
}

function repeatedPackages(modules: readonly Module[]): readonly Finding[] {
  const first = new Map<string, string>()
  return modules.flatMap(({ name, pointer, outline }) => {
    const shown = outline.package.join('.')
    const key = JSON.stringify(outline.package)
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, name)
      return []
    }
    const message = `the Rego modules ${JSON.stringify(earlier)} and ${JSON.stringify(name)} have one package, ${shown}, and would be one`
    return [{ code: 'policy-rego-package', pointer, message, expected: 'a package of its own for each module', found: { module: name, package: shown, alsoIn: earlier } }]
  })
}

/** A package that never answers would be an open door. */
function withoutDeny(modules: readonly Module[], packages: readonly Package[]): readonly Finding[] {
  return packages.flatMap(({ rule, modules: names }) => {
    const mine = modules.filter(({ name }) => names.includes(name))
    if (mine.some(({ outline }) => hasDeny(outline))) return []
    const rules = [...new Set(mine.flatMap(({ outline }) => outline.rules.map(({ name }) => name)))].sort()
    const [at] = mine
    const message = `the Rego module ${names.map((name) => JSON.stringify(name)).join(', ')} has no rule ${rule}, so it could deny nothing; it has ${rules.length === 0 ? 'no rules' : rules.slice(0, 10).join(', ')}`
    return [{ code: 'policy-rego-deny', pointer: at?.pointer ?? '', message, expected: rule, found: { modules: names, rules } }]
  })
}

function hasDeny({ rules }: ModuleOutline): boolean {
  return rules.some(({ name, kind }) => name === 'deny' && kind !== 'function')
}

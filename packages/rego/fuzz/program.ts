import { emptyScope, Generator, type Dialect, type Scope } from './generator.ts'
import { builtinTable, type Entry } from './builtin-table.ts'
import { randomInput } from './input.ts'
import type { Kind } from './kinds.ts'
import { Random } from './random.ts'

export interface Case {
  readonly seed: number
  readonly dialect: Dialect
  readonly source: string
  /** JSON text. */
  readonly input: string
  /** Constructs and built-ins in it. */
  readonly used: ReadonlySet<string>
}

const dialects: readonly Dialect[] = ['v0', 'v0-future', 'v0-import', 'v0-import', 'v1', 'v1']

/** The case of a seed: a module of a few rules that build on each other, and an input. */
export function makeCase(seed: number): Case {
  const random = new Random(seed)
  // Seeds that follow each other go through all built-ins, so that a few hundred reach every one.
  const entry = builtinTable[seed % builtinTable.length]
  const picked = random.pick(dialects)
  const dialect = entry?.deprecated === true ? 'v0' : picked
  const generator = new Generator(random, dialect)
  generator.use(`dialect ${dialect}`)
  const rules = Array.from({ length: random.int(2, 5) }, () => random.pick(ruleKinds)(generator))
  if (entry !== undefined) rules.push(withBuiltin(generator, entry))
  const header = { v0: 'package fuzz', 'v0-future': 'package fuzz\nimport future.keywords', 'v0-import': 'package fuzz\nimport rego.v1', v1: 'package fuzz' }[dialect]
  const source = spoil(generator, `${header}\n\n${rules.join('\n\n')}\n`)
  return { seed, dialect, source, input: randomInput(random), used: generator.used }
}

const valueKinds: readonly Kind[] = ['number', 'string', 'boolean', 'numbers', 'strings', 'anys', 'numberSet', 'stringSet', 'numberMap', 'record', 'any']

type RuleKind = (generator: Generator) => string

function body(generator: Generator, scope: Scope, sparse = false): void {
  const { random } = generator
  const lines = sparse ? random.int(0, 1) : random.int(1, 3)
  for (let i = 0; i < lines; i++) generator.generatorLine(scope)
  for (let i = random.int(0, sparse ? 1 : 2); i > 0; i--) scope.lines.push(generator.condition(scope))
  if (scope.lines.length === 0) scope.lines.push('true')
}

function ifBody({ dialect }: Generator, lines: readonly string[]): string {
  return `${dialect === 'v0' ? '' : 'if '}{\n  ${lines.join('\n  ')}\n}`
}

const complete: RuleKind = (generator) => {
  const { random } = generator
  const name = generator.name('r')
  const kind = random.pick(valueKinds)
  generator.use('complete rule')
  const clauses = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => {
    const scope = emptyScope()
    body(generator, scope, true)
    const value = generator.headTerm(kind, scope)
    const parts = [`${name} := ${value} ${ifBody(generator, scope.lines)}`]
    while (random.chance(0.3)) {
      generator.use('else')
      const other = emptyScope()
      body(generator, other, true)
      const otherValue = generator.headTerm(kind, other)
      parts.push(`else := ${otherValue} ${ifBody(generator, other.lines)}`)
    }
    return parts.join(' ')
  })
  if (random.chance(0.4)) {
    generator.use('default rule')
    clauses.unshift(`default ${name} := ${generator.literal(kind)}`)
  }
  generator.known.push({ name, kind })
  return clauses.join('\n\n')
}

/** A rule whose value is a call of this built-in. */
function withBuiltin(generator: Generator, entry: Entry): string {
  const name = generator.name('r')
  const scope = emptyScope()
  const value = generator.name('h')
  scope.lines.push(`${value} := ${generator.builtin(entry, scope, 2)}`)
  generator.known.push({ name, kind: entry.result })
  return `${name} := ${value} ${ifBody(generator, scope.lines)}`
}

const constant: RuleKind = (generator) => {
  const name = generator.name('c')
  const kind = generator.random.pick(valueKinds)
  generator.use('constant rule')
  const line = `${name} := ${generator.literal(kind)}`
  generator.known.push({ name, kind })
  return line
}

const partialSet: RuleKind = (generator) => {
  const name = generator.name('s')
  const kind = generator.random.pick(['number', 'string'] as const)
  generator.use('partial set')
  const clauses = Array.from({ length: generator.random.int(1, 2) }, () => {
    const scope = emptyScope()
    body(generator, scope)
    const member = generator.headTerm(kind, scope)
    const head = generator.dialect === 'v0' ? `${name}[${member}]` : `${name} contains ${member}`
    return `${head} ${ifBody(generator, scope.lines)}`
  })
  generator.known.push({ name, kind: kind === 'number' ? 'numberSet' : 'stringSet' })
  return clauses.join('\n\n')
}

const partialObject: RuleKind = (generator) => {
  const name = generator.name('o')
  generator.use('partial object')
  const scope = emptyScope()
  body(generator, scope)
  const key = generator.headTerm('string', scope)
  const value = generator.headTerm('number', scope)
  generator.known.push({ name, kind: 'numberMap' })
  return `${name}[${key}] := ${value} ${ifBody(generator, scope.lines)}`
}

const refHead: RuleKind = (generator) => {
  const name = generator.name('g')
  const scope = emptyScope()
  body(generator, scope)
  const key = generator.headTerm('string', scope)
  if (generator.modern && generator.random.chance(0.5)) {
    generator.use('set below a reference')
    const member = generator.headTerm('number', scope)
    return `${name}.x[${key}] contains ${member} ${ifBody(generator, scope.lines)}`
  }
  generator.use('value below a reference')
  const value = generator.headTerm('any', scope)
  return `${name}.x[${key}].y := ${value} ${ifBody(generator, scope.lines)}`
}

const fn: RuleKind = (generator) => {
  const { random } = generator
  const name = generator.name('f')
  const kind = random.pick(['number', 'string', 'boolean'] as const)
  const parameters = Array.from({ length: random.int(1, 2) }, () => random.pick(['number', 'string', 'numbers'] as const))
  generator.use('function')
  const clauses = Array.from({ length: random.int(1, 2) }, () => {
    const scope = emptyScope()
    const heads = parameters.map((parameter) => {
      if (random.chance(0.2)) {
        generator.use('function pattern')
        return generator.literal(parameter)
      }
      const local = generator.name('p')
      scope.locals.push({ name: local, kind: parameter })
      return local
    })
    scope.lines.push(generator.condition(scope, 1))
    const value = generator.headTerm(kind, scope)
    return `${name}(${heads.join(', ')}) := ${value} ${ifBody(generator, scope.lines)}`
  })
  if (random.chance(0.3)) {
    generator.use('default function')
    clauses.unshift(`default ${name}(${parameters.map(() => '_').join(', ')}) := ${generator.literal(kind)}`)
  }
  generator.known.push({ name, kind, parameters })
  return clauses.join('\n\n')
}

const bodies: RuleKind = (generator) => {
  generator.use('chained bodies')
  const name = generator.name('b')
  const [first, second] = [emptyScope(), emptyScope()]
  body(generator, first)
  body(generator, second)
  generator.known.push({ name, kind: 'boolean' })
  return `${name} ${ifBody(generator, first.lines)} {\n  ${second.lines.join('\n  ')}\n}`
}

const ruleKinds: readonly RuleKind[] = [complete, complete, complete, constant, partialSet, partialSet, partialObject, refHead, fn, bodies]

/** One case in twelve gets a mistake, so that diagnostics are compared too. */
function spoil(generator: Generator, source: string): string {
  const { random } = generator
  if (!random.chance(1 / 12)) return source
  const mistakes: readonly (readonly [string, string])[] = [
    ['unsafe variable', `z1 := unbound_variable`],
    ['undefined function', 'z2 := no_such_function(1)'],
    ['type error', 'z3 := count(1)'],
    ['match error', 'z4 := x {\n  x := 1\n  x == "a"\n}'],
    ['recursion', 'z5 := z6\n\nz6 := z5'],
    ['wrong arity', 'z7 := startswith("a")'],
    ['double assignment', 'z8 := x {\n  x := 1\n  x := 2\n}'],
    ['conflicting rules', 'z9 := 1\n\nz9(x) := x'],
    ['syntax error', 'z10 := ['],
    ['unused declaration', 'z11 := 1 {\n  some x\n  true\n}'],
    ['two defaults', 'default z12 := 1\n\ndefault z12 := 2'],
    ['unsafe head', 'z13[x] := 1 {\n  y := 1\n  y == 1\n}'],
    ['conflict', 'z14 := 1\n\nz14 := 2 {\n  input.n == input.n\n}'],
  ]
  const [name, text] = random.pick(mistakes)
  generator.use(`mistake: ${name}`)
  return `${source}\n${generator.dialect === 'v0' ? text : text.replaceAll(/ \{\n/g, ' if {\n')}\n`
}

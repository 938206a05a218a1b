import { builtinTable, type Entry } from './builtin-table.ts'
import { collections, members, type Kind } from './kinds.ts'
import { pools } from './pools.ts'
import type { Random } from './random.ts'

/** How sources are written and read. */
export type Dialect = 'v0' | 'v0-future' | 'v0-import' | 'v1'

/** A rule or function that later ones may use. */
interface Known {
  readonly name: string
  readonly kind: Kind
  /** Present for functions. */
  readonly parameters?: readonly Kind[]
}

interface Scope {
  readonly locals: { readonly name: string; readonly kind: Kind }[]
  readonly lines: string[]
}

/** Expressions and bodies of the wanted type, over the input of `input.ts` and over rules that stand above. */
export class Generator {
  readonly random: Random
  readonly dialect: Dialect
  /** Constructs and built-ins used so far. */
  readonly used: Set<string> = new Set()
  readonly known: Known[] = []
  #fresh = 0

  constructor(random: Random, dialect: Dialect) {
    this.random = random
    this.dialect = dialect
  }

  get modern(): boolean {
    return this.dialect !== 'v0'
  }

  use(construct: string): void {
    this.used.add(construct)
  }

  name(prefix: string): string {
    this.#fresh += 1
    return `${prefix}${this.#fresh}`
  }

  expression(kind: Kind, scope: Scope, depth = 2): string {
    const { random } = this
    const options: (() => string)[] = [() => this.literal(kind), () => this.literal(kind)]
    const locals = scope.locals.filter((local) => local.kind === kind)
    if (locals.length > 0) options.push(...Array.from({ length: 4 }, () => () => random.pick(locals).name))
    const paths = inputPaths[kind]
    if (paths !== undefined) options.push(...Array.from({ length: 3 }, () => () => (this.use('input reference'), random.pick(paths))))
    const rules = this.known.filter((rule) => rule.kind === kind && rule.parameters === undefined)
    if (rules.length > 0) options.push(() => (this.use('rule reference'), random.pick(rules).name), () => (this.use('data reference'), `data.fuzz.${random.pick(rules).name}`))
    if (depth > 0) {
      const functions = this.known.filter((rule) => rule.kind === kind && rule.parameters !== undefined)
      if (functions.length > 0) options.push(() => this.#callFunction(random.pick(functions), scope, depth))
      const entries = this.#entries(kind)
      if (entries.length > 0) options.push(...Array.from({ length: 5 }, () => () => this.builtin(random.pick(entries), scope, depth)))
      options.push(...this.#composites(kind, scope, depth))
    }
    return random.pick(options)()
  }

  #entries(kind: Kind): readonly Entry[] {
    const modern = this.dialect === 'v1' || this.dialect === 'v0-import'
    return builtinTable.filter((entry) => entry.result === kind && !(modern && entry.deprecated === true))
  }

  builtin({ name, operands }: Entry, scope: Scope, depth: number): string {
    this.use(`built-in ${name}`)
    return `${name}(${operands.map((operand) => this.operand(operand, scope, depth - 1)).join(', ')})`
  }

  operand(operand: string, scope: Scope, depth: number): string {
    if (operand.startsWith('"')) return operand
    if (!operand.startsWith('@')) return this.expression(operand as Kind, scope, depth)
    const pool = pools[operand.slice(1)]
    if (pool === undefined) throw new TypeError(`no pool ${operand}`)
    return this.random.pick(pool.invalid !== undefined && this.random.chance(0.03) ? pool.invalid : pool.valid)
  }

  #callFunction({ name, parameters = [] }: Known, scope: Scope, depth: number): string {
    this.use('function call')
    return `${name}(${parameters.map((kind) => this.expression(kind, scope, depth - 1)).join(', ')})`
  }

  #composites(kind: Kind, scope: Scope, depth: number): (() => string)[] {
    const { random } = this
    const sub = (of: Kind): string => this.expression(of, scope, depth - 1)
    const comprehension = (open: string, head: (inner: Scope) => string, close: string): string => {
      this.use(`comprehension ${open}${close}`)
      const inner: Scope = { locals: [...scope.locals], lines: [] }
      this.generatorLine(inner, depth - 1)
      if (random.chance(0.5)) inner.lines.push(this.condition(inner, depth - 1))
      return `${open}${head(inner)} | ${inner.lines.join('; ')}${close}`
    }
    switch (kind) {
      case 'number':
        return [
          () => (this.use('operator + - *'), `(${sub('number')} ${random.pick(['+', '-', '*'])} ${sub('number')})`),
          () => (this.use('operator / %'), random.chance(0.5) ? `(${sub('number')} / ${random.pick(['2', '4', '5', '10', '3'])})` : `(${this.operand('@small', scope, 0)} % ${this.operand('@positive', scope, 0)})`),
          () => (this.use('index'), `${random.chance(0.9) ? 'input.nums' : sub('numbers')}[${random.int(0, 3)}]`),
          () => (this.use('key'), random.pick(['input.obj.a', 'input.obj["b"]', 'input.obj.c', '{"a": 1, "b": 2.5}.a', '{"a": 1, "b": 2.5}["b"]'])),
        ]
      case 'string':
        if (this.dialect === 'v1' && random.chance(0.5)) return [() => (this.use('template string'), `$"<{${sub('any')}}> {${sub('string')}}"`)]
        return [() => (this.use('index'), `${random.chance(0.9) ? 'input.strs' : sub('strings')}[${random.int(0, 2)}]`), () => (this.use('key'), `input.tags.${random.pick(['env', 'team', 'nope'])}`)]
      case 'boolean':
        return this.modern ? [() => (this.use('membership'), `(${sub('number')} in ${sub(random.pick(['numbers', 'numberSet', 'numberMap'] as const))})`)] : []
      case 'numbers':
        return [() => comprehension('[', (inner) => this.headTerm('number', inner), ']'), () => (this.use('array'), `[${sub('number')}, ${sub('number')}]`)]
      case 'strings':
        return [() => comprehension('[', (inner) => this.headTerm('string', inner), ']'), () => (this.use('array'), `[${sub('string')}]`)]
      case 'anys':
        return [() => (this.use('array'), `[${sub('any')}, ${sub('number')}, ${sub('string')}]`)]
      case 'numberSet':
        return [
          () => comprehension('{', (inner) => this.headTerm('number', inner), '}'),
          () => (this.use('operator & | - of sets'), `(${sub('numberSet')} ${random.pick(['&', '|', '-'])} ${sub('numberSet')})`),
          () => (this.use('set'), `{${sub('number')}, ${sub('number')}}`),
        ]
      case 'stringSet':
        return [() => comprehension('{', (inner) => this.headTerm('string', inner), '}'), () => (this.use('operator & | - of sets'), `(${sub('stringSet')} | ${sub('stringSet')})`)]
      case 'numberMap':
        return [() => comprehension('{', (inner) => `${this.headTerm('string', inner)}: ${this.headTerm('number', inner)}`, '}'), () => (this.use('object'), `{"k": ${sub('number')}, ${sub('string')}: ${sub('number')}}`)]
      case 'stringMap':
        return [() => (this.use('object'), `{"k": ${sub('string')}}`)]
      case 'record':
        return [() => (this.use('object'), `{"n": ${sub('number')}, "deep": {"s": ${sub('string')}, "b": [${sub('boolean')}]}}`)]
      case 'any':
        return [
          () => sub(random.pick(['number', 'string', 'boolean', 'numbers', 'numberSet', 'numberMap'] as const)),
          () => (this.use('keys that are no strings'), `{${sub('number')}: ${sub('string')}, [1]: ${sub('numberSet')}}`),
          () => (this.use('path'), `input.${random.pick(['nested.a.b', 'nested["a"]', 'items[0]', 'items[1].size', 'missing.x', 'mixed[2]'])}`),
        ]
    }
  }

  /** The head of a comprehension is a term: anything with an operator needs a variable. */
  headTerm(kind: Kind, inner: Scope): string {
    const name = this.name('h')
    inner.lines.push(`${name} := ${this.expression(kind, inner, 1)}`)
    return name
  }

  literal(kind: Kind): string {
    const { random } = this
    const number = (): string => random.pick(['0', '1', '2', '3', '-1', '7', '10', '42', '0.5', '2.25', '-3.75', '100', '1000000'])
    const string = (): string => random.pick(['"a"', '"b"', '"abc"', '"hello world"', '"a,b,c"', '""', '"Über"', '"日本"', '"😀x"', '`raw\\n`', '"x/y/z"', '"foo.bar"', '" trim "', '"10"'])
    const list = (item: () => string, max = 3): string => Array.from({ length: random.int(0, max) }, item).join(', ')
    switch (kind) {
      case 'number':
        return number()
      case 'string':
        return string()
      case 'boolean':
        return random.pick(['true', 'true', 'false'])
      case 'numbers':
        return `[${list(number)}]`
      case 'strings':
        return `[${list(string)}]`
      case 'anys':
        return `[${list(() => random.pick([number, string, (): string => 'null', (): string => '[1]', (): string => '{"k": 1}'])())}]`
      case 'numberSet':
        return random.chance(0.15) ? 'set()' : `{${number()}, ${number()}}`
      case 'stringSet':
        return random.chance(0.15) ? 'set()' : `{${string()}, ${string()}}`
      case 'numberMap':
        return `{"a": ${number()}, "b": ${number()}}`
      case 'stringMap':
        return `{"env": ${string()}, "team": ${string()}}`
      case 'record':
        return `{"name": ${string()}, "size": ${number()}}`
      case 'any':
        return random.pick([number, string, (): string => 'null', (): string => '{}', (): string => '[]', (): string => 'set()'])()
    }
  }

  /** A line that binds new variables, by assigning, unifying or iterating. */
  generatorLine(scope: Scope, depth = 2): void {
    const { random } = this
    const add = (line: string, ...locals: Scope['locals']): void => {
      scope.lines.push(line)
      scope.locals.push(...locals)
    }
    const collection = random.pick(collections)
    const [keyKind = 'any', valueKind = 'any'] = members[collection] ?? []
    const [a, b] = [this.name('v'), this.name('v')]
    const options: (() => void)[] = [
      () => {
        const kind = random.pick(['number', 'string', 'numbers', 'numberMap', 'any', 'boolean'] as const)
        const assign = random.pick([':=', ':=', '='])
        this.use(`assignment ${assign}`)
        add(`${a} ${assign} ${this.expression(kind, scope, depth)}`, { name: a, kind })
      },
      () => {
        this.use('iteration by reference')
        const source = this.name('c')
        add(`${source} := ${this.expression(collection, scope, depth - 1)}`)
        add(`${b} := ${source}[${a}]`, { name: a, kind: keyKind }, { name: b, kind: valueKind })
      },
      () => {
        this.use('iteration of input')
        add(`${b} := input.items[${a}].${random.pick(['size', 'count'])}`, { name: a, kind: 'number' }, { name: b, kind: 'number' })
      },
      () => {
        this.use('wildcard')
        add(`${a} := input.items[_].name`, { name: a, kind: 'string' })
      },
      () => {
        this.use('array pattern')
        add(`[${a}, ${b}] ${random.pick([':=', '='])} [${this.expression('number', scope, depth - 1)}, ${this.expression('string', scope, depth - 1)}]`, { name: a, kind: 'number' }, { name: b, kind: 'string' })
      },
      () => {
        this.use('object pattern')
        add(`{"name": ${a}, "size": ${b}} ${random.pick([':=', '='])} ${random.pick(['{"name": "n", "size": 3}', '{"size": 1, "name": input.s}'])}`, { name: a, kind: 'string' }, { name: b, kind: 'number' })
      },
      () => {
        this.use('walk')
        this.use('built-in walk')
        add(`walk(${random.pick(['input.nested', 'input.items', this.operand('@walkable', scope, 0)])}, [${a}, ${b}])`, { name: a, kind: 'anys' }, { name: b, kind: 'any' })
      },
      () => {
        this.use('some declaration')
        add(`some ${a}; ${b} := input.nums[${a}]`, { name: a, kind: 'number' }, { name: b, kind: 'number' })
      },
    ]
    if (this.modern) {
      options.push(
        () => {
          this.use('some in')
          add(`some ${a} in ${this.expression(collection, scope, depth - 1)}`, { name: a, kind: valueKind })
        },
        () => {
          this.use('some key in')
          add(`some ${a}, ${b} in ${this.expression(collection, scope, depth - 1)}`, { name: a, kind: keyKind }, { name: b, kind: valueKind })
        },
      )
    }
    random.pick(options)()
  }

  /** A line that holds or does not, and binds nothing. */
  condition(scope: Scope, depth = 2): string {
    const { random } = this
    const compare = (): string => {
      const kind = random.pick(['number', 'number', 'string', 'any', 'numberSet'] as const)
      const operator = random.pick(['==', '!=', '<', '<=', '>', '>='])
      this.use(`operator ${operator}`)
      return `${this.expression(kind, scope, depth - 1)} ${operator} ${this.expression(kind, scope, depth - 1)}`
    }
    const options = [
      compare,
      compare,
      (): string => this.expression('boolean', scope, depth),
      (): string => (this.use('bare reference'), random.pick(['input.b', 'input.n', 'input.missing', 'input.nested.a', 'input.items[0].ok'])),
      (): string => (this.use('not'), `not ${random.pick([compare, (): string => this.expression('boolean', scope, depth - 1)])()}`),
      (): string => (this.use('with input'), `${compare()} with input.${random.pick(['n', 's', 'nested.a', 'fresh.x'])} as ${this.expression('any', scope, depth - 1)}`),
      (): string => (this.use('with built-in'), `count(${this.expression('numbers', scope, depth - 1)}) == 5 with count as 5`),
    ]
    const rule = this.known.find(({ parameters }) => parameters === undefined)
    if (rule !== undefined) options.push((): string => (this.use('with data'), `data.fuzz.${rule.name} == ${this.expression(rule.kind, scope, depth - 1)} with data.fuzz.${rule.name} as ${this.literal(rule.kind)}`))
    const known = this.known.find(({ parameters, kind }) => parameters !== undefined && kind === 'number')
    if (known !== undefined) options.push((): string => (this.use('with function'), `${this.#callFunction(known, scope, 1)} == 3 with ${known.name} as ${random.pick(['3', '4'])}`))
    if (this.modern) {
      options.push((): string => {
        this.use('every')
        const [a, b] = [this.name('e'), this.name('e')]
        const collection = random.pick(collections)
        const [keyKind = 'any', valueKind = 'any'] = members[collection] ?? []
        const inner: Scope = { locals: [...scope.locals, { name: a, kind: keyKind }, { name: b, kind: valueKind }], lines: [] }
        const body = this.condition(inner, depth - 1)
        return `every ${a}, ${b} in ${this.expression(collection, scope, depth - 1)} { ${a} == ${a}; ${b} == ${b}; ${body} }`
      })
    }
    return random.pick(options)()
  }
}

const inputPaths: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  number: ['input.n', 'input.m', 'input.nums[0]', 'input.items[1].size', 'input.obj.a', 'input.nested.a.b.c'],
  string: ['input.s', 'input.t', 'input.strs[0]', 'input.items[0].name', 'input["tags"].env'],
  boolean: ['input.b', 'input.items[0].ok'],
  numbers: ['input.nums'],
  strings: ['input.strs', 'input.items[0].tags'],
  anys: ['input.mixed', 'input.items'],
  numberMap: ['input.obj'],
  stringMap: ['input.tags'],
  record: ['input.items[0]', 'input.nested'],
  any: ['input.mixed[0]', 'input.missing', 'input.z', 'input'],
}

export function emptyScope(): Scope {
  return { locals: [], lines: [] }
}
export type { Scope, Known }

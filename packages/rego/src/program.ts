import { checkEvaluateOptions, checkSource, checkVersion, limitsOf } from './arguments.ts'
import type { Builtin, ProgramCache } from './builtins/builtin.ts'
import { notOffered } from './builtins/not-offered.ts'
import { coreBuiltins } from './builtins/registry.ts'
import type { Capabilities } from './capabilities.ts'
import { builtinTable, type BuiltinTable } from './compile/builtin-table.ts'
import { arityOf, compileModules, compileQuery, type Compiled } from './compile/compile.ts'
import { sourceName } from './compile/rename.ts'
import { isEvaluationError, RegoCompileError, RegoError } from './errors.ts'
import { EvaluationContext } from './evaluate/context.ts'
import { LateErrors } from './evaluate/late-errors.ts'
import { Machine, type Guard } from './evaluate/machine.ts'
import { guarded } from './guarded.ts'
import { explainRules } from './explain/explain.ts'
import type { Explanation } from './explain/explanation.ts'
import { defaultCompileLimits, defaultLimits, type CompileLimits, type Limits } from './limits.ts'
import { isVar, nowhere, type Body, type Module, type Term } from './syntax/ast.ts'
import type { Diagnostic } from './syntax/diagnostic.ts'
import { toPublicDiagnostic } from './syntax/public-diagnostic.ts'
import { parseModule } from './syntax/module.ts'
import { parse } from './syntax/parser.ts'
import { decodeSource } from './syntax/scanner.ts'
import { varsOfBody } from './syntax/walk.ts'
import { newFrame } from './plan/frame.ts'
import { makePlanner } from './plan/make-planner.ts'
import { observeLateErrors } from './plan/late-literals.ts'
import { ruleScope, type Observer, type Planner } from './plan/planner.ts'
import { planTree } from './plan/rule-tree.ts'
import { planGet } from './plan/terms.ts'
import { checkValue } from './value/checked.ts'
import { parseJson } from './value/json.ts'
import { openAccount, restoreAccount, withinSteps } from './value/parts.ts'
import { withStableObjects } from './value/members.ts'
import type { Value } from './value/value.ts'

/** One policy source. */
export interface ModuleSource {
  /** Stands in messages; must differ between the modules of a program. */
  readonly name: string
  /** Its text. */
  readonly source: string | Uint8Array
}

/** What policies may use, and bounds on them. */
export interface CompileOptions {
  /** The dialect of modules that do not say `import rego.v1`. Default: `v0`, as CI/lock and witness read policies. */
  readonly version?: 'v0' | 'v1'
  /** More built-ins besides those of the core, such as `allBuiltins` of `@cilock/rego/all`. Default: none. */
  readonly builtins?: readonly Builtin[]
  /** Exactly which built-ins there are; `builtins` is added to them. Default: those of the core. */
  readonly capabilities?: Capabilities
  /** OPA's strict mode: unused variables and imports are errors too. Default: false. */
  readonly strict?: boolean
  /** Keeps `print` calls; what they say goes to `note`. Default: false, they are taken out as in CI/lock. */
  readonly print?: boolean
  /** Bounds on the sources, each a positive integer or Infinity. Default: {@link defaultCompileLimits}. */
  readonly limits?: Partial<CompileLimits>
  /** Leave out rules whose conditions cannot hold. Only tests turn this off: it changes which built-in errors are seen. */
  readonly indexing?: boolean
  /** Stop at the first success where all rules have the same value. Only tests turn this off. */
  readonly earlyExit?: boolean
}

/** What one evaluation is given. */
export interface EvaluateOptions {
  /**
   * The input as parsed JSON; it is read in place and never changed, nor may the caller change it. Anything but JSON
   * and this package's own values is refused, at its first use. Left out: undefined.
   */
  readonly input?: Value
  /** The input as JSON text, with all numbers kept exactly. */
  readonly inputText?: string
  /** The base document `data`, as `input`. Default: empty. */
  readonly data?: Value
  /** The instant of `time.now_ns()`; without it, that is an error. */
  readonly now?: Date | bigint
  /** For `rand.intn` and `uuid.rfc4122`; without it, they are errors. */
  readonly seed?: string
  /** A failing built-in is an error instead of undefined. Default: false. */
  readonly strictBuiltinErrors?: boolean
  /** Bounds on the work, each a positive integer or Infinity. Default: {@link defaultLimits}. */
  readonly limits?: Partial<Limits>
  /** Called every few thousand steps; may throw to end the evaluation, as a guard against slow machines. */
  readonly guard?: () => void
  /** Stops the evaluation. */
  readonly signal?: AbortSignal
  /** Takes what `print` and `trace` say. */
  readonly note?: (text: string) => void
}

/** Policies that passed every check and can be evaluated any number of times. */
export interface Program {
  /**
   * The value of a document such as `data.example.deny`; undefined where it has none.
   *
   * @throws RegoError with an `eval_…` or `ERR_LIMIT_…` code; TypeError for options that are wrong.
   */
  readonly evaluate: (ref: string, options?: EvaluateOptions) => Value | undefined
  /**
   * All solutions of a query, each with its variables.
   *
   * @throws RegoCompileError where the query is wrong, RegoError as {@link evaluate}.
   */
  readonly query: (query: string, options?: EvaluateOptions) => readonly Readonly<Record<string, Value>>[]
  /**
   * Why a document is what it is: for each rule, what it produced and with which values, or the literal at which it
   * failed. Every rule runs, whatever the index says of it.
   *
   * @throws RegoError as {@link evaluate}.
   * @example
   * for (const rule of program.explain('data.example.deny', { input }).rules) {
   *   console.log(rule.location.row, rule.solutions.length > 0 ? rule.solutions : rule.failure)
   * }
   */
  readonly explain: (ref: string, options?: EvaluateOptions) => Explanation
  /** The packages of the modules, as paths below `data`. */
  readonly packages: readonly (readonly string[])[]
}

/**
 * Reads and checks modules as OPA 1.13.1 does.
 *
 * @throws RegoCompileError with all that OPA would report; TypeError where two modules have the same name, or a limit is none.
 * @example
 * const program = compile([{ name: 'policy.rego', source: 'package example\ndeny[msg] { input.exitcode != 0; msg := "failed" }' }])
 * program.evaluate('data.example.deny', { input: { exitcode: 1 } })
 */
export function compile(sources: readonly ModuleSource[], options: CompileOptions = {}): Program {
  return guarded(() => new CompiledProgram(sources, options))
}

class CompiledProgram implements Program {
  readonly packages: readonly (readonly string[])[]
  private readonly machine: Machine = new Machine()
  private readonly builtins: BuiltinTable
  private readonly compiled: Compiled
  private readonly strict: boolean
  private readonly planner: Planner
  private readonly runners: Map<string, () => Value | undefined> = new Map()
  private readonly cache: ProgramCache = boundedCache(1000)
  private readonly context: EvaluationContext = new EvaluationContext(this.machine, defaultLimits, this.cache)
  private readonly options: CompileOptions
  private readonly limits: CompileLimits

  constructor(sources: readonly ModuleSource[], options: CompileOptions) {
    this.options = options
    this.limits = limitsOf(defaultCompileLimits, options.limits)
    this.strict = options.strict ?? false
    const capabilities = options.capabilities ?? { builtins: coreBuiltins }
    this.builtins = builtinTable([...capabilities.builtins, ...(options.builtins ?? [])], capabilities.unsafeBuiltins ?? new Set())
    const modules = parseSources(sources, options, capabilities, this.limits, this.builtins)
    const maxSteps = this.limits.steps
    const outcome = withinSteps(maxSteps, 'compilation', () => compileModules(modules, { builtins: this.builtins, strict: this.strict, print: options.print ?? false, maxSteps }))
    if (outcome.compiled === undefined) throw new RegoCompileError(outcome.errors.map(toPublicDiagnostic))
    this.compiled = outcome.compiled
    this.packages = modules.map((module) => module.package.path.slice(1).map((term) => (term.value.kind === 'scalar' ? String(term.value.value) : '')))
    this.planner = this.plan()
  }

  private plan(observer?: Observer): Planner {
    const { machine, builtins, options } = this
    const { tree } = this.compiled
    const indexing = options.indexing ?? true
    let ids = 0
    const nextId = (): number => ids++
    const root = planTree(tree, () => planner, machine, nextId, { indexing, earlyExit: options.earlyExit ?? true })
    const planner = makePlanner(machine, root, { builtins, indexing, nextId, arity: (operator) => arityOf(operator, builtins, tree), ...(observer === undefined ? {} : { observer }) })
    return planner
  }

  readonly evaluate = (ref: string, options: EvaluateOptions = {}): Value | undefined =>
    guarded(() => this.withOpasError(options, this.runner(ref), (planner) => planRunner(parseRef(ref), planner)))

  /** Where an evaluation fails, it is done again, to find which error OPA comes upon first. */
  private withOpasError<T>(options: EvaluateOptions, run: () => T, plan: (planner: Planner) => () => T): T {
    try {
      return this.within(options, run)
    } catch (error) {
      const { machine } = this
      if (!RegoError.is(error) || !isEvaluationError(error.code) || machine.late !== undefined) throw error
      const late = new LateErrors(machine)
      machine.late = late
      try {
        const again = plan(this.plan(observeLateErrors(late)))
        // What is printed was printed before.
        this.within({ ...options, note: () => undefined }, () => {
          again()
          late.settle()
        })
      } catch (first) {
        throw RegoError.is(first) && isEvaluationError(first.code) ? first : error
      } finally {
        machine.late = undefined
      }
      throw error
    }
  }

  readonly query = (text: string, options: EvaluateOptions = {}): readonly Readonly<Record<string, Value>>[] => guarded(() => this.runQuery(text, options))

  readonly explain = (ref: string, options: EvaluateOptions = {}): Explanation => guarded(() => this.runExplain(ref, options))

  private runExplain(ref: string, options: EvaluateOptions): Explanation {
    const run = this.runner(ref)
    const terms = parseRef(ref)
    return this.within(options, () => ({ ref, value: run(), rules: explainRules(terms, this.compiled, this.planner) }))
  }

  private runner(ref: string): () => Value | undefined {
    const known = this.runners.get(ref)
    if (known !== undefined) return known
    const run = planRunner(parseRef(ref), this.planner)
    this.runners.set(ref, run)
    return run
  }

  private runQuery(text: string, options: EvaluateOptions): readonly Readonly<Record<string, Value>>[] {
    const { statements, errors } = parse(text, { file: '', version: 'v1', templateStrings: true, maxDepth: this.limits.depth, skipRules: true })
    if (errors.length > 0) throw new RegoCompileError(errors.map(toPublicDiagnostic))
    const body = statements.flatMap((statement) => {
      if (statement.type !== 'body') throw new TypeError(`expected a query, found ${statement.type}`)
      return statement.node
    })
    if (body.length === 0) throw new TypeError('expected a query, found nothing')
    const maxSteps = this.limits.steps
    const outcome = withinSteps(maxSteps, 'compilation', () => compileQuery(body, this.compiled, { builtins: this.builtins, strict: this.strict, print: this.options.print ?? false, maxSteps }))
    if (outcome.body === undefined) throw new RegoCompileError(outcome.errors.map(toPublicDiagnostic))
    const { body: compiled, rewritten } = outcome
    const plan = (planner: Planner): (() => readonly Readonly<Record<string, Value>>[]) => planQuery(compiled, rewritten, planner)
    return this.withOpasError(options, plan(this.planner), plan)
  }

  /** Runs something in a fresh evaluation, and what surrounds it afterwards goes on as it was. */
  private within<T>(options: EvaluateOptions, run: () => T): T {
    const { machine } = this
    const limits: Limits = options.limits === undefined ? defaultLimits : limitsOf(defaultLimits, options.limits)
    checkEvaluateOptions(options)
    const outer = machine.isRunning ? machine.save() : undefined
    machine.begin(
      { input: inputOf(options, limits), data: dataOf(options, limits), hidden: undefined, mocks: undefined, results: [], calls: [] },
      limits.steps,
      guardOf(options),
      (outer === undefined ? this.context : new EvaluationContext(machine, limits, this.cache)).begin(options, limits),
    )
    const account = openAccount(this.context.spend)
    const strict = options.strictBuiltinErrors ?? false
    try {
      options.signal?.throwIfAborted()
      const result = withStableObjects(run)
      if (strict && machine.builtinError !== undefined) throw machine.builtinError
      return result
    } catch (error) {
      // The first failure of a built-in stands for whatever came of it.
      if (strict && machine.builtinError !== undefined && RegoError.is(error) && isEvaluationError(error.code)) throw machine.builtinError
      throw error
    } finally {
      restoreAccount(account)
      if (outer === undefined) machine.end()
      else machine.restore(outer)
    }
  }
}

function planRunner(terms: readonly Term[], planner: Planner): () => Value | undefined {
  const get = planGet({ loc: terms[0]?.loc ?? nowhere, value: { kind: 'ref', terms: [...terms] } }, ruleScope(), planner)
  return () => get([])
}

/** Gives a row for each solution, with the variables that the query names. */
function planQuery(body: Body, rewritten: ReadonlyMap<string, string>, planner: Planner): () => readonly Readonly<Record<string, Value>>[] {
  const scope = ruleScope()
  const step = planner.body(body, scope)
  const shown: (readonly [string, number])[] = []
  for (const name of varsOfBody(body, { skipClosures: true, skipCallHead: true })) {
    const original = sourceName(name, rewritten)
    if (original !== undefined && scope.isBound(name)) shown.push([original, scope.slots.of(name)])
  }
  return () => {
    const rows: Record<string, Value>[] = []
    const run = step((frame) => {
      const row: Record<string, Value> = {}
      for (const [name, slot] of shown) row[name] = frame[slot] as Value
      rows.push(row)
      return false
    })
    run(newFrame(scope.slots.size))
    return rows
  }
}

function parseRef(text: string): readonly Term[] {
  const { statements, errors } = parse(text, { file: '', version: 'v0', templateStrings: false, maxDepth: 50, skipRules: true })
  const statement = statements[0]
  const expr = statement?.type === 'body' && statement.node.length === 1 ? statement.node[0] : undefined
  const term = expr?.form === 'term' ? expr.terms[0] : undefined
  const terms = term?.value.kind === 'ref' ? term.value.terms : undefined
  const root = terms?.[0]
  const plain = terms?.every((part, index) => index === 0 || part.value.kind === 'scalar') === true
  if (errors.length > 0 || statements.length !== 1 || terms === undefined || !plain || !isVar(root) || (root.value.name !== 'data' && root.value.name !== 'input')) {
    throw new TypeError(`expected a reference such as data.example.deny, found ${JSON.stringify(text)}`)
  }
  return terms
}

function parseSources(sources: readonly ModuleSource[], options: CompileOptions, capabilities: Capabilities, limits: CompileLimits, builtins: BuiltinTable): readonly Module[] {
  const version = options.version ?? 'v0'
  checkVersion(version)
  const modules: Module[] = []
  const names = new Set<string>()
  const errors: Diagnostic[] = []
  let size = 0
  for (const one of sources) {
    checkSource(one)
    const { name, source } = one
    if (names.has(name)) throw new TypeError(`two modules are named ${JSON.stringify(name)}`)
    names.add(name)
    const text = typeof source === 'string' ? source : decodeSource(source)
    size += text.length
    if (size > limits.sourceSize) throw new RegoError('ERR_LIMIT_SOURCE_SIZE', `the modules have more than ${limits.sourceSize} characters`)
    const parsed = parseModule(text, { file: name, version, templateStrings: capabilities.templateStrings ?? version === 'v1', maxDepth: limits.depth, isBuiltin: (one) => builtins.get(one) !== undefined || notOffered.has(one) })
    if (parsed.module === undefined) errors.push(...parsed.errors)
    else modules.push(parsed.module)
  }
  if (errors.length > 0) throw new RegoCompileError(errors.map(toPublicDiagnostic))
  return modules
}

function inputOf(options: EvaluateOptions, limits: Limits): Value | undefined {
  const { input, inputText } = options
  if (inputText === undefined) {
    if (input !== undefined) checkValue('input', input, limits.depth)
    return input
  }
  if (input !== undefined) throw new TypeError('expected input or inputText, found both')
  return parseJson(inputText, { maxDepth: limits.depth })
}

function dataOf({ data }: EvaluateOptions, limits: Limits): Value {
  if (data === undefined) return {}
  checkValue('data', data, limits.depth)
  return data
}

function guardOf({ guard, signal }: EvaluateOptions): Guard | undefined {
  if (guard === undefined && signal === undefined) return undefined
  return () => {
    if (signal?.aborted === true) throw new RegoError('eval_cancel_error', 'caller cancelled query execution', undefined, { cause: signal.reason })
    guard?.()
  }
}

function boundedCache(size: number): ProgramCache {
  const entries = new Map<string, unknown>()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      if (entries.size >= size) {
        const oldest = entries.keys().next()
        if (oldest.done !== true) entries.delete(oldest.value)
      }
      entries.set(key, value)
    },
  }
}

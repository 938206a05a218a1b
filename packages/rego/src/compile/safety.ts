import { isComprehension, isGenerated, isWildcard, type Body, type Expr, type Loc, type Rule, type Term } from '../syntax/ast.ts'
import { futureKeywords } from '../syntax/keywords.ts'
import { closuresOf, safetyOptions, varsOfBody, varsOfExpr, varsOfMember, varsOfTerm, walkExpr } from '../syntax/walk.ts'
import { headMayHaveVars } from './head-vars.ts'
import { bodyVars, outputVars, outputVarsOfBody, type Arity } from './outputs.ts'
import type { Sink } from './sink.ts'

const reserved = ['input', 'data'] as const

type Unsafe = Map<Expr, Set<string>>
type Spend = Sink['spend']

/** Every variable of a head must occur in the body or among the arguments. */
export function checkHeadSafety(rule: Rule, rewritten: ReadonlyMap<string, string>, sink: Sink): void {
  const { head } = rule
  if (!headMayHaveVars(head)) return
  const known = varsOfBody(rule.body, safetyOptions)
  for (const arg of head.args ?? []) varsOfTerm(arg, {}, known)
  const needed = new Set<string>()
  for (const arg of head.args ?? []) varsOfTerm(arg, {}, needed)
  if (head.key !== undefined) varsOfTerm(head.key, {}, needed)
  if (head.value !== undefined) varsOfTerm(head.value, {}, needed)
  for (const term of head.ref.slice(1)) varsOfTerm(term, {}, needed)
  for (const name of needed) {
    if (known.has(name)) continue
    const original = rewritten.get(name) ?? name
    if (!isGenerated(original)) sink.report('rego_unsafe_var_error', rule.loc, `var ${isWildcard(original) ? '_' : original} is unsafe`)
  }
}

/** Puts the literals of a rule's body into an order in which every variable is bound before it is needed. */
export function orderRule(rule: Rule, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink): void {
  const globals = new Set<string>(reserved)
  for (const arg of rule.head.args ?? []) varsOfTerm(arg, {}, globals)
  rule.body = orderBody(rule.body, globals, arity, rewritten, sink)
}

export function orderBody(body: Body, globals: ReadonlySet<string>, arity: Arity, rewritten: ReadonlyMap<string, string>, sink: Sink): Body {
  const { ordered, unsafe } = reorder(body, globals, arity, sink.spend)
  return unsafe.size > 0 && reportUnsafe(unsafe, rewritten, sink) ? body : ordered
}

function reorder(body: Body, globals: ReadonlySet<string>, arity: Arity, spend: Spend): { readonly ordered: Body; readonly unsafe: Unsafe } {
  const all = bodyVars(body)
  const safe = new Set([...all].filter((name) => globals.has(name)))
  const unsafe: Unsafe = new Map()
  const closed = new Map<Expr, readonly string[]>()
  const mentioned = new Map<Expr, readonly string[]>()
  // When a variable became safe, and when a literal was last looked at: one whose variables stay as they were is not
  // looked at again.
  const safeSince = new Map<string, number>()
  const lookedAt = new Map<Expr, number>()
  let tick = 0
  for (const expr of body) {
    const needed = new Set<string>()
    for (const name of varsOfExpr(expr, safetyOptions)) if (!safe.has(name)) needed.add(name)
    unsafe.set(expr, needed)
    const captured = [...closureVars(expr)].filter((name) => all.has(name) && !globals.has(name))
    closed.set(expr, captured)
    mentioned.set(expr, [...needed, ...captured])
  }
  const ordered: Body = []
  let rest = body
  for (;;) {
    const before = ordered.length
    const left: Body = []
    for (const expr of rest) {
      const last = lookedAt.get(expr)
      const names = mentioned.get(expr) ?? []
      spend(1 + names.length)
      if (last !== undefined && !names.some((name) => (safeSince.get(name) ?? -1) >= last)) {
        left.push(expr)
        continue
      }
      lookedAt.set(expr, ++tick)
      spend(20)
      const outputs = outputVars(expr, arity, safe)
      const needed = unsafe.get(expr) ?? new Set<string>()
      const captured = closed.get(expr) ?? []
      if (captured.length > 0) {
        const bound = outputVarsOfBody(ordered, arity, new Set([...safe].filter((name) => globals.has(name))))
        const missing = captured.filter((name) => !bound.has(name))
        if (missing.length > 0) {
          if (missing.length === outputs.size && missing.every((name) => outputs.has(name))) {
            left.push(expr)
            continue
          }
          for (const name of missing) needed.add(name)
        }
      }
      for (const name of needed) if (outputs.has(name) || safe.has(name)) needed.delete(name)
      if (needed.size > 0) {
        left.push(expr)
        continue
      }
      unsafe.delete(expr)
      ordered.push(expr)
      for (const name of outputs) {
        if (safe.has(name)) continue
        safe.add(name)
        safeSince.set(name, ++tick)
      }
    }
    rest = left
    if (ordered.length === before || rest.length === 0) break
  }
  for (const [expr, names] of unsafe) if (names.size === 0) unsafe.delete(expr)
  orderClosures(ordered, globals, arity, unsafe, spend)
  return { ordered, unsafe }
}

function orderClosures(ordered: Body, globals: ReadonlySet<string>, arity: Arity, unsafe: Unsafe, spend: Spend): void {
  const known = new Set(globals)
  const inside = (expr: Expr, heads: readonly Term[], body: Body): Body => {
    const bound = varsOfBody(body, safetyOptions)
    for (const head of heads) {
      for (const name of varsOfTerm(head)) {
        if (bound.has(name) || known.has(name)) continue
        const names = unsafe.get(expr) ?? new Set<string>()
        names.add(name)
        unsafe.set(expr, names)
      }
    }
    const inner = reorder(body, known, arity, spend)
    if (inner.unsafe.size === 0) return inner.ordered
    for (const [at, names] of inner.unsafe) {
      const merged = unsafe.get(at) ?? new Set<string>()
      for (const name of names) merged.add(name)
      unsafe.set(at, merged)
    }
    return body
  }
  for (const [index, expr] of ordered.entries()) {
    const previous = ordered[index - 1]
    if (previous !== undefined) varsOfExpr(previous, safetyOptions, known)
    walkExpr(expr, {
      expr: (node) => {
        const { every } = node
        if (every === undefined) return false
        varsOfMember(every, known)
        every.body = inside(expr, [], every.body)
        return true
      },
      term: ({ value }) => {
        if (!isComprehension(value)) return false
        value.body = inside(expr, value.key === undefined ? [value.term] : [value.key, value.term], value.body)
        return true
      },
    })
  }
}

function closureVars(expr: Expr): Set<string> {
  const names = new Set<string>()
  closuresOf(expr, (body, term) => {
    if (term === undefined) varsOfBody(body, {}, names)
    else varsOfTerm(term, {}, names)
  })
  return names
}

/** True when something was reported. */
function reportUnsafe(unsafe: Unsafe, rewritten: ReadonlyMap<string, string>, sink: Sink): boolean {
  const places = new Map<string, Loc>()
  for (const [expr, names] of unsafe) {
    for (const name of names) {
      const known = places.get(name)
      if (known === undefined || compareLocs(known, expr.loc) > 0) places.set(name, expr.loc)
    }
  }
  const ordered = [...places].sort(([a, x], [b, y]) => compareLocs(x, y) || (a < b ? -1 : 1))
  let reported = false
  for (const [name, loc] of ordered) {
    const original = rewritten.get(name) ?? name
    if (isGenerated(original)) continue
    const shown = isWildcard(original) ? '_' : original
    const hint = futureKeywords.includes(shown) ? ` (hint: \`import future.keywords.${shown}\` to import a future keyword)` : ''
    sink.report('rego_unsafe_var_error', loc, `var ${shown} is unsafe${hint}`)
    reported = true
  }
  if (reported) return true
  const seen = new Set<string>()
  for (const [expr, names] of [...unsafe].sort(([a], [b]) => compareLocs(a.loc, b.loc))) {
    const before = seen.size
    for (const name of names) if (isGenerated(name)) seen.add(name)
    if (seen.size > before) {
      sink.report('rego_unsafe_var_error', expr.loc, 'expression is unsafe')
      reported = true
    }
  }
  return reported
}

export function compareLocs(a: Loc, b: Loc): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.row - b.row || a.col - b.col
}

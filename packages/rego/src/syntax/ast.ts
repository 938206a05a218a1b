import type { NumberValue } from '../value/value.ts'

/** A place in a source; `offset` and `end` count UTF-16 units. */
export interface Loc {
  readonly file: string
  readonly row: number
  readonly col: number
  readonly offset: number
  readonly end: number
}

/**
 * A term and the place it stands at. The compiler's stages rewrite terms in place, as every part of a body may be
 * reached from several others; the tree is private to one compilation.
 */
export interface Term {
  loc: Loc
  value: TermValue
}

export type TermValue = Scalar | Var | Ref | Call | ArrayNode | ObjectNode | SetNode | Comprehension | Template

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: null | boolean | NumberValue | string
}

export interface Var {
  readonly kind: 'var'
  readonly name: string
}

export interface Ref {
  readonly kind: 'ref'
  terms: Term[]
}

/** The operator first, then the operands. */
export interface Call {
  readonly kind: 'call'
  terms: Term[]
}

export interface ArrayNode {
  readonly kind: 'array'
  items: Term[]
  readonly levels: number
}

export interface SetNode {
  readonly kind: 'set'
  items: Term[]
  readonly levels: number
}

export interface ObjectNode {
  readonly kind: 'object'
  entries: [Term, Term][]
  /**
   * Of a constant, how many collections stand in each other; 0 of any other term. Nothing in a constant is ever
   * rewritten, and no stage looks into it for names: it may be nested deeper than what the stages recurse into.
   */
  readonly levels: number
}

export interface Comprehension {
  readonly kind: 'arraycomprehension' | 'setcomprehension' | 'objectcomprehension'
  /** Only of object comprehensions. */
  key: Term | undefined
  term: Term
  body: Body
}

export interface Template {
  readonly kind: 'templatestring'
  parts: (Term | Expr)[]
}

export type Body = Expr[]

export interface With {
  readonly loc: Loc
  target: Term
  value: Term
}

export interface Every {
  readonly loc: Loc
  key: Term | undefined
  value: Term
  domain: Term
  body: Body
}

/** One literal of a body. */
export interface Expr {
  loc: Loc
  /** `term`: one; `call`: operator and operands; `some`: the symbols; `every`: none. */
  form: 'term' | 'call' | 'some' | 'every'
  terms: Term[]
  every?: Every
  negated: boolean
  withs: With[]
  generated?: boolean
}

export interface Head {
  loc: Loc
  /** Empty for heads with longer references. */
  name: string
  ref: Term[]
  args: Term[] | undefined
  key: Term | undefined
  value: Term | undefined
  assign: boolean
  generatedValue: boolean
  /** `if` and `contains`, where they were written. */
  keywords: readonly ('if' | 'contains')[]
}

export interface Rule {
  loc: Loc
  head: Head
  body: Body
  else: Rule | undefined
  isDefault: boolean
  generatedBody: boolean
  /** {@link noPackage} until the whole module is read. */
  package: Package
  /** `data.…`, the whole path; filled in by the compiler. */
  path: Term[]
}

export interface Package {
  readonly loc: Loc
  readonly path: Term[]
}

export const nowhere: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 }

/** The package of a rule that no module holds yet. */
export const noPackage: Package = { loc: nowhere, path: [] }

/** The head of a rule with nothing but a reference. */
export function makeHead(ref: Term[], loc: Loc = ref[0]?.loc ?? nowhere): Head {
  const [first] = ref
  const name = ref.length < 2 && isVar(first) ? first.value.name : ''
  return { loc, name, ref, args: undefined, key: undefined, value: undefined, assign: false, generatedValue: false, keywords: [] }
}

export interface Import {
  readonly loc: Loc
  readonly path: Term[]
  readonly pathLoc: Loc
  readonly alias: string
}

export interface Comment {
  readonly loc: Loc
  readonly text: string
}

/** How a module was written: v0, v0 with `import rego.v1`, or v1. */
export type Dialect = 'v0' | 'v0v1' | 'v1'

export interface Module {
  readonly file: string
  readonly source: string
  package: Package
  imports: Import[]
  rules: Rule[]
  comments: readonly Comment[]
  dialect: Dialect
}

export type Statement =
  | { readonly type: 'package'; readonly node: Package; readonly loc: Loc }
  | { readonly type: 'import'; readonly node: Import; readonly loc: Loc }
  | { readonly type: 'rule'; readonly node: Rule; readonly loc: Loc }
  | { readonly type: 'body'; readonly node: Body; readonly loc: Loc }

export function scalar(value: Scalar['value'], loc: Loc): Term {
  return { loc, value: { kind: 'scalar', value } }
}

export function variable(name: string, loc: Loc): Term {
  return { loc, value: { kind: 'var', name } }
}

export function listNode(kind: 'array' | 'set', items: Term[]): ArrayNode | SetNode {
  return { kind, items, levels: levelsOf(items) }
}

export function objectNode(entries: [Term, Term][]): ObjectNode {
  return { kind: 'object', entries, levels: levelsOf(entryParts(entries)) }
}

function levelsOf(parts: readonly Term[]): number {
  return parts.every(isConstant) ? 1 + parts.reduce((most, { value }) => Math.max(most, 'levels' in value ? value.levels : 0), 0) : 0
}

export function refTerm(terms: Term[], loc: Loc): Term {
  return { loc, value: { kind: 'ref', terms } }
}

export function callTerm(terms: Term[], loc: Loc): Term {
  return { loc, value: { kind: 'call', terms } }
}

/** A reference to a built-in by its dotted name. */
export function operatorTerm(name: string, loc: Loc): Term {
  const [head = '', ...rest] = name.split('.')
  return refTerm([variable(head, loc), ...rest.map((part) => scalar(part, loc))], loc)
}

export function termExpr(term: Term, loc: Loc): Expr {
  return { loc, form: 'term', terms: [term], negated: false, withs: [] }
}

export function callExpr(terms: Term[], loc: Loc): Expr {
  return { loc, form: 'call', terms, negated: false, withs: [] }
}

export function isVar(term: Term | undefined): term is Term & { value: Var } {
  return term?.value.kind === 'var'
}

export function isRef(term: Term | undefined): term is Term & { value: Ref } {
  return term?.value.kind === 'ref'
}

export function isScalar(term: Term): term is Term & { value: Scalar } {
  return term.value.kind === 'scalar'
}

export function isComprehension(value: TermValue): value is Comprehension {
  return value.kind === 'arraycomprehension' || value.kind === 'setcomprehension' || value.kind === 'objectcomprehension'
}

export function stringOf(term: Term | undefined): string | undefined {
  return term?.value.kind === 'scalar' && typeof term.value.value === 'string' ? term.value.value : undefined
}

export function isWildcard(name: string): boolean {
  return name.startsWith('$')
}

export function isGenerated(name: string): boolean {
  return name.startsWith('__local')
}

/** The dotted name of a call's operator (`json.unmarshal`, `data.a.f`), as it is printed; undefined for other forms. */
export function operatorName(expr: Expr): string | undefined {
  const operator = expr.form === 'call' ? expr.terms[0] : undefined
  return operator === undefined ? undefined : dottedName(operator)
}

/** The name of a reference whose parts are all strings. */
export function dottedName(term: Term): string | undefined {
  if (term.value.kind === 'var') return term.value.name
  if (term.value.kind !== 'ref') return undefined
  const [head, ...rest] = term.value.terms
  if (!isVar(head)) return undefined
  let name = head.value.name
  for (const part of rest) {
    const text = stringOf(part)
    if (text === undefined) return undefined
    name += `.${text}`
  }
  return name
}

export function isEquality(expr: Expr): boolean {
  return operatorName(expr) === 'eq'
}

export function isAssignment(expr: Expr): boolean {
  return operatorName(expr) === 'assign'
}

/** True where neither variable nor reference nor call stands in the term. */
export function isGround(term: Term): boolean {
  const { value } = term
  if (value.kind === 'ref') return value.terms.slice(1).every(isGround)
  const parts = partsOf(value)
  return isConstant(term) || (parts.length > 0 && parts.every(isGround))
}

/** Keys and values in turn. A loop, as `flat` takes far longer, and each stage walks all there is. */
function entryParts(entries: readonly [Term, Term][]): readonly Term[] {
  const parts: Term[] = []
  for (const [key, item] of entries) parts.push(key, item)
  return parts
}

/** The terms that a reference, a call or a collection holds; none of any other term. */
export function partsOf(value: TermValue): readonly Term[] {
  switch (value.kind) {
    case 'ref':
    case 'call':
      return value.terms
    case 'array':
    case 'set':
      return value.items
    case 'object':
      return entryParts(value.entries)
    default:
      return []
  }
}

/** True for terms that stand for one value, whatever the input: scalars and collections of them. */
export function isConstant({ value }: Term): boolean {
  return value.kind === 'scalar' || ('levels' in value && value.levels > 0)
}

/** The part of a reference before its first variable. */
export function groundPrefix(ref: readonly Term[]): Term[] {
  const at = ref.findIndex((term, index) => index > 0 && !isGround(term))
  return at === -1 ? [...ref] : ref.slice(0, at)
}

export function isGroundRef(ref: readonly Term[]): boolean {
  return ref.every((term, index) => index === 0 || isGround(term))
}

/** The index of the first operand that is no constant, or -1. */
export function dynamicIndex(ref: readonly Term[]): number {
  return ref.findIndex((term, index) => index > 0 && !isConstant(term))
}

export type RuleKind = 'single' | 'multi'

export function ruleKind(head: Head): RuleKind {
  return head.value === undefined ? 'multi' : 'single'
}

export type DocKind = 'complete' | 'partialSet' | 'partialObject'

export function docKind(head: Head): DocKind {
  if (head.key !== undefined) return head.value === undefined ? 'partialSet' : 'partialObject'
  return dynamicIndex(head.ref) > 0 ? 'partialObject' : 'complete'
}

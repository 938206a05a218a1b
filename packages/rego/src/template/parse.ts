import { quote } from '../value/format.ts'
import { unquote } from './constant.ts'
import { type Fail, lex, type Token } from './lex.ts'
import type { Command, Constant, Operand, Pipe, Statement, Templates } from './node.ts'

const keywords = new Set(['if', 'else', 'end', 'range', 'with', 'template', 'define', 'block', 'break', 'continue'])
const maxDepth = 200

export interface ParseOptions {
  readonly name: string
  readonly functions: ReadonlySet<string>
  readonly fail: (message: string) => Error
}

const problems = ({ kind, text }: Token): string =>
  kind === 'string' ? 'invalid syntax' : kind === 'char' ? `malformed character constant: ${text}` : `bad number syntax: ${quote(text)}`

interface Body {
  readonly statements: readonly Statement[]
  /** What ended it: `end`, `else`, or nothing at the end of the template. */
  readonly ended: 'end' | 'else' | undefined
}

/** Parses a template of Go's `text/template`. Errors are Go's, with the line. */
export function parseTemplate(source: string, { name, functions, fail }: ParseOptions): Templates {
  const failAt: Fail = (at, message) => fail(`template: ${name}:${source.slice(0, at).split('\n').length}: ${message}`)
  const tokens = lex(source, failAt)
  const templates = new Map<string, readonly Statement[]>()
  let next = 0
  let variables: string[] = ['$']
  let depth = 0
  let loops = 0

  const peek = (): Token | undefined => tokens[next]
  const skipSpace = (): void => {
    while (peek()?.kind === 'space') next++
  }
  const here = (): number => peek()?.at ?? source.length
  const unexpected = (token: Token | undefined, context: string): Error => {
    if (token === undefined) return failAt(source.length, 'unexpected EOF')
    if (token.kind === 'close') return failAt(token.at, `unexpected "}}" in ${context}`)
    return failAt(token.at, `unexpected ${keywords.has(token.text) && token.kind === 'identifier' ? `<${token.text}>` : quote(token.text)} in ${context}`)
  }
  const deeper = <Made>(make: () => Made): Made => {
    if (++depth > maxDepth) throw failAt(here(), 'max expression depth exceeded')
    const made = make()
    depth--
    return made
  }
  /** The source from an offset to the last token taken. */
  const written = (from: number): string => {
    const last = tokens[next - 1]
    return last === undefined ? '' : source.slice(from, last.at + last.text.length).trimEnd()
  }

  const close = (context: string): void => {
    skipSpace()
    const token = peek()
    if (token?.kind !== 'close') throw unexpected(token, context)
    next++
  }

  /** The names of the fields that follow without a space. */
  const fields = (): string[] => {
    const names: string[] = []
    for (let token = peek(); token?.kind === 'field'; token = peek()) {
      names.push(token.text.slice(1))
      next++
    }
    return names
  }

  const constant = (token: Token): Constant => {
    if (token.text === 'true' || token.text === 'false') return token.text === 'true'
    const value = unquote(token)
    if (value === undefined) throw failAt(token.at, problems(token))
    return value
  }

  const term = (): Operand | undefined => {
    const token = peek()
    if (token === undefined) return undefined
    const { at, text } = token
    switch (token.kind) {
      case 'identifier':
        if (keywords.has(text)) return undefined
        next++
        if (text === 'true' || text === 'false') return { kind: 'constant', at, text, value: constant(token) }
        if (text === 'nil') return { kind: 'nil', at, text }
        if (!functions.has(text)) throw failAt(at, `function ${quote(text)} not defined`)
        return { kind: 'function', at, text, name: text }
      case 'dot':
        next++
        return { kind: 'dot', at, text }
      case 'variable':
        next++
        if (!variables.includes(text)) throw failAt(at, `undefined variable ${quote(text)}`)
        return { kind: 'variable', at, text, name: text, names: [] }
      case 'field':
        next++
        return { kind: 'field', at, text, names: [text.slice(1)] }
      case 'string':
      case 'char':
      case 'number':
        next++
        return { kind: 'constant', at, text, value: constant(token) }
      default: {
        if (text !== '(') return undefined
        next++
        const inner = deeper(() => pipeline('parenthesized pipeline', ')'))
        return { kind: 'pipe', at, text: source.slice(at, here()), pipe: inner }
      }
    }
  }

  const operand = (): Operand | undefined => {
    const first = term()
    const token = peek()
    if (first === undefined || token?.kind !== 'field') return first
    const { at } = token
    const names = fields()
    const text = source.slice(first.at, here()).trimEnd()
    switch (first.kind) {
      case 'field':
        return { ...first, at, text, names: [...first.names, ...names] }
      case 'variable':
        return { ...first, at, text, names }
      case 'constant':
      case 'nil':
      case 'dot':
        throw failAt(at, `unexpected . after term ${quote(first.text)}`)
      default:
        return { kind: 'chain', at, text, of: first, names }
    }
  }

  const command = (context: string): Command => {
    const at = here()
    const operands: Operand[] = []
    for (;;) {
      skipSpace()
      const made = operand()
      if (made !== undefined) operands.push(made)
      const token = peek()
      if (token?.kind === 'space') continue
      if (token?.text === '|' && token.kind === 'punctuation') next++
      else if (token?.kind !== 'close' && token?.text !== ')') throw unexpected(token, operands.length === 0 ? context : 'operand')
      break
    }
    const [first, ...rest] = operands
    if (first === undefined) throw failAt(at, 'empty command')
    return { at, text: written(at).replace(/\s*\|$/, ''), operands: [first, ...rest] }
  }

  /** `$x :=`, `$i, $x :=` or `$x =` in front of a pipeline. */
  const declaration = (context: string): { readonly names: string[]; readonly assigns: boolean } => {
    const start = next
    const names: string[] = []
    for (;;) {
      skipSpace()
      const token = peek()
      if (token?.kind !== 'variable') break
      next++
      skipSpace()
      const after = peek()?.text
      if (after === ':=' || after === '=') {
        next++
        return { names: [...names, token.text], assigns: after === '=' }
      }
      if (after !== ',') break
      names.push(token.text)
      next++
      if (context !== 'range' || names.length > 1) throw failAt(token.at, `too many declarations in ${context}`)
    }
    next = start
    return { names: [], assigns: false }
  }

  const pipeline = (context: string, end: '}}' | ')'): Pipe => {
    skipSpace()
    const at = here()
    const { names, assigns } = declaration(context)
    if (assigns) {
      for (const used of names) if (!variables.includes(used)) throw failAt(at, `undefined variable ${quote(used)}`)
    }
    skipSpace()
    const commands: Command[] = []
    for (;;) {
      skipSpace()
      const token = peek()
      if (token === undefined) throw failAt(source.length, 'unclosed action')
      if (token.text === end && token.kind !== 'string') break
      commands.push(command(context))
    }
    const text = source.slice(at, here()).trimEnd()
    next++
    if (commands.length === 0) throw failAt(at, `missing value for ${context}`)
    for (const [stage, { operands }] of commands.entries()) {
      const { kind } = operands[0]
      if (stage > 0 && (kind === 'constant' || kind === 'dot' || kind === 'nil')) {
        throw failAt(at, `non executable command in pipeline stage ${stage + 1}`)
      }
    }
    if (!assigns) variables.push(...names)
    return { at, text, variables: names, assigns, commands }
  }

  const control = (kind: 'if' | 'with' | 'range', at: number): Statement =>
    deeper(() => {
      const outer = variables.length
      const pipe = pipeline(kind, '}}')
      if (kind === 'range') loops++
      const { statements, ended } = body()
      if (kind === 'range') loops--
      let otherwise: readonly Statement[] | undefined
      if (ended === 'else') {
        skipSpace()
        const chained = peek()
        if (kind !== 'range' && chained?.kind === 'identifier' && chained.text === kind) {
          next++
          otherwise = [control(kind, at)]
        } else {
          close('else')
          const rest = body()
          if (rest.ended !== 'end') throw failAt(here(), rest.ended === undefined ? 'unexpected EOF' : 'expected end; found {{else}}')
          otherwise = rest.statements
        }
      } else if (ended === undefined) throw failAt(source.length, 'unexpected EOF')
      variables.length = outer
      return { kind, at, text: source.slice(at, here()), pipe, body: statements, otherwise }
    })

  const templateName = (context: string): string => {
    skipSpace()
    const token = peek()
    const value = token?.kind === 'string' ? unquote(token) : undefined
    if (typeof value !== 'string') throw unexpected(token, context)
    next++
    return value
  }

  const definition = (at: number): void => {
    const context = 'define clause'
    const defined = templateName(context)
    const saved = variables
    const savedLoops = loops
    close(context)
    variables = ['$']
    loops = 0
    const { statements, ended } = deeper(body)
    variables = saved
    loops = savedLoops
    if (ended !== 'end') throw failAt(ended === undefined ? source.length : at, ended === undefined ? 'unexpected EOF' : `unexpected {{else}} in ${context}`)
    templates.set(defined, statements)
  }

  const statement = (token: Token): Statement | 'end' | 'else' | undefined => {
    const { at } = token
    const start = next
    skipSpace()
    const word = peek()
    const keyword = word?.kind === 'identifier' && keywords.has(word.text) ? word.text : undefined
    if (keyword === undefined || (keyword === 'define' && depth > 0)) {
      next = start
      const pipe = pipeline('command', '}}')
      return { kind: 'action', at, text: pipe.text, pipe }
    }
    next++
    switch (keyword) {
      case 'end':
        close('end')
        return 'end'
      case 'else':
        return 'else'
      case 'if':
      case 'with':
      case 'range':
        return control(keyword, at)
      case 'break':
      case 'continue':
        skipSpace()
        if (peek()?.kind !== 'close') throw unexpected(peek(), `{{${keyword}}}`)
        if (loops === 0) throw failAt(at, `{{${keyword}}} outside {{range}}`)
        next++
        return { kind: keyword, at, text: `{{${keyword}}}` }
      case 'define':
        definition(at)
        return undefined
      case 'template': {
        const called = templateName('template clause')
        const nameAt = tokens[next - 1]?.at ?? at
        skipSpace()
        const pipe = peek()?.kind === 'close' ? undefined : pipeline('template clause', '}}')
        if (pipe === undefined) next++
        return { kind: 'template', at: nameAt, text: `{{template ${quote(called)}${pipe === undefined ? '' : ` ${pipe.text}`}}}`, name: called, pipe }
      }
      default: {
        // {{block "name" pipeline}} defines a template and runs it at once.
        const called = templateName('block clause')
        const nameAt = tokens[next - 1]?.at ?? at
        const pipe = pipeline('block clause', '}}')
        const saved = variables
        variables = ['$']
        const { statements, ended } = deeper(body)
        variables = saved
        if (ended !== 'end') throw failAt(source.length, 'unexpected EOF')
        templates.set(called, statements)
        return { kind: 'template', at: nameAt, text: `{{template ${quote(called)} ${pipe.text}}}`, name: called, pipe }
      }
    }
  }

  const body = (): Body => {
    const statements: Statement[] = []
    const outer = variables.length
    for (let token = peek(); token !== undefined; token = peek()) {
      next++
      if (token.kind === 'text') {
        statements.push({ kind: 'text', at: token.at, text: token.text, value: token.text })
        continue
      }
      const made = statement(token)
      if (made === 'end' || made === 'else') {
        variables.length = outer
        return { statements, ended: made }
      }
      if (made !== undefined) statements.push(made)
    }
    return { statements, ended: undefined }
  }

  const { statements, ended } = body()
  if (ended !== undefined) throw failAt(tokens[next - 1]?.at ?? 0, `unexpected {{${ended}}}`)
  templates.set(name, statements)
  return templates
}

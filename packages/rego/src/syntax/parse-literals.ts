import { rethrowExhaustion } from '../guarded.ts'
import { numberFromText } from '../value/number.ts'
import { parseDecimal } from '../value/decimal.ts'
import { wellFormed } from '../value/strings.ts'
import { isAssignment, isEquality, isScalar, scalar, variable, type Expr, type Term } from './ast.ts'
import { Cursor } from './cursor.ts'

/** Numbers, strings, template strings and variables. */
export abstract class LiteralParser extends Cursor {
  /** One literal of a body: what stands between the braces of a template string. */
  protected abstract literal(): Expr | undefined

  protected number(): Term | undefined {
    const { loc } = this.s
    let prefix = ''
    if (this.is('minus')) {
      prefix = '-'
      this.scan()
      if (!this.is('number') && !this.is('.')) return this.illegal('expected number')
    }
    if (this.is('.')) {
      prefix += '.'
      this.scan()
      if (!this.is('number')) return this.illegal('expected number')
    }
    const { text } = this.s
    const whole = prefix + text
    const value = numberFromText(whole)
    const number = scalar(value, { ...loc, end: this.s.tokenEnd })
    // What JavaScript writes in the same way needs no other look.
    if (typeof value === 'number') return number
    if (!prefix.endsWith('.') && /^0([^.eE]|[eE]$)/.test(text)) return this.illegal('expected number without leading zero')
    if (!/^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(whole)) return this.illegal('invalid float')
    const { digits, exponent } = parseDecimal(whole)
    // OPA limits the binary exponent to ±100,000.
    const binary = (digits.length + exponent) * 3.321928
    if (digits !== '0' && Math.abs(binary) > 100_002) {
      this.error(this.s.loc, 'number too big')
      return undefined
    }
    return number
  }

  protected string(): Term | undefined {
    const { text, loc } = this.s
    const inner = text.slice(1, -1)
    if (text.startsWith('`')) return scalar(text.length < 2 ? '' : inner, loc)
    if (!inner.includes('\\')) return scalar(inner, loc)
    const value = unescape(text)
    if (value !== undefined) return scalar(value, loc)
    this.error(loc, `illegal string literal: ${text}`)
    return undefined
  }

  protected template(raw: boolean): Term | undefined {
    const { loc } = this.s
    if (!this.options.templateStrings) {
      this.error(loc, 'template strings are not supported by current capabilities')
      return undefined
    }
    const parts: (Term | Expr)[] = []
    for (;;) {
      if (!this.s.kind.includes('template-string')) {
        this.error(this.s.loc, 'expected template-string part')
        return undefined
      }
      const text = raw ? this.s.text : unescape(`"${this.s.text}"`)
      if (text === undefined) {
        this.error(this.s.loc, `illegal template-string part: ${this.s.text}`)
        return undefined
      }
      if (text.length > 0) parts.push(scalar(text, this.s.loc))
      if (this.is('template-string-end') || this.is('raw-template-string-end')) break
      const commentsBefore = this.tokens.commentCounts[this.s.at]
      this.scan()
      const commentsAfter = this.tokens.commentCounts[this.s.at]
      const expr = this.literal()
      if (expr === undefined) {
        this.error(this.s.loc, 'invalid template-string expression')
        return undefined
      }
      const problem = templateProblem(expr)
      if (problem !== undefined) {
        this.error(expr.loc, `unexpected ${problem} in template-string expression`)
        return undefined
      }
      const only = expr.form === 'term' ? expr.terms[0] : undefined
      parts.push(only !== undefined && isScalar(only) && expr.withs.length === 0 && commentsBefore === commentsAfter ? only : expr)
      if (!this.is('}')) {
        this.error(this.s.loc, 'expected } to end template string expression')
        return undefined
      }
      this.scanRaw()
    }
    return { loc: { ...loc, end: this.s.tokenEnd }, value: { kind: 'templatestring', parts } }
  }

  protected variable(): Term {
    const { text, loc } = this.s
    return variable(text === '_' ? this.nextWildcard() : text, loc)
  }

  protected nextWildcard(): string {
    return `$${this.s.wildcard++}`
  }
}

function templateProblem(expr: Expr): string | undefined {
  if (expr.negated) return "negation ('not')"
  if (isEquality(expr)) return "unification ('=')"
  if (isAssignment(expr)) return "assignment (':=')"
  if (expr.form === 'every') return "'every'"
  return expr.form === 'some' ? "'some'" : undefined
}

function unescape(text: string): string | undefined {
  if (!text.includes('\\')) return text.slice(1, -1)
  try {
    // Go decodes what JSON calls a string, except that it lets raw control characters of no harm pass not either.
    return wellFormed(JSON.parse(text) as string)
  } catch (error) {
    rethrowExhaustion(error)
    return undefined
  }
}

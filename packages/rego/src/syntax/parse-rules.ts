import { isGround, isGroundRef, isRef, isVar, isWildcard, makeHead, noPackage, scalar, termExpr, type Head, type Loc, type Rule } from './ast.ts'
import { copyExpr, copyTerm } from './copy.ts'
import { defaultProblems } from './default-rule.ts'
import { BodyParser } from './parse-bodies.ts'
import { printRef } from './print.ts'

/** Rules: heads, bodies, `else` and `default`. */
export abstract class RuleParser extends BodyParser {
  protected rules(): Rule[] | undefined {
    const { loc } = this.s
    this.keywordAsRef()
    let isDefault = false
    if (this.is('default')) {
      this.scan()
      isDefault = true
      this.keywordAsRef()
    }
    if (!this.is('identifier')) return undefined
    const parsed = this.head(isDefault)
    if (parsed === undefined) return undefined
    const { head, usesContains } = parsed
    const rule: Rule = { loc, head, body: [], else: undefined, isDefault, generatedBody: false, package: noPackage, path: [] }
    if (usesContains) head.keywords = [...head.keywords, 'contains']
    if (isDefault) {
      const problems = defaultProblems(head)
      for (const problem of problems) this.error(loc, problem)
      if (problems.length > 0) return undefined
      rule.body = [termExpr(scalar(true, loc), loc)]
      return [rule]
    }
    const hasIf = this.is('if')
    const key = head.ref[1]
    if (hasIf && !usesContains && head.ref.length === 2 && key !== undefined) {
      // `p[x] if …` is an object, not a set.
      if ((!isGround(key) || isRef(key)) && head.args === undefined) head.key = key
      if (head.value === undefined) {
        head.generatedValue = true
        head.value = scalar(true, head.loc)
      } else {
        const name = head.ref[0]
        if (!isVar(name)) return undefined
        head.name = name.value.name
      }
    }
    if (!hasIf && !usesContains && head.args === undefined && head.ref.length === 2) {
      const name = head.ref[0]
      if (!isVar(name)) return undefined
      head.name = name.value.name
      head.key = key
      if (head.value === undefined) head.ref = head.ref.slice(0, 1)
    }
    if (hasIf || this.is('{')) {
      if (!this.ruleBody(rule, hasIf)) return undefined
    } else if (usesContains) {
      rule.body = [termExpr(scalar(true, loc), loc)]
      rule.generatedBody = true
      rule.loc = head.loc
      return [rule]
    } else return undefined
    if (this.is('else') && !this.keywordAsRef()) {
      if (head.ref.length > 1 && !isGroundRef(head.ref)) {
        this.error(this.s.loc, 'else keyword cannot be used on rules with variables in head')
        return undefined
      }
      if (head.key !== undefined) {
        this.error(this.s.loc, 'else keyword cannot be used on multi-value rules')
        return undefined
      }
      rule.else = this.else(head)
      if (rule.else === undefined) return undefined
    }
    rule.loc = { ...rule.loc, end: this.s.lastEnd }
    return this.furtherBodies(rule)
  }

  protected ruleBody(rule: Rule, hasIf: boolean): boolean {
    if (hasIf) {
      rule.head.keywords = [...rule.head.keywords, 'if']
      this.scan()
      const before = this.save()
      const literal = this.literal()
      // A set literal is never false, so that braces here are a body.
      if (literal !== undefined && !(literal.form === 'term' && literal.terms[0]?.value.kind === 'set')) {
        rule.body = [literal]
        return true
      }
      this.s = before
    }
    this.scan()
    const body = this.body('}')
    if (body === undefined) return false
    rule.body = body
    this.scan()
    return true
  }

  /** `p { A } { B }`: one rule for each body. */
  protected furtherBodies(first: Rule): Rule[] | undefined {
    const rules = [first]
    while (this.is('{')) {
      if (first.else !== undefined) {
        this.error(this.s.loc, 'expected else keyword')
        return undefined
      }
      const { loc } = this.s
      this.scan()
      const body = this.body('}')
      if (body === undefined) return undefined
      this.scan()
      const at = { ...loc, end: this.s.lastEnd }
      rules.push({ ...first, loc: at, body, head: this.copyHead(first.head, at) })
    }
    return rules
  }

  protected copyHead(head: Head, loc: Loc): Head {
    const copy: Head = {
      ...head,
      loc,
      ref: head.ref.map((term) => copyTerm(term, loc)),
      args: head.args?.map((arg) => copyTerm(arg, loc)),
      key: head.key === undefined ? undefined : copyTerm(head.key, loc),
      value: head.value === undefined ? undefined : copyTerm(head.value, loc),
    }
    this.freshWildcards(copy)
    return copy
  }

  protected freshWildcards(head: Head): void {
    for (const arg of head.args ?? []) if (isVar(arg) && isWildcard(arg.value.name)) arg.value = { kind: 'var', name: this.nextWildcard() }
  }

  protected else(outer: Head): Rule | undefined {
    const { loc } = this.s
    const head: Head = { ...this.copyElseHead(outer), loc, generatedValue: false }
    const rule: Rule = { loc, head, body: [], else: undefined, isDefault: false, generatedBody: false, package: noPackage, path: [] }
    this.scan()
    if (this.is('{') || this.is('if')) {
      head.generatedValue = true
      head.value = scalar(true, loc)
    } else if (this.is('assign') || this.is('eq')) {
      head.assign = this.is('assign')
      this.scan()
      head.value = this.infix()
      if (head.value === undefined) return undefined
      head.loc = { ...head.loc, end: this.s.lastEnd }
    } else return this.illegal('expected else value term or rule body')
    const hasIf = this.is('if')
    if (!hasIf && !this.is('{')) {
      rule.body = [termExpr(scalar(true, loc), loc)]
      rule.generatedBody = true
      rule.loc = { ...loc, end: this.s.lastEnd }
      return rule
    }
    if (hasIf) {
      head.keywords = [...head.keywords, 'if']
      this.scan()
    }
    if (this.is('{')) {
      this.scan()
      const body = this.body('}')
      if (body === undefined) return undefined
      rule.body = body
      this.scan()
    } else if (this.is('eof')) return this.illegal('rule body expected')
    else {
      const literal = this.literal()
      if (literal === undefined) return undefined
      rule.body = [copyExpr(literal, loc)]
    }
    if (this.is('else')) {
      rule.else = this.else(outer)
      if (rule.else === undefined) return undefined
    }
    rule.loc = { ...loc, end: this.s.lastEnd }
    return rule
  }

  protected copyElseHead(head: Head): Head {
    const copy: Head = {
      ...head,
      ref: head.ref.map((term) => copyTerm(term)),
      args: head.args?.map((arg) => copyTerm(arg)),
      key: head.key === undefined ? undefined : copyTerm(head.key),
      value: undefined,
      keywords: [],
    }
    this.freshWildcards(copy)
    return copy
  }

  protected head(isDefault: boolean): { readonly head: Head; readonly usesContains: boolean } | undefined {
    const { loc } = this.s
    const start = this.variable()
    const term = this.headFinish(start)
    if (term === undefined) return this.illegal('expected rule head name')
    let head: Head
    if (isVar(term)) head = makeHead([term])
    else if (isRef(term)) head = makeHead(term.value.terms)
    else if (term.value.kind === 'call') {
      const [operator, ...args] = term.value.terms
      if (operator === undefined) return undefined
      const ref = isRef(operator) ? operator.value.terms : [operator]
      if (!isVar(ref[0])) return this.illegal(`rule head ref ${printRef(ref)} invalid`)
      head = { ...makeHead(ref), args }
    } else return undefined
    const name = printRef(head.ref)
    const finish = (): void => {
      head.loc = { ...loc, end: this.s.lastEnd }
    }
    if (this.is('contains')) {
      if (head.args !== undefined) this.illegal(`the contains keyword can only be used with multi-value rule definitions (e.g., ${name} contains <VALUE> { ... })`)
      this.scan()
      head.key = this.infix()
      if (head.key === undefined) this.illegal(`expected rule key term (e.g., ${name} contains <VALUE> { ... })`)
      finish()
      return { head, usesContains: true }
    }
    if (this.is('eq')) {
      this.scan()
      head.value = this.infix()
      if (head.value === undefined) this.illegal(`expected rule value term (e.g., ${name}[<nil>] = <VALUE> { ... })`)
    } else if (this.is('assign')) {
      this.scan()
      head.assign = true
      head.value = this.infix()
      if (head.value === undefined) {
        if (head.args !== undefined && head.args.length > 0) this.illegal(`expected function value term (e.g., ${name}(...) := <VALUE> { ... })`)
        else if (isDefault) this.illegal(`expected default rule value term (e.g., default ${name} := <VALUE>)`)
        else this.illegal(`expected rule value term (e.g., ${name} := <VALUE> { ... })`)
      }
    }
    if (head.value === undefined && head.key === undefined && (head.ref.length !== 2 || (head.args?.length ?? 0) > 0)) {
      head.generatedValue = true
      head.value = scalar(true, head.loc)
    }
    finish()
    return { head, usesContains: false }
  }
}

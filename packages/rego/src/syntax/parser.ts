import { isRef, isVar, scalar, stringOf, variable, type Comment, type Import, type Package, type Statement, type Term } from './ast.ts'
import type { ParserOptions } from './cursor.ts'
import type { Diagnostic } from './diagnostic.ts'
import { checkTermDepth } from './depth.ts'
import { futureKeywords, keywords, keywordsV1 } from './keywords.ts'
import { RuleParser } from './parse-rules.ts'
import { kindName, printRef, printTerm } from './print.ts'
import { scan } from './scanner.ts'

export interface ParseResult {
  readonly statements: readonly Statement[]
  readonly comments: readonly Comment[]
  readonly errors: readonly Diagnostic[]
}

/**
 * Reads the statements of a source. Errors come in the order they are met; what was read before them is kept.
 *
 * @throws RegoError `ERR_LIMIT_DEPTH` where terms are nested too deeply.
 */
export function parse(source: string, options: ParserOptions): ParseResult {
  const result = new Parser(scan(source, options.file), options).statements()
  if (result.errors.length === 0) result.statements.forEach(checkTermDepth)
  return result
}

/** Packages, imports, and the statements of a source in turn. */
class Parser extends RuleParser {
  statements(): ParseResult {
    const statements: Statement[] = []
    this.scan()
    while (!this.is('eof')) {
      const start = this.save()
      const pkg = this.package()
      if (pkg !== undefined) {
        statements.push({ type: 'package', node: pkg, loc: pkg.loc })
        continue
      }
      if (this.s.errors.length > 0) break
      this.s = { ...start }
      const imported = this.import()
      if (imported !== undefined) {
        const root = imported.path[0]
        if (isVar(root) && root.value.name === 'rego') this.regoImport(imported)
        if (isVar(root) && root.value.name === 'future') this.futureImport(imported)
        statements.push({ type: 'import', node: imported, loc: imported.loc })
        continue
      }
      if (this.s.errors.length > 0) break
      this.s = { ...start }
      if (this.options.skipRules !== true) {
        const rules = this.rules()
        if (rules !== undefined) {
          for (const rule of rules) statements.push({ type: 'rule', node: rule, loc: rule.loc })
          continue
        }
        if (this.s.errors.length > 0) break
        this.s = { ...start }
      }
      const body = this.query(true, 'eof')
      if (body === undefined) break
      statements.push({ type: 'body', node: body, loc: body[0]?.loc ?? start.loc })
    }
    return { statements, comments: this.tokens.comments, errors: this.s.errors }
  }

  private package(): Package | undefined {
    if (!this.is('package')) return undefined
    const { loc } = this.s
    this.scanRaw()
    if (this.is('.') || this.is('[')) return undefined
    if (this.is('whitespace')) this.scan()
    if (!this.identifierOrKeyword()) return this.illegal()
    const term = this.term()
    if (term === undefined) {
      if (this.s.errors.length === 0) this.error(this.s.loc, 'expected path')
      return undefined
    }
    if (isVar(term)) return { loc, path: [variable('data', term.loc), scalar(term.value.name, term.loc)] }
    if (!isRef(term)) return this.illegal()
    const [head, ...rest] = term.value.terms
    if (!isVar(head)) {
      if (head !== undefined) this.error(head.loc, `unexpected ${kindName(head)} token: expecting var`)
      return undefined
    }
    for (const part of rest) {
      if (stringOf(part) !== undefined) continue
      this.error(part.loc, `unexpected ${kindName(part)} token: expecting string`)
      return undefined
    }
    return { loc, path: [variable('data', head.loc), scalar(head.value.name, head.loc), ...rest] }
  }

  private import(): Import | undefined {
    if (!this.is('import')) return undefined
    const { loc } = this.s
    this.scanRaw()
    if (this.is('.') || this.is('[')) return undefined
    if (this.is('whitespace')) this.scan()
    if (!this.identifierOrKeyword()) return this.illegal()
    // The path may name keywords that are active already: `import future.keywords.in`.
    const { active } = this.s
    const outer = this.cache
    this.s.active = new Set([...active].filter((word) => !futureKeywords.includes(word)))
    this.cache = new Map()
    const term = this.term()
    this.s.active = active
    this.cache = outer
    // The token behind the path was read without those keywords.
    let path: Term[] | undefined
    if (term !== undefined && isVar(term)) path = [term]
    else if (term !== undefined && isRef(term)) {
      for (const part of term.value.terms.slice(1)) {
        if (stringOf(part) !== undefined) continue
        this.error(part.loc, `unexpected ${kindName(part)} token: expecting string`)
        return undefined
      }
      path = term.value.terms
    }
    if (path === undefined || term === undefined) {
      this.error(this.s.loc, 'expected path')
      return undefined
    }
    const root = path[0]
    const rootName = isVar(root) ? root.value.name : ''
    if (!['data', 'input', 'future', 'rego'].includes(rootName)) {
      this.hint('if this is unexpected, try updating OPA')
      this.error(term.loc, `unexpected import path, must begin with one of: {data, future, input, rego}, got: ${root === undefined ? '' : printTerm(root)}`)
      return undefined
    }
    if (this.is('as')) {
      this.scan()
      if (!this.is('identifier')) return this.illegal('expected var')
      const alias = this.term()
      if (alias !== undefined && isVar(alias)) return { loc, path, pathLoc: term.loc, alias: alias.value.name }
      return this.illegal('expected var')
    }
    const last = path.at(-1)
    const lastName = last === undefined ? undefined : isVar(last) ? last.value.name : stringOf(last)
    if (last !== undefined && lastName !== undefined && (path.length === 1 || rootName !== 'future')) {
      if ((this.options.version === 'v1' ? keywordsV1 : keywords).has(lastName)) {
        this.error(last.loc, `unexpected import path, must not end with a keyword, got: ${lastName}`)
        this.hint('import a different path or use an alias')
      }
    }
    return { loc, path, pathLoc: term.loc, alias: '' }
  }

  private regoImport(node: Import): void {
    if (node.path.length !== 2 || stringOf(node.path[1]) !== 'v1') {
      this.error(node.pathLoc, `invalid import \`${printRef(node.path)}\`, must be \`rego.v1\``)
      return
    }
    if (this.options.version === 'v1') return
    if (node.alias !== '') {
      this.error(node.pathLoc, '`rego` imports cannot be aliased')
      return
    }
    this.s.active = new Set([...this.s.active, ...futureKeywords])
  }

  private futureImport(node: Import): void {
    if (node.path.length === 1 || stringOf(node.path[1]) !== 'keywords') {
      this.error(node.pathLoc, 'invalid import, must be `future.keywords`')
      return
    }
    if (node.alias !== '') {
      this.error(node.pathLoc, '`future` imports cannot be aliased')
      return
    }
    let words = futureKeywords
    if (node.path.length === 3) {
      const word = stringOf(node.path[2]) ?? ''
      if (!futureKeywords.includes(word)) {
        this.error(node.pathLoc, `unexpected keyword, must be one of [${futureKeywords.join(' ')}]`)
        return
      }
      words = word === 'every' ? ['every', 'in'] : [word]
    }
    this.s.active = new Set([...this.s.active, ...words])
  }
}

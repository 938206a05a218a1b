import { globalsOf, packageRules, resolveBody, type Globals } from '../compile/resolve.ts'
import { RegoCompileError } from '../errors.ts'
import { guarded } from '../guarded.ts'
import { defaultCompileLimits } from '../limits.ts'
import type { ModuleSource } from '../program.ts'
import { isRef, isVar, type Body, type Import, type Module, type Statement, type Term } from '../syntax/ast.ts'
import { parseModule } from '../syntax/module.ts'
import { parse } from '../syntax/parser.ts'
import { printRef } from '../syntax/print.ts'
import { toPublicDiagnostic } from '../syntax/public-diagnostic.ts'
import { walkBody } from '../syntax/walk.ts'
import { CommandError } from './host.ts'

/** What `--package` and `--import` say. */
export interface QueryScope {
  readonly package: string | undefined
  readonly imports: readonly string[]
}

/** A query that means the same wherever it is asked. */
export interface ScopedQuery {
  readonly text: string
  /** The offset in the query as it was given. */
  readonly originalOffset: (offset: number) => number
}

interface Edit {
  readonly at: number
  readonly before: string
  readonly after: string
}

/** Spells out the names that a package or imports give a meaning to, and leaves all else where it is. */
export function scopeQuery(query: string, scope: QueryScope, modules: readonly (ModuleSource & { readonly source: string })[], version: 'v0' | 'v1'): ScopedQuery {
  const edits = guarded(() => {
    const globals = globalsIn(scope, modules, version)
    return globals.size === 0 ? [] : editsOf(query, globals)
  })
  let text = ''
  let done = 0
  for (const { at, before, after } of edits) {
    text += query.slice(done, at) + after
    done = at + before.length
  }
  return { text: text + query.slice(done), originalOffset: (offset) => originalOffset(edits, offset) }
}

/** The statements of a text that is no module. */
export function readStatements(text: string): readonly Statement[] {
  const { statements, errors } = parse(text, { file: '', version: 'v1', templateStrings: true, maxDepth: defaultCompileLimits.depth, skipRules: true })
  if (errors.length > 0) throw new RegoCompileError(errors.map(toPublicDiagnostic))
  return statements
}

function globalsIn(scope: QueryScope, sources: readonly (ModuleSource & { readonly source: string })[], version: 'v0' | 'v1'): Globals {
  const imports = scope.imports.map(importOf)
  if (scope.package === undefined) return globalsOf([], [], imports)
  const path = packageOf(scope.package)
  const modules = sources.flatMap(({ name, source }): readonly Module[] => {
    const { module } = parseModule(source, { file: name, version, templateStrings: version === 'v1', maxDepth: defaultCompileLimits.depth })
    return module === undefined ? [] : [module]
  })
  return globalsOf(path, packageRules(modules).get(printRef(path)) ?? [], imports)
}

function packageOf(text: string): readonly Term[] {
  const [statement, ...more] = readStatements(`package ${text}`)
  if (statement?.type !== 'package' || more.length > 0) throw new CommandError(`expected a package after --package, found ${text}`)
  return statement.node.path
}

function importOf(text: string): Import {
  const [statement, ...more] = readStatements(`import ${text}`)
  if (statement?.type !== 'import' || more.length > 0) throw new CommandError(`expected an import after --import, found ${text}`)
  return statement.node
}

/** A reference that begins where another name stands in the text was put there by the resolver. */
function editsOf(query: string, globals: Globals): readonly Edit[] {
  const edits: Edit[] = []
  const body: Body = readStatements(query).flatMap((statement) => (statement.type === 'body' ? statement.node : []))
  walkBody(resolveBody(globals, body), {
    term: (term) => {
      if (!isRef(term)) return
      const [head] = term.value.terms
      if (!isVar(head)) return
      const before = /^\w+/.exec(query.slice(head.loc.offset))?.[0] ?? ''
      const global = globals.get(before)
      if (global !== undefined && head.value.name !== before) edits.push({ at: head.loc.offset, before, after: printRef(global.ref) })
    },
  })
  return edits.sort((a, b) => a.at - b.at).filter(({ at }, i, all) => all[i - 1]?.at !== at)
}

function originalOffset(edits: readonly Edit[], offset: number): number {
  let shift = 0
  for (const { at, before, after } of edits) {
    if (offset < at + shift) break
    if (offset < at + shift + after.length) return at
    shift += after.length - before.length
  }
  return offset - shift
}

import type { Builtin } from '../builtins/builtin.ts'
import type { Module } from '../syntax/ast.ts'
import type { Sink } from './sink.ts'

/** A built-in whose calls are replaced while a policy is compiled. */
export interface RewritingBuiltin extends Builtin {
  readonly rewriteCalls: (modules: readonly Module[], sink: Sink) => void
}

export function isRewriting(builtin: Builtin): builtin is RewritingBuiltin {
  return 'rewriteCalls' in builtin
}

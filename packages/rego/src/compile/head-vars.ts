import { isScalar, type Head, type Term } from '../syntax/ast.ts'

/** True unless the head holds nothing but scalars. */
export function headMayHaveVars(head: Head): boolean {
  const simple = (term: Term | undefined): boolean => term === undefined || isScalar(term)
  return !((head.args ?? []).every(simple) && simple(head.key) && simple(head.value) && head.ref.slice(1).every(simple))
}

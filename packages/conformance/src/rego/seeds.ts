import { compile, RegoError } from '@cilock/rego'
import type { Line } from './line.ts'

const empty = compile([])

/** A seed of OPA's parser fuzzing, read as a module, in a package, as a body and as a query: a program or a coded error. */
export function seedProblem(line: Line): string | undefined {
  const statement = line.text('statement') ?? ''
  const ways: Readonly<Record<string, () => unknown>> = {
    'a module': () => compile([{ name: 'a.rego', source: statement }]),
    'a v1 module': () => compile([{ name: 'a.rego', source: `package a\n${statement}` }], { version: 'v1' }),
    'a body': () => compile([{ name: 'a.rego', source: `package a\np { ${statement} }` }]),
    'a query': () => empty.query(statement, { limits: { steps: 100_000 } }),
  }
  for (const [way, run] of Object.entries(ways)) {
    try {
      run()
    } catch (error) {
      const isCoded = RegoError.is(error) || (error instanceof TypeError && error.message.startsWith('expected a query'))
      if (!isCoded) return `as ${way}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
  }
  return undefined
}

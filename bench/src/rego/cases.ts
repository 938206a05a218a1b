import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vectors } from '@cilock/vectors'

/** One policy with one input, and what OPA made of it when the pack was recorded. */
export interface BenchCase {
  readonly id: string
  readonly input: string
  readonly query: string
  readonly policy: string
  readonly inputText: string
  /** JSON; undefined where the query has no value. */
  readonly expected: string | undefined
}

interface CaseFile {
  readonly query: string
  readonly inputs: readonly { readonly name: string; readonly defined: boolean; readonly result?: unknown }[]
}

interface Generators {
  readonly inputs: Readonly<Record<string, Readonly<Record<string, () => unknown>>>>
  readonly render: (value: unknown) => string
}

/** The pinned pack, or undefined where it is absent. Large inputs come from the pack's own generator. */
export async function readBenchCases(only?: readonly string[]): Promise<readonly BenchCase[] | undefined> {
  const folder = vectors('golden/bench/rego')
  if (folder === undefined) return undefined
  const { inputs, render } = (await import(pathToFileURL(join(folder, 'gen.mjs')).href)) as Generators
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, 'case.json')) && (only === undefined || only.includes(id)))
    .sort()
    .flatMap((id) => {
      const file = JSON.parse(readFileSync(join(folder, id, 'case.json'), 'utf8')) as CaseFile
      const policy = readFileSync(join(folder, id, 'policy.rego'), 'utf8')
      return file.inputs.map(({ name, defined, result }) => {
        const stored = join(folder, id, `${name}.json`)
        const inputText = existsSync(stored) ? readFileSync(stored, 'utf8') : render(inputs[id]?.[name]?.())
        return { id, input: name, query: file.query, policy, inputText, expected: defined ? JSON.stringify(result) : undefined }
      })
    })
}

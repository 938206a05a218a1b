import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failed, passed, type Suite } from '../case.ts'
import { casesIn } from './cases.ts'

/** OPA's evaluation suite, recordings in its form, diagnostics and parser seeds: files of JSON Lines, or folders of them. */
export const regoSuite: Suite = async (path) =>
  filesIn(path).flatMap((file) => {
    const readInput = (name: string): string => readFileSync(join(dirname(file), name), 'utf8')
    return casesIn(file, readFileSync(file, 'utf8'), readInput).map(({ id, kind, problem }) => ({
      id,
      kind,
      run: async () => {
        const found = problem()
        return found === undefined ? passed : failed(found)
      },
    }))
  })

/** Every file of JSON Lines below a folder, in order; or the file itself. */
function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(path, name))
}

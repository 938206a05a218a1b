import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A JSON text and what Go makes of it: its bytes after decoding and encoding again, null where it refuses. */
export type GoCase = readonly [kind: GoKind, input: string, output: string | null]
export type GoKind = 'any' | 'exact' | 'struct' | 'time'

/** The recorded answers, one JSON array a line. `generate-golden.ts` makes them. */
export const goldenFile: string = join(import.meta.dirname, 'go-golden.jsonl')

export function readGolden(): readonly GoCase[] {
  return readFileSync(goldenFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoCase)
}

/** Whether this machine can ask Go itself. */
export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Asks Go. Compiles the little program in `go-oracle/`, which uses the standard library alone. */
export function askGo(questions: readonly (readonly [GoKind, string])[]): readonly GoCase[] {
  const folder = mkdtempSync(join(tmpdir(), 'cilock-go-'))
  try {
    const program = join(folder, 'oracle')
    execFileSync('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'go-oracle'), stdio: 'pipe' })
    const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
    const answers = execFileSync(program, { input, maxBuffer: 2 ** 28 }).toString('utf8').trimEnd().split('\n')
    return questions.map(([kind, text], index) => [kind, text, JSON.parse(answers[index] ?? '') as string | null])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

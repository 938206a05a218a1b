import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One run of cosign. */
export interface Recorded {
  readonly id: string
  readonly kind: string
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  readonly registry?: {
    readonly host: string
    readonly referrersApi: boolean
    readonly before?: string
    readonly after?: string
    readonly fault?: string
  }
  readonly exitCode: number
  readonly stdout: string | { readonly base64: string }
  readonly stderr: string | { readonly base64: string }
}

/** The cases below a folder of recordings. */
export function readCases(folder: string): readonly Recorded[] {
  const cases = join(folder, 'cases')
  if (!existsSync(cases)) return []
  return readdirSync(cases)
    .toSorted()
    .filter((name) => existsSync(join(cases, name, 'case.json')))
    .map((name) => JSON.parse(readFileSync(join(cases, name, 'case.json'), 'utf8')) as Recorded)
    .filter(({ argv }) => Array.isArray(argv) && argv[0] === 'cosign')
}

/** A file that a case had, or undefined where it was not there. */
export function fileOf(folder: string, { id }: Recorded, name: string, side: 'inputs' | 'outputs' = 'inputs'): Uint8Array | undefined {
  if (name === '') return undefined
  const path = join(folder, 'cases', id, side, name)
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : undefined
}

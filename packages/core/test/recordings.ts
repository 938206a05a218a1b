import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every envelope that the Go tools wrote in a folder of recordings: the case's id and the file. */
export function recordedEnvelopes(folder: string): readonly (readonly [id: string, file: string])[] {
  const cases = join(folder, 'cases')
  return readdirSync(cases).flatMap((id) => {
    const { outputs } = JSON.parse(readFileSync(join(cases, id, 'case.json'), 'utf8')) as { readonly outputs: readonly { readonly file: string }[] }
    const files = outputs.map(({ file }) => join(cases, id, file))
    return files.filter((file) => readFileSync(file).subarray(0, 11).toString() === '{"payload":').map((file) => [id, file] as const)
  })
}

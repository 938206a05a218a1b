import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bundleProgram } from '../scripts/bundle.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
/** Each program with what it prints, which stands below it, or behind the call that prints it. */
const programs = [...readme.matchAll(/```ts\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(([, code = '', output]) => ({ code, output }))

/** What a program prints, its imports by public name. */
async function printed(code: string): Promise<string> {
  const bundle = await bundleProgram(code.replaceAll("from '@cilock/rego'", "from './index.ts'").replaceAll(/from '@cilock\/rego\/(.+?)'/g, "from './$1/index.ts'"))
  return execFileSync(process.execPath, ['--input-type=module'], { input: bundle, encoding: 'utf8' })
}

describe('the README', () => {
  it('has programs', () => {
    expect(programs).toHaveLength(4)
    expect(programs.filter(({ output }) => output === undefined)).toHaveLength(1)
  })

  it.each(programs.filter(({ output }) => output !== undefined))('prints what it says: $code', async ({ code, output }) => {
    expect(await printed(code)).toBe(output)
  })

  it('shows a policy that denies as it says', async () => {
    const code = programs[0]?.code ?? ''
    const [first, second] = (await printed(code)).split('\n')
    expect(first).toBe(/\/\/ (\[.*\])$/m.exec(code)?.[1])
    expect(second).toMatch(/^4 \[/)
  })
})

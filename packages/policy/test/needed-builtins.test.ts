import { compile, coreBuiltins, policyCapabilities } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { neededBuiltins } from '../src/rego/needed-builtins.ts'

const core = new Set(coreBuiltins.map(({ name }) => name))
const further = allBuiltins.map(({ name }) => name).filter((name) => !core.has(name))
const needed = async (...texts: readonly string[]): Promise<readonly string[]> => (await neededBuiltins(texts.map((text) => new TextEncoder().encode(text)))).map(({ name }) => name)

describe('the built-ins that are loaded for a policy', () => {
  it('are there for every name beyond the core', () => {
    expect(further.length).toBeGreaterThan(80)
  })

  it.each(further)('have %s where it is called', async (name) => {
    expect(await needed(`package p\ndeny[m] { m := ${name}(input) }`)).toContain(name)
    expect(await needed('package other', `deny[m]{not ${name}(input)}`)).toContain(name)
  })

  it.each(further.filter((name) => name.split('.').length === 2))('have %s however it is written', async (name) => {
    const [first = '', last = ''] = name.split('.')
    for (const text of [`${first}["${last}"](1)`, `${first} [\n"${last}"]`, `${first}["\\u006${last}"]`, `x with ${name} as 1`, `import data.x as ${first}`]) expect(await needed(text)).toContain(name)
  })

  it('are none for what most policies say', async () => {
    const everyday = 'package p\n\nimport rego.v1\n\ndeny contains m if {\n  input.exitcode != 0\n  json.unmarshal("{}")\n  regex.match("a", "b")\n  strings.count("a", "b") > time.now_ns()\n  m := sprintf("%d", [input.exitcode])\n}'
    expect(await needed(everyday, 'package q\ndeny[m] { some_json := input; m := some_json }')).toEqual([])
  })

  it('are those of whoever names them beside the core, and no others', async () => {
    expect((await needed('json.unmarshal(x); json.patch(x, y)')).every((name) => !name.startsWith('yaml'))).toBe(true)
    expect(new Set((await needed('crypto.sha256(x)')).map((name) => name.split('.')[0]))).toEqual(new Set(['crypto']))
  })

  it('judge any mixture of words as all of them would', async () => {
    const words = fc.constantFrom(...further, ...core, 'input', 'data', 'rego.v1', '[', ']', '"metadata"', '.', '(', ')', '{', '}', ' ', '\n', ':=', 'x', '#', 'deny[m] { m := "no" }')
    const outcome = (text: string, builtins: Parameters<typeof policyCapabilities>[0]): string => {
      try {
        return JSON.stringify(compile([{ name: 'p', source: text }], { capabilities: policyCapabilities(builtins) }).packages)
      } catch (error) {
        return String(error)
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 8 }), async (parts) => {
        const text = `package p\ndeny[m] { m := "x" }\nfound { ${parts.join('')} }`
        expect(outcome(text, await neededBuiltins([new TextEncoder().encode(text)]))).toBe(outcome(text, allBuiltins))
      }),
      { numRuns: 300 },
    )
  })
})

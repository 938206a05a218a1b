import { compile, type CompileOptions, type EvaluateOptions } from '@cilock/rego'
import { outlineModule } from '@cilock/rego/analyze'
import { describe, expect, test } from 'vitest'

/** What a program in JavaScript may hand in, whatever the types say. */
const untyped = (value: unknown): never => value as never

const modules = [{ name: 'p.rego', source: 'package p\nallow { input.ok }\nmany[x] { x := [1, 2, 3][_] }' }]
const doors: readonly (readonly [string, (options: EvaluateOptions) => unknown])[] = [
  ['evaluate', (options) => compile(modules).evaluate('data.p.allow', options)],
  ['explain', (options) => compile(modules).explain('data.p.allow', options)],
  ['query', (options) => compile(modules).query('data.p.allow', options)],
]
const noBounds: readonly unknown[] = [Number.NaN, '5', 0, -1, 1.5, null, 5n, -Infinity, 2 ** 53, {}]

describe.each(doors)('%s refuses', (_name, run) => {
  test.each(noBounds)('a bound that is %s', (bound) => {
    for (const name of ['steps', 'depth', 'resultSize', 'stringLength', 'regexSize']) {
      expect(() => run({ limits: untyped({ [name]: bound }) })).toThrow(TypeError)
      expect(() => run({ limits: untyped({ [name]: bound }) })).toThrow(`expected limits.${name} as a positive integer or Infinity, found `)
    }
  })

  test.each([
    ['now', new Date(Number.NaN), 'now as a valid Date or a bigint, found an invalid date'],
    ['now', 5, 'now as a valid Date or a bigint, found 5'],
    ['now', '2026-01-01', 'now as a valid Date or a bigint, found string'],
    ['now', null, 'now as a valid Date or a bigint, found null'],
    ['signal', {}, 'signal as an AbortSignal, found object'],
    ['signal', new AbortController(), 'signal as an AbortSignal, found object'],
    ['signal', null, 'signal as an AbortSignal, found null'],
    ['guard', 5, 'guard as a function, found 5'],
    ['note', 'x', 'note as a function, found string'],
    ['seed', 5, 'seed as a string, found 5'],
    ['inputText', {}, 'inputText as a string, found object'],
  ])('%s: %s', (name, value, message) => {
    const refused = (): unknown => run(untyped({ [name]: value }))
    expect(refused).toThrow(TypeError)
    expect(refused).toThrow(`expected ${message}`)
  })

  test('nothing that is as it should be', () => {
    expect(() => run({ now: new Date(0), signal: AbortSignal.timeout(1000), guard: () => undefined, note: () => undefined, seed: 's', inputText: '{}', limits: { steps: Infinity, depth: Infinity } })).not.toThrow()
    expect(() => run({ now: 5n, limits: untyped({ steps: undefined }) })).not.toThrow()
  })
})

test('a bound that is undefined is the one that stands, not none', () => {
  const endless = compile([{ name: 'p.rego', source: 'package p\np { numbers.range(1, 3000)[_] + numbers.range(1, 3000)[_] + numbers.range(1, 3000)[_] < 0 }' }])
  expect(() => endless.evaluate('data.p.p', { limits: untyped({ steps: 1000, depth: undefined }) })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_STEPS' }))
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`
  expect(() => endless.evaluate('data.p.p', { inputText: deep, limits: untyped({ depth: undefined }) })).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_DEPTH' }))
})

test.each(noBounds)('compile and outlineModule refuse a bound that is %s', (bound) => {
  for (const name of ['sourceSize', 'depth', 'steps']) {
    const options: CompileOptions = { limits: untyped({ [name]: bound }) }
    expect(() => compile(modules, options)).toThrow(TypeError)
    expect(() => compile(modules, options)).toThrow(`expected limits.${name} as a positive integer or Infinity, found `)
    for (const module of modules) expect(() => outlineModule(module, untyped(options))).toThrow(TypeError)
  }
})

test.each([
  [{ source: 5, name: 'a' }, 'the source of "a" as a string or bytes, found 5'],
  [{ source: 5 }, 'the name of a module as a string, found undefined'],
  [{ source: 'package p' }, 'the name of a module as a string, found undefined'],
  [{ name: 'a' }, 'the source of "a" as a string or bytes, found undefined'],
  [{ name: 'a', source: ['package p'] }, 'the source of "a" as a string or bytes, found object'],
])('compile and outlineModule refuse the module %j', (module, message) => {
  for (const run of [() => compile([untyped(module)]), () => outlineModule(untyped(module))]) {
    expect(run).toThrow(TypeError)
    expect(run).toThrow(`expected ${message}`)
  }
})

test('compile and outlineModule refuse a dialect that is none', () => {
  for (const module of modules) {
    for (const run of [() => compile([module], { version: untyped('v2') }), () => outlineModule(module, { version: untyped('1') })]) expect(run).toThrow(TypeError)
  }
})

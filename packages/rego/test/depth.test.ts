import * as rego from '@cilock/rego'
import { compile, RegoError } from '@cilock/rego'
import { outlineModule } from '@cilock/rego/analyze'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** Its code, or `fine`; what is no error of the package comes as it is. */
function verdict(run: () => unknown): string {
  try {
    run()
    return 'fine'
  } catch (error) {
    return RegoError.is(error) ? error.code : error instanceof TypeError ? 'TypeError' : String(error)
  }
}

const source = (term: string): string => `package a\np := ${term}`
const compiled = (term: string): string => verdict(() => compile([{ name: 'a.rego', source: source(term) }]).evaluate('data.a.p', { input: {} }))
const row = (open: string, close: string, levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`
const messageOf = (term: string): string => {
  try {
    compile([{ name: 'a.rego', source: source(term) }])
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

describe('terms in each other', () => {
  test.each([
    ['[', ']'],
    ['{', '}'],
    ['{"a":', '}'],
    ['abs(', ')'],
    ['1 + (', ')'],
  ])('%s is read and evaluated, until the limit, and never ends otherwise', (open, close) => {
    // What does not open in a row takes more of the stack.
    const most = open === '1 + (' ? 100 : 1000
    expect(compiled(row(open, close, most))).toBe('fine')
    expect(compiled(row(open, close, 2001))).toBe(open === '1 + (' ? 'rego_parse_error' : 'ERR_LIMIT_DEPTH')
    expect(compiled(row(open, close, 60_000))).toBe('rego_parse_error')
  })

  test('constants are as deep as input may be', () => {
    for (const [open, close] of [['[', ']'], ['{', '}'], ['{"a":', '}']] as const) expect(compiled(row(open, close, 2000))).toBe('fine')
    const deep = row('[', ']', 1990)
    const uses = [`{${deep}, ${deep}}`, `${deep} in [${deep}]`, `[x | x = ${deep}; x = ${deep}; x == ${deep}]`, `sprintf("%v", [${deep}])`, `json.marshal(${deep})`, `[1 | ${deep} = input]`, `{${deep}: 1}[${deep}]`]
    for (const use of uses) expect(verdict(() => compile([{ name: 'a.rego', source: `package a\nimport future.keywords.in\np := ${use}` }]).evaluate('data.a.p', { input: 1 })), use.slice(0, 20)).toBe('fine')
    expect(rego.toJson(compile([{ name: 'a.rego', source: source(deep) }]).evaluate('data.a.p') ?? null)).toBe(deep)
  })

  test('parentheses are no terms, and are read to 49,000', () => {
    expect(compiled(row('(', ')', 49_000))).toBe('fine')
  })

  test('a row without its end is a parse error at any depth', () => {
    for (const levels of [10, 300, 3000]) expect(compiled('['.repeat(levels))).toBe('rego_parse_error')
  })

  test('the message tells brackets from operators', () => {
    expect(messageOf(row('[', ']', 2001))).toBe('expected at most 2000 levels of terms in each other, found more')
    expect(messageOf(`[x | ${'['.repeat(1100)}x${']'.repeat(1100)}]`)).toBe('expected at most 1024 levels of terms in each other, found more')
    expect(messageOf(row('abs(', ')', 1100))).toBe('expected at most 1024 levels of terms in each other, found more')
    expect(messageOf(Array.from({ length: 1100 }, () => '1').join(' + '))).toBe('expected at most 1024 operators in a row, found more')
    expect(messageOf(Array.from({ length: 1100 }, () => 'x').join(' | '))).toBe('expected at most 1024 operators in a row, found more')
  })

  test.each(['p { x := TERM }', 'p { y := 1 with input as TERM }', 'f(TERM) = 1', 'p[TERM] { true }', 'p.q[TERM] { true }', 'p { false } else = TERM { true }', 'p { every x in TERM { x } }', 'p { some x in TERM }'])(
    'are counted wherever they stand: %s',
    (text) => {
      const run = (): unknown => compile([{ name: 'a.rego', source: `package a\nimport future.keywords\n${text.replace('TERM', row('[', ']', 2001))}` }])
      expect(verdict(run)).toBe('ERR_LIMIT_DEPTH')
    },
  )

  test('a row has the verdict that it has in parentheses', () => {
    const opener = fc.constantFrom<readonly [string, string]>(['[', ']'], ['{', '}'], ['{"k": ', '}'], ['(', ')'], ['abs(', ')'], ['[ ', ' ]'], ['(\n', '\n)'])
    fc.assert(
      fc.property(fc.array(opener, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 300 }), fc.constantFrom('1', 'x', '', '1, 2', '1 + 1'), (openers, times, inner) => {
        const opened = openers.map(([open]) => open).join('').repeat(times)
        const closed = openers.toReversed().map(([, close]) => close).join('').repeat(times)
        const text = opened + inner + closed
        const plain = compiled(text)
        expect(compiled(`(${text})`)).toBe(plain)
        expect(compiled(`${'('.repeat(120)}${text}${')'.repeat(120)}`)).toBe(plain)
      }),
      { numRuns: 40 },
    )
  })

  test('a row does not take the variables of what stands behind it', () => {
    const program = compile([{ name: 'a.rego', source: source(`[x | ${row('[', ']', 200)}[_] = y; x := [[1, 2][_], [3, 4][_]]]`) }])
    expect(program.evaluate('data.a.p')).toEqual([[1, 3], [1, 4], [2, 3], [2, 4]])
  })
})

test('however little of the stack is left, the verdict is the same or ERR_LIMIT_DEPTH', () => {
  const policies: readonly (readonly [string, string])[] = [
    [row('[', ']', 2000), 'fine'],
    [`[y | x := 1; y := ${'['.repeat(1000)}x${']'.repeat(1000)}]`, 'fine'],
    [row('[', ']', 300), 'fine'],
    [row('abs(', ')', 300), 'fine'],
    [row('1 + (', ')', 200), 'fine'],
    [row('[x | x := ', ']', 100), 'fine'],
    ['json.is_valid("[[1]]")', 'fine'],
    [row('1 + (', ')', 300), 'rego_parse_error'],
    ['x', 'rego_unsafe_var_error'],
  ]
  let deepest = 0
  const from = (frames: number, run: () => void): void => {
    if (frames === 0) return run()
    deepest = Math.max(deepest, depth++)
    from(frames - 1, run)
    depth--
  }
  let depth = 0
  // frames get smaller when the engine has compiled a function, so how many there is room for is found out anew for each policy
  const measure = (): void => {
    for (let time = 0; time < 20; time++) {
      depth = 0
      deepest = 0
      verdict(() => from(Infinity, () => undefined))
    }
  }
  const seen = new Set<string>()
  for (const [term, plain] of policies) {
    expect(compiled(term)).toBe(plain)
    measure()
    for (const share of [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98]) {
      depth = 0
      from(Math.floor(deepest * share), () => {
        const found = compiled(term)
        seen.add(found)
        if (found !== plain) expect(found).toBe('ERR_LIMIT_DEPTH')
      })
    }
    expect(compiled(term), 'and afterwards all is as it was').toBe(plain)
  }
  expect(seen).toContain('ERR_LIMIT_DEPTH')
})

describe('what the package exports takes values of any depth', () => {
  const nest = (levels: number, wrap: (inner: unknown) => unknown): unknown => Array.from({ length: levels }).reduce((inner: unknown) => wrap(inner), 1)
  const deep: readonly (readonly [string, () => unknown])[] = [
    ['arrays', () => nest(100_000, (inner) => [inner])],
    ['objects', () => nest(100_000, (inner) => ({ a: inner }))],
    ['sets', () => nest(3000, (inner) => rego.RegoSet.of([inner as rego.Value]))],
    ['text', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ]
  const functions = Object.entries({ ...rego, outlineModule }).filter(([, one]) => typeof one === 'function' && !/^class\b/.test(String(one)))
  const fine = /^(?:fine|TypeError|ERR_\w+|rego_\w+)$/

  test('each function is asked', () => {
    expect(functions.length).toBeGreaterThan(20)
  })

  test.each(deep)('%s', (_name, make) => {
    for (const [name, run] of functions) {
      const [a, b] = [make(), make()]
      const call = run as (...args: unknown[]) => unknown
      for (const args of [[a], [a, b], [[a], {}]]) expect(verdict(() => call(...args)), name).toMatch(fine)
    }
  })

  test.each(deep)('sets and objects of %s', (_name, make) => {
    const [a, b] = [make(), make()] as [rego.Value, rego.Value]
    for (const run of [
      () => rego.RegoSet.of([[a], [b]]).values(),
      () => rego.RegoObject.of([[[a], 1], [[b], 2]]).keys(),
      () => rego.RegoSet.of([a]).has(b),
      () => rego.RegoObject.of([[a, 1]]).get(b),
    ]) {
      expect(verdict(run)).toMatch(fine)
    }
  })

  test('and of any width that shares its parts', () => {
    const shared = (): rego.Value => nest(60, (inner) => [inner, inner]) as rego.Value
    expect(verdict(() => rego.toJson(shared()))).toBe('ERR_LIMIT_STEPS')
    expect(verdict(() => rego.formatTerm(shared()))).toBe('ERR_LIMIT_STEPS')
    expect(verdict(() => rego.compare(shared(), shared()))).toBe('ERR_LIMIT_STEPS')
    expect(verdict(() => rego.equal(shared(), shared()))).toBe('ERR_LIMIT_STEPS')
    expect(verdict(() => rego.toPlain(shared()))).toBe('fine')
  })
})

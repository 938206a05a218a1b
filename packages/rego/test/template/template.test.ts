import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BuiltinError } from '../../src/builtins/builtin.ts'
import { RegoError } from '../../src/errors.ts'
import { templateBuiltins } from '../../src/template/index.ts'
import { parseJson } from '../../src/value/json.ts'
import { isArray, type Value } from '../../src/value/value.ts'
import { testContext, type TestLimits } from '../builtins/families.ts'

const read = (name: string): string => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8')

function render(template: Value, data: Value, limits: TestLimits = {}): Value | undefined {
  const [builtin] = templateBuiltins
  if (builtin === undefined) throw new TypeError('no built-in')
  return builtin.call(testContext(limits).context, template, data)
}

describe("what Go's text/template prints", () => {
  const data = parseJson(read('data.json'))
  // Printed by `go run oracle/main.go data.json TEMPLATES`: [template, text, error].
  const cases = read('go-cases.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const entry = parseJson(line)
      const [template, text, error] = isArray(entry) ? entry : []
      if (typeof template !== 'string') throw new TypeError('not a case of the oracle')
      return { template, text, error: typeof error === 'string' ? error : '' }
    })

  it.each(cases)('$template', ({ template, text, error }) => {
    if (typeof text === 'string') {
      expect(render(template, data)).toBe(text.replaceAll('<no value>', '<undefined>'))
    } else {
      expect(() => render(template, data)).toThrow(expect.objectContaining({ code: 'eval_builtin_error', message: error }))
    }
  })

  it('takes sets as lists and numbers by their text', () => {
    expect(render('{{.n}} {{range .l}}{{.}};{{end}}', { n: parseJson('1.50'), l: ['a', 'b'] })).toBe('1.50 a;b;')
  })
})

describe('limits', () => {
  const code = (template: string, data: Value, limits: TestLimits): string => {
    try {
      render(template, data, limits)
      return 'no error'
    } catch (error) {
      return RegoError.is(error) || error instanceof BuiltinError ? error.code : String(error)
    }
  }

  it.each([
    ['{{range 100000000}}{{end}}', 'ERR_LIMIT_STEPS'],
    ['{{range 1000}}{{range 1000}}x{{end}}{{end}}', 'ERR_LIMIT_STEPS'],
    ['{{printf "%1000000d" 1}}', 'ERR_LIMIT_STRING_LENGTH'],
    ['{{range 100}}{{$.long}}{{end}}', 'ERR_LIMIT_STRING_LENGTH'],
    ['{{define "x"}}{{template "x"}}{{end}}{{template "x"}}', 'eval_builtin_error'],
    [`${'{{if 1}}'.repeat(1000)}${'{{end}}'.repeat(1000)}`, 'eval_builtin_error'],
    [`{{${'('.repeat(10_000)}1${')'.repeat(10_000)}}}`, 'eval_builtin_error'],
  ])('%s ends with %s', (template, expected) => {
    expect(code(template, { long: 'x'.repeat(2000) }, { steps: 100_000, stringLength: 100_000 })).toBe(expected)
  })

  it('never fails in another way', () => {
    const piece = fc.oneof(
      fc.constantFrom('{{', '}}', '{{-', '-}}', '{{end}}', '{{else}}', '{{if .a}}', '{{range .l}}', '{{with .m}}', '{{$x := .a}}', '$x', '.a', '.l.b', ' ', '|', '(', ')', 'eq', 'index', '1', '"s"', '{{/*', '*/}}'),
      fc.string({ maxLength: 3 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
        try {
          expect(typeof render(parts.join(''), { a: 'x', l: ['y'], m: {} })).toBe('string')
        } catch (error) {
          expect(error).toMatchObject({ code: 'eval_builtin_error' })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

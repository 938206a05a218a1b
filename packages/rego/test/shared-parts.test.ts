import { compile, formatTerm, RegoError, toJson, toPlain, type Value } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { describe, expect, it } from 'vitest'

/** Forty values, each made of two of the one before: small, and with 2⁴⁰ leaves when written out. */
function doubled(name: string, make: (before: string) => string): string {
  return Array.from({ length: 40 }, (_, index) => `${name}${index + 1} := ${make(`${name}${index}`)}`).join('; ')
}

const arrays = (name = 'x', leaf = '1'): string => `${name}0 := ${leaf}; ${doubled(name, (before) => `[${before}, ${before}]`)}`
const objects = (name = 'x', leaf = '1'): string => `${name}0 := ${leaf}; ${doubled(name, (before) => `{"a": ${before}, "b": ${before}}`)}`
const keys = `x0 := 1; ${doubled('x', (before) => `{[${before}], ${before}}`)}`

function outcome(body: string): string {
  try {
    compile([{ name: 'a.rego', source: `package a\nimport future.keywords.in\np = y { ${body} }` }], { builtins: allBuiltins, print: true, limits: { steps: 1_000_000 } }).evaluate('data.a.p', {
      strictBuiltinErrors: true,
      note: () => undefined,
      limits: { steps: 300_000 },
    })
    return 'a value'
  } catch (error) {
    return RegoError.is(error) ? error.code : `not coded: ${String(error)}`
  }
}

describe('values that share their parts', () => {
  it.each([
    ['is made', `${arrays()}; y := count(x40)`],
    ['stands in a set', `${arrays()}; y := {x40, [x40]}`],
    ['is a key', `${arrays()}; y := {x40: 1}`],
    ['is equal to itself', `${arrays()}; x40 == x40; y := 1`],
    ['has a type', `${arrays()}; y := type_name(x40)`],
    ['is one of many keys', `${arrays()}; y := count({[i, x40] | i := numbers.range(1, 100)[_]})`],
    ['loses a member', `${objects()}; y := json.remove(x40, ["a/b"])`],
  ])('cost what they are where each %s', (_name, body) => {
    expect(outcome(body)).toBe('a value')
  })

  it.each([
    ['json.marshal', `${arrays()}; y := json.marshal(x40)`],
    ['json.marshal of objects', `${objects()}; y := json.marshal(x40)`],
    ['json.marshal of sets', `${keys}; y := json.marshal(x40)`],
    ['json.marshal of long texts', `${arrays('x', `"${'é'.repeat(1000)}"`)}; y := json.marshal(x40)`],
    ['json.marshal_with_options', `${arrays()}; y := json.marshal_with_options(x40, {"pretty": true})`],
    ['yaml.marshal', `${arrays()}; y := yaml.marshal(x40)`],
    ['sprintf("%v")', `${arrays()}; y := sprintf("%v", [x40])`],
    ['sprintf("%d %s")', `${arrays()}; y := sprintf("%d %s", [x40, x40])`],
    ['print', `${arrays()}; print(x40); y := 1`],
    ['==', `${arrays()}; ${arrays('z')}; x40 == z40; y := 1`],
    ['== of objects', `${objects()}; ${objects('z')}; x40 == z40; y := 1`],
    ['<', `${arrays()}; ${arrays('z')}; x40 < z40; y := 1`],
    ['in', `${arrays()}; ${arrays('z')}; x40 in [z40]; y := 1`],
    ['sort', `${arrays()}; ${arrays('z')}; y := sort([x40, z40])`],
    ['max', `${arrays()}; ${arrays('z')}; y := max([x40, z40])`],
    ['members that are equal', `${arrays()}; ${arrays('z')}; y := {x40, z40}`],
    ['walk', `${arrays()}; y := count([1 | walk(x40)])`],
    ['object.union', `${objects('x', '{"c": 1}')}; y := object.union(x40, x40)`],
    ['object.subset', `${objects()}; y := object.subset(x40, x40)`],
    ['json.verify_schema', `${objects()}; y := json.verify_schema(x40)`],
    ['json.match_schema', `${objects()}; y := json.match_schema(x40, {"type": "object"})`],
    ['strings.render_template', `${arrays()}; y := strings.render_template("{{.x}}", {"x": x40})`],
    ['io.jwt.encode_sign', `${objects()}; y := io.jwt.encode_sign({"alg": "HS256"}, x40, {"kty": "oct", "k": "AAAA"})`],
    ['a hash of everything in everything', 'o := {i: i | i := numbers.range(1, 20000)[_]}; q := {i: o | i := numbers.range(1, 20000)[_]}; y := {q}'],
  ])('end in a limit where %s takes them apart', (_name, body) => {
    expect(outcome(body)).toMatch(/^ERR_LIMIT_(?:STEPS|STRING_LENGTH)$/)
  })

  it('stay shared in a result as JSON shows it, and have no text', () => {
    let shared: Value = 1
    for (let i = 0; i < 40; i++) shared = [shared, shared]
    const plain = toPlain(shared) as readonly Value[]
    expect(plain[0]).toBe(plain[1])
    for (const write of [toJson, formatTerm]) {
      expect(() => write(shared)).toThrow(expect.objectContaining({ code: 'ERR_LIMIT_STEPS' }))
    }
    expect(toJson([[1], [1]])).toBe('[[1],[1]]')
  })

  it('cost the same every time', () => {
    const policy = compile([{ name: 'a.rego', source: `package a\np = y { ${arrays().replace(/x17 .*$/, 'y := count(json.marshal(x16))')} }` }])
    const least = (): number => {
      let [low, high] = [0, 1_000_000]
      while (low < high) {
        const steps = (low + high) >> 1
        try {
          policy.evaluate('data.a.p', { limits: { steps } })
          high = steps
        } catch {
          low = steps + 1
        }
      }
      return low
    }
    const found = least()
    expect(found).toBeGreaterThan(10_000)
    expect(least()).toBe(found)
  })
})

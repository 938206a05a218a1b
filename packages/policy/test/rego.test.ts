import type { Source } from '@cilock/core'
import type { RegoPolicyDocument, VerifyRulesOption } from '@cilock/policy'
import { describe, expect, it } from 'vitest'
import { alice, cause, checksOf, collection, commandRun, failures, find, hex, judge, now, policyOf, sign, step } from './support/world.ts'
import { moduleOf, modules } from './support/rego.ts'

const custom = 'https://example.com/measured/v1'

function policyWith(regopolicies: readonly RegoPolicyDocument[], type = custom): Record<string, unknown> {
  return policyOf({ steps: { build: step('build', { attestations: [{ type, regopolicies }] }) } })
}

interface RunSpec {
  readonly body?: unknown
  readonly bodies?: readonly unknown[]
  readonly type?: string
  readonly rules?: VerifyRulesOption
  readonly limits?: Readonly<Record<string, number>>
}

async function run(regopolicies: readonly RegoPolicyDocument[] | string, { body = {}, bodies = [body], type = custom, ...rest }: RunSpec = {}) {
  const given = typeof regopolicies === 'string' ? [moduleOf('rules.rego', regopolicies)] : regopolicies
  return judge({ policy: policyWith(given, type), evidence: [await collection({ attestations: bodies.map((attestation) => ({ type, attestation })) })], ...rest })
}

const denied = 'rego ERR_REGO_DENIED'
const failing = 'rego-error ERR_REGO_FAILED'

async function refusedBeforeEvidence(regopolicies: readonly RegoPolicyDocument[]) {
  let searches = 0
  const source: Source = { search: async () => (searches++, []) }
  const report = await judge({ policy: policyWith(regopolicies), source })
  expect(searches).toBe(0)
  return report
}

describe('an attestation of null', () => {
  it.each(['strict', 'compat'] as const)('is nothing that rules could judge, in %s', async (preset) => {
    const neverDenies = 'package p\ndeny[m] { false; m := "x" }'
    for (const type of [custom, 'https://aflock.ai/attestations/command-run/v0.1']) {
      const report = await run(neverDenies, { body: null, type, rules: preset })
      expect(cause(report)).toBe(failing)
      expect(find(report, 'rego-error')?.place).toMatchObject({ document: 'statement', pointer: '/predicate/attestations/0/attestation' })
      expect(cause(await run(neverDenies, { body: {}, type, rules: preset }))).toBe('passed')
    }
    expect(cause(await run([], { body: null, rules: preset }))).toBe('passed')
  })
})

describe('modules that cannot be used are refused before evidence is fetched', () => {
  it('T155: one that does not parse, with module, row, column and code', async () => {
    const report = await refusedBeforeEvidence([moduleOf('broken.rego', 'package p\n\ndeny[m] { m := }')])
    expect(cause(report)).toBe('policy-rego ERR_POLICY_REGO')
    const check = find(report, 'policy-rego')
    expect(check?.found).toMatchObject({ module: 'broken.rego', row: 3, code: 'rego_parse_error', column: expect.any(Number) })
    expect(check?.place).toEqual({ document: 'policy', pointer: '/steps/build/attestations/0/regopolicies/0/module' })
    expect(check?.message).toContain('"broken.rego", row 3: rego_parse_error')
  })
  it('T155: each of several faults is told at its module', async () => {
    const report = await refusedBeforeEvidence(modules({ a: 'package a\ndeny[m] { m := nope(1) }', b: 'package b\n\ndeny[m] { m := nope(2) }' }))
    expect(failures(report).filter(({ code }) => code === 'policy-rego').map(({ found }) => found)).toMatchObject([{ module: 'a', row: 2 }, { module: 'b', row: 3 }])
  })
  it('T156: one without the rule deny, which names the rules there are', async () => {
    const report = await refusedBeforeEvidence([moduleOf('typo.rego', 'package p\nDeny[m] { m := "x" }')])
    expect(cause(report)).toBe('policy-rego-deny ERR_POLICY_REGO')
    expect(find(report, 'policy-rego-deny')?.found).toEqual({ modules: ['typo.rego'], rules: ['Deny'] })
  })
  it('T156: a function called deny is no rule', async () => {
    expect(cause(await refusedBeforeEvidence([moduleOf('f', 'package p\ndeny(x) { x }')]))).toBe('policy-rego-deny ERR_POLICY_REGO')
  })
  it('T157: one without deny beside one that passes', async () => {
    expect(cause(await refusedBeforeEvidence(modules({ good: 'package a\ndeny[m] { false; m := "x" }', bad: 'package b\nallow { true }' })))).toBe('policy-rego-deny ERR_POLICY_REGO')
  })
  it('T165: two of one package, unless the rule is off; then they are one', async () => {
    const twice = modules({ a: 'package p\ndeny[m] { false; m := "a" }', b: 'package p\ndeny[m] { input.bad; m := "b" }' })
    const report = await refusedBeforeEvidence(twice)
    expect(cause(report)).toBe('policy-rego-package ERR_POLICY_REGO')
    expect(find(report, 'policy-rego-package')?.found).toEqual({ module: 'b', package: 'p', alsoIn: 'a' })
    expect(cause(await run(twice, { rules: { regoPackages: false } }))).toBe('passed')
    expect(cause(await run(twice, { rules: { regoPackages: false }, body: { bad: true } }))).toBe(denied)
  })
  it.each(['http.send({"method": "get", "url": "http://127.0.0.1:1"})', 'opa.runtime()', 'net.lookup_ip_addr("localhost")', 'net.cidr_contains("10.0.0.0/8", "10.1.1.1")', 'net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16")', 'net.cidr_merge(["10.0.0.0/8"])', 'net.cidr_expand("10.0.0.0/30")'])(
    'T167: %s is not there',
    async (call) => {
      expect(cause(await refusedBeforeEvidence([moduleOf('r', `package p\ndeny[m] { false; x := ${call}; m := "x" }`)]))).toBe('policy-rego ERR_POLICY_REGO')
    },
  )
  it.each(['http.send', 'opa.runtime', 'net.lookup_ip_addr', 'net.cidr_contains', 'net.cidr_intersects', 'net.cidr_merge', 'net.cidr_expand'])('%s is no target of with, and stands in for nothing', async (name) => {
    const target = `package p\nf(x) = true { x }\nmocked { input.a with ${name} as f }\ndeny[m] { false; mocked; m := "x" }`
    const value = `package p\nmocked { count([]) with count as ${name} }\ndeny[m] { false; mocked; m := "x" }`
    for (const source of [target, value]) {
      const report = await refusedBeforeEvidence([moduleOf('r', source)])
      expect(cause(report)).toBe('policy-rego ERR_POLICY_REGO')
      expect(find(report, 'policy-rego')?.found).toMatchObject({ code: 'rego_compile_error', message: expect.stringContaining(`must not be unsafe: "${name}"`) })
    }
  })
  it('T171: recursion', async () => {
    const report = await refusedBeforeEvidence([moduleOf('r', 'package p\ndeny[m] { a; m := "x" }\na { b }\nb { a }')])
    expect(find(report, 'policy-rego')?.found).toMatchObject({ code: 'rego_recursion_error' })
  })
  it('an empty module, and one of more text than is read', async () => {
    expect(cause(await refusedBeforeEvidence([moduleOf('r', '')]))).toBe('policy-rego ERR_POLICY_REGO')
    const report = await judge({ policy: policyWith([moduleOf('r', `package p\n#${'x'.repeat(2000)}\ndeny[m] { m := "x" }`)]), limits: { regoSourceSize: 1000 } })
    expect(find(report, 'policy-rego')?.found).toMatchObject({ code: 'ERR_LIMIT_SOURCE_SIZE' })
  })
  it('as many modules as one likes, but not more text than is read, nor more work than the compiler does', async () => {
    const many = modules(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${index}`, `package m${index}\ndeny[m] { false; m := "x" }`])))
    expect(cause(await run(many))).toBe('passed')
    const tooLong = await run(many, { limits: { regoSourceSize: 1000 } })
    expect([cause(tooLong), find(tooLong, 'policy-rego')?.found]).toMatchObject(['policy-rego ERR_POLICY_REGO', { code: 'ERR_LIMIT_SOURCE_SIZE' }])
    const tooMuch = await run(many, { limits: { regoCompileSteps: 100 } })
    expect([cause(tooMuch), find(tooMuch, 'policy-rego')?.found]).toMatchObject(['policy-rego ERR_POLICY_REGO', { code: 'ERR_LIMIT_STEPS' }])
  })
})

describe('what a module answers', () => {
  it('T154: a denial tells each reason, its rule and row, the variables and the input it read', async () => {
    const text = 'package measured\n\ndeny[msg] {\n  some i\n  score := input.scores[i]\n  score > input.limit\n  msg := sprintf("score %d is too high", [score])\n}\n'
    const report = await run([moduleOf('scores.rego', text)], { body: { scores: [3, 12, 9], limit: 10 } })
    expect(cause(report)).toBe(denied)
    const check = find(report, 'rego')
    expect(check?.message).toBe('"scores.rego" denies: score 12 is too high (row 3)')
    expect(check?.expected).toEqual({ rule: 'data.measured.deny', modules: ['scores.rego'] })
    expect(check?.place).toEqual({ document: 'statement', pointer: '/predicate/attestations/0/attestation' })
    expect(check?.found).toEqual({
      denials: [
        {
          reason: 'score 12 is too high',
          sources: [{ module: 'scores.rego', rule: 'data.measured.deny', row: 3, values: { i: 1, msg: 'score 12 is too high', score: 12 }, input: { 'input.limit': 10, 'input.scores': [3, 12, 9] } }],
        },
      ],
    })
  })
  it('T153: every attestation of a type is judged, whichever comes first', async () => {
    const rule = 'package p\ndeny[m] { input.bad; m := "bad" }'
    expect(cause(await run(rule, { bodies: [{ bad: false }, { bad: true }] }))).toBe(denied)
    expect(cause(await run(rule, { bodies: [{ bad: true }, { bad: false }] }))).toBe(denied)
    expect(cause(await run(rule, { bodies: [{ bad: false }, { bad: false }] }))).toBe('passed')
  })
  it('T153: those under the other form of the type too', async () => {
    const aflock = 'https://aflock.ai/attestations/sarif/v0.1'
    const witness = 'https://witness.dev/attestations/sarif/v0.1'
    const evidence = await collection({ attestations: [{ type: aflock, attestation: {} }, { type: witness, attestation: { bad: true } }] })
    expect(cause(await judge({ policy: policyWith([moduleOf('r', 'package p\ndeny[m] { input.bad; m := "bad" }')], aflock), evidence: [evidence] }))).toBe(denied)
  })
  it('T152: rules of a type that is missing are not asked', async () => {
    const report = await judge({ policy: policyWith([moduleOf('r', 'package p\ndeny["always"] { true }')]), evidence: [await collection()] })
    expect(cause(report)).toBe('attestation ERR_ATTESTATION_MISSING')
    expect(find(report, 'rego')).toBeUndefined()
  })
  it('T158: reasons that are no texts deny as their JSON', async () => {
    const report = await run('package p\ndeny[42] { true }\ndeny[{"a": [1, null]}] { true }')
    expect(cause(report)).toBe(denied)
    expect(find(report, 'rego')?.found).toMatchObject({ denials: [{ reason: '42', sources: [{ row: 2 }] }, { reason: '{"a":[1,null]}', sources: [{ row: 3 }] }] })
  })
  it('T159: an empty text denies', async () => {
    expect(cause(await run('package p\ndeny[""] { true }'))).toBe(denied)
  })
  it.each(['deny = "x"', 'deny = false', 'deny = true', 'deny = 1', 'deny = null', 'default deny = false'])('T160: %s is no answer', async (rule) => {
    const report = await run(`package p\n${rule}`)
    expect(cause(report)).toBe(failing)
    expect(find(report, 'rego-error')?.found).toMatchObject({ code: 'ERR_REGO_TYPE' })
  })
  it('T156: a complete rule that does not hold is no answer', async () => {
    expect(find(await run('package p\ndeny = ["x"] { input.never }'), 'rego-error')?.found).toMatchObject({ code: 'ERR_REGO_UNDEFINED' })
  })
  it('T161: an object denies by its keys', async () => {
    const report = await run('package p\ndeny[k] = v { k := "key"; v := 1 }')
    expect(find(report, 'rego')?.found).toMatchObject({ denials: [{ reason: 'key', sources: [{ row: 2 }] }] })
    expect(cause(await run('package p\ndeny[k] = v { false; k := "key"; v := 1 }'))).toBe('passed')
    expect(cause(await run('package p\ndeny = {}'))).toBe('passed')
  })
  it('T162: an empty array denies nothing', async () => {
    expect(cause(await run('package p\ndeny = []'))).toBe('passed')
  })
  it('T163: a failure in one package hides no denial of another, and both are told', async () => {
    const report = await run(modules({ a: 'package a\ndeny = 1', b: 'package b\ndeny["no"] { true }' }))
    expect(failures(report).map(({ code, message }) => [code, message])).toEqual([
      ['rego-error', '"a" gives no answer: the rule gives a number, and only a set, an array or an object of reasons is an answer'],
      ['rego', '"b" denies: no (row 2)'],
    ])
  })
  it('T164: the reasons of two packages are both told', async () => {
    const report = await run(modules({ a: 'package a\ndeny["one"] { true }', b: 'package b\ndeny["two"] { true }' }))
    expect(failures(report).map(({ found }) => found)).toMatchObject([{ denials: [{ reason: 'one' }] }, { denials: [{ reason: 'two' }] }])
  })
  it.each(['', 'same'])('T166: both of two modules named %j are asked', async (name) => {
    const first = moduleOf(name, 'package a\ndeny[m] { input.a; m := "a" }')
    const second = moduleOf(name, 'package b\ndeny[m] { input.b; m := "b" }')
    expect(cause(await run([first, second], { body: { a: true } }))).toBe(denied)
    expect(cause(await run([first, second], { body: { b: true } }))).toBe(denied)
    expect(cause(await run([first, second]))).toBe('passed')
  })
  it('T168: what is pure is there, and time is what was handed in', async () => {
    const ns = BigInt(now.getTime()) * 1_000_000n
    expect(cause(await run(`package p\ndeny["time"] { time.now_ns() != ${ns} }\ndeny["hash"] { crypto.sha256("") == "" }\ndeny["lot"] { rand.intn("x", 10) >= 10 }`))).toBe('passed')
  })
  it('T169: a failing built-in is no answer, with its row', async () => {
    const report = await run('package p\ndeny[m] {\n  json.unmarshal("{")\n  m := "x"\n}')
    expect(cause(report)).toBe(failing)
    expect(find(report, 'rego-error')?.found).toMatchObject({ code: 'eval_builtin_error', module: 'rules.rego', row: 3 })
  })
  it('T170: what does not end is stopped, with a code of its own', async () => {
    const report = await run('package p\nr := numbers.range(1, 1000)\ndeny[m] { a := r[_]; b := r[_]; c := r[_]; a * b * c < 0; m := "x" }', { limits: { regoSteps: 20_000 } })
    expect(cause(report)).toBe('rego-limit ERR_LIMIT_EXCEEDED')
    expect(find(report, 'rego-limit')?.found).toMatchObject({ code: 'ERR_LIMIT_STEPS' })
  })
  it('T170: nor is what grows beyond bounds kept', async () => {
    expect(find(await run('package p\ndeny[m] { x := numbers.range(1, 1000); count(x) < 0; m := "x" }', { limits: { regoResultSize: 100 } }), 'rego-limit')?.found).toMatchObject({ code: 'ERR_LIMIT_RESULT_SIZE' })
    expect(find(await run('package p\ndeny[m] { x := concat("", ["aaaaaaaaaa", "bbbbbbbbbb"]); x == ""; m := "x" }', { limits: { regoStringLength: 10 } }), 'rego-limit')?.found).toMatchObject({ code: 'ERR_LIMIT_STRING_LENGTH' })
  })
  it('T172: numbers are as they were signed', async () => {
    const body = '{"n":9007199254740993,"f":1.10,"e":1e400}'
    const statement = `{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"app","digest":{"sha256":"${hex('app')}"}}],"predicateType":"https://aflock.ai/attestation-collection/v0.1","predicate":{"name":"build","attestations":[{"type":"${custom}","attestation":${body}}]}}`
    const envelope = await sign(statement, [alice], 'application/vnd.in-toto+json')
    const text = 'package p\ndeny["n"] { input.n != 9007199254740993 }\ndeny["near"] { input.n == 9007199254740992 }\ndeny["f"] { input.f != 1.1 }\ndeny["e"] { input.e != 1e400 }'
    expect(cause(await judge({ policy: policyWith([moduleOf('r', text)]), evidence: [envelope] }))).toBe('passed')
  })
  it('T181: modules of both dialects side by side', async () => {
    const both = modules({ v0: 'package a\ndeny[m] { input.a; m := "a" }', v1: 'package b\nimport rego.v1\ndeny contains "b" if input.b' })
    expect(cause(await run(both))).toBe('passed')
    expect(cause(await run(both, { body: { b: true } }))).toBe(denied)
  })
  it('one denial says nothing of another candidate', async () => {
    const policy = policyWith([moduleOf('r', 'package p\ndeny[m] { input.bad; m := "bad" }')])
    const good = await collection({ attestations: [{ type: custom, attestation: {} }] })
    const bad = await collection({ attestations: [{ type: custom, attestation: { bad: true } }] })
    expect(cause(await judge({ policy, evidence: [bad, good] }))).toBe('passed')
    expect(cause(await judge({ policy, evidence: [bad] }))).toBe(denied)
  })
  it('a report tells a large value by its size, and is the same each time', async () => {
    const text = 'package p\ndeny[m] { all := input.list; count(all) > 1; m := "long" }'
    const [one, two] = await Promise.all([1, 2].map(async () => run(text, { body: { list: Array.from({ length: 1000 }, (_, index) => index) } })))
    expect(one).toEqual(two)
    expect(JSON.stringify(find(one ?? (await run(text)), 'rego')?.found)).toContain('an array of 1000')
  })
  it('passes with the packages that were asked in the report', async () => {
    const report = await run('package p.q["r-s"]\ndeny[m] { false; m := "x" }')
    expect(checksOf(report).find(({ code }) => code === 'rego')).toMatchObject({ state: 'passed', expected: { rule: 'data.p.q["r-s"].deny', modules: ['rules.rego'] } })
  })
  it('rules of command-run see the signed predicate', async () => {
    const rule = 'package p\ndeny[m] { input.exitcode != 0; m := sprintf("exit code %d", [input.exitcode]) }'
    expect(cause(await run(rule, { type: commandRun, body: { cmd: ['make'], exitcode: 0 } }))).toBe('passed')
    expect(find(await run(rule, { type: commandRun, body: { cmd: ['make'], exitcode: 3 } }), 'rego')?.message).toBe('"rules.rego" denies: exit code 3 (row 2)')
  })
})

import { commandRunType } from '@cilock/attestor-command-run/type'
import { productType } from '@cilock/attestor-files/type'
import { decodeBase64, decodeUtf8 } from '@cilock/core'
import { describe, expect, test } from 'vitest'
import * as linter from '../support/lint.ts'
import { withRego } from '../support/lint.ts'
import { moduleOf } from '../support/rego.ts'
import { judge, policyOf, step } from '../support/world.ts'

/** What is said of rules, and not of keys that nobody uses. */
const lint = async (...given: Parameters<typeof linter.lint>) => (await linter.lint(...given)).filter(({ code }) => code.includes('rego'))
const lines = async (...given: Parameters<typeof linter.lines>) => (await linter.lines(...given)).filter((line) => line.includes('rego-'))

const types = [commandRunType, productType]
const pointer = '/steps/build/attestations/0/regopolicies/0/module'
const run = 'https://aflock.ai/attestations/command-run/v0.1'

describe('what a rule reads and can never be there', () => {
  const misspelt = 'package a\ndeny["failed"] {\n  input.exit_code != 0\n}'
  test('is told with its place and what was meant, as a verifier refuses it', async () => {
    const findings = await lint(withRego(misspelt), { types })
    expect(findings.map(({ code, severity, place, fix }) => [code, severity, place.pointer, place.position, fix.description])).toEqual([['policy-rego-input', 'error', pointer, { row: 3, column: 3 }, 'write input.exitcode']])
    expect((await judge({ policy: policyOf(withRego(misspelt)), evidence: [] })).policy.checks.filter(({ state }) => state === 'failed').map(({ code }) => code)).toEqual(['policy-rego-input'])
    const [edit] = findings[0]?.fix.edits ?? []
    expect(edit).toMatchObject({ op: 'replace', path: pointer })
    expect(edit?.op === 'replace' && typeof edit.value === 'string' ? decodeUtf8(decodeBase64(edit.value)) : '').toBe(misspelt.replace('exit_code', 'exitcode'))
  })
  test('is not told where the types are not at hand, nor of keys that are there', async () => {
    expect(await lines(withRego(misspelt))).toEqual([])
    expect(await lines(withRego('package a\ndeny["failed"] { input.exitcode != 0 }'), { types })).toEqual([])
  })
  test('has no edit where it is written in another way, and no advice where nothing is near', async () => {
    const [bracketed] = await lint(withRego('package a\ndeny["failed"] { input["exit_code"] != 0 }'), { types })
    expect([bracketed?.code, bracketed?.fix]).toEqual(['policy-rego-input', { description: 'write input.exitcode' }])
    expect((await lint(withRego('package a\ndeny["x"] { input.image_digest }'), { types })).map(({ fix }) => fix.description)).toEqual([expect.stringContaining('a caller that adds the key')])
  })
  test('below other steps and in external attestations', async () => {
    const steps = { build: step('build', { attestations: [{ type: run }, { type: productType.predicateType }] }), test: step('test', { attestationsFrom: ['build'], attestations: [{ type: run, regopolicies: [moduleOf('t.rego', `package t\ndeny["x"] { input.steps.build["${run}"].exit_code != 0 }\ndeny["y"] { input.steps.biuld }`)] }, { type: productType.predicateType }] }) }
    const externalAttestations = { run: { name: 'run', predicateType: run, functionaries: step('x').functionaries, regopolicies: [moduleOf('e.rego', 'package e\ndeny["x"] { input.exit_code }')] } }
    const found = await lines({ steps, externalAttestations }, { types })
    expect(found).toEqual(['error policy-rego-input /externalAttestations/run/regopolicies/0/module:2:13', 'error policy-rego-input /steps/test/attestations/0/regopolicies/0/module:2:13', 'error policy-rego-input /steps/test/attestations/0/regopolicies/0/module:3:13'])
  })
  test('once, where the whole input is another one', async () => {
    const steps = { build: step('build', { attestations: [{ type: run }, { type: productType.predicateType }] }), test: step('test', { attestationsFrom: ['build'], attestations: [{ type: run, regopolicies: [moduleOf('t.rego', 'package t\ndeny["x"] { input.exitcode != 0; input.steps.build }')] }, { type: productType.predicateType }] }) }
    expect(await lines({ steps }, { types })).toEqual(['error rego-bare-input /steps/test/attestations/0/regopolicies/0/module:2:13'])
  })
})

describe('input as the name of something else', () => {
  test.each([
    ['an assignment', 'package a\ndeny["x"] { input := {"a": 1}; input.a == 2 }', '2:13'],
    ['a rule', 'package a\ninput = {"a": 1}\ndeny["x"] { input.a == 3 }', '2:1'],
    ['a declaration', 'package a\ndeny["x"] { some i, input; input = i; i == 1 }', '2:21'],
    ['a declaration with in', 'package a\nimport future.keywords.in\ndeny["x"] { some input in [1]; input == 2 }', '3:18'],
  ])('%s is told', async (_, module, position) => {
    expect(await lines(withRego(module))).toContain(`warning rego-shadowed-input ${pointer}:${position}`)
  })
  test.each([
    'package a\ndeny["x"] { some i; input.cmd[i] == "x" }',
    'package a\nimport future.keywords.in\ndeny["x"] { some c in input.cmd; c == "x" }',
    'package a\n# some input\ndeny["some input"] { unused := 1; input.cmd == "x" }',
    'package a\ndeny["x"] { f(input) }\nf(given) { given.exitcode != 0 }',
  ])('and nothing else is (%#)', async (module) => {
    expect(await lines(withRego(module))).toEqual([])
  })
})

import type { DescMessage } from '@bufbuild/protobuf'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { CilockError, JsonNumber, parseJson } from '@cilock/core'
import {
  create,
  fromBinary,
  fromJson,
  InTotoError,
  LinkSchema,
  ProvenanceSchema,
  ProvenanceV01Schema,
  ResourceDescriptorSchema,
  RuntimeTraceSchema,
  StatementSchema,
  SvrSchema,
  SvrV01Schema,
  TestResultSchema,
  toBinary,
  toJson,
  VerificationSummarySchema,
  VerificationSummaryV02Schema,
  VulnsSchema,
  VulnsV01Schema,
  type Provenance,
} from '@cilock/in-toto-attestation'

function refusal(schema: DescMessage, json: unknown, unknown: 'ignore' | 'refuse' = 'ignore'): unknown {
  try {
    return fromJson(schema, json, { unknown })
  } catch (error) {
    return error
  }
}

describe('fromJson', () => {
  test('a provenance as its specification shows it, typed', () => {
    const provenance = fromJson(ProvenanceSchema, {
      buildDefinition: {
        buildType: 'https://example.com/make@v1',
        externalParameters: { target: 'all', jobs: 4 },
        resolvedDependencies: [{ uri: 'git+https://example.com/r', digest: { gitCommit: 'abc' } }],
      },
      runDetails: { builder: { id: 'https://example.com/b' }, metadata: { invocationId: '1', startedOn: '2026-01-02T03:04:05.5+01:00' } },
    })
    expectTypeOf(provenance).toEqualTypeOf<Provenance>()
    expect(provenance.buildDefinition?.externalParameters).toEqual({ target: 'all', jobs: 4 })
    expect(provenance.runDetails?.metadata?.startedOn).toMatchObject({ seconds: 1767319445n, nanos: 500_000_000 })
  })

  test('keys in protobuf spelling are read too', () => {
    expect(fromJson(ResourceDescriptorSchema, { media_type: 'a', download_location: 'b' })).toMatchObject({ mediaType: 'a', downloadLocation: 'b' })
  })

  test('bytes in both alphabets', () => {
    const bytes = Uint8Array.of(0xfb, 0xff)
    for (const content of ['+/8=', '-_8=', '+/8', '-_8']) expect(fromJson(ResourceDescriptorSchema, { content }).content).toEqual(bytes)
  })

  test('null is not given', () => {
    expect(fromJson(LinkSchema, { name: null, materials: null, environment: null })).toEqual(create(LinkSchema))
  })

  test('keys that it does not know are dropped, or refused when asked for', () => {
    expect(fromJson(LinkSchema, { name: 'a', more: { b: 1 } })).toEqual(create(LinkSchema, { name: 'a' }))
    expect(refusal(LinkSchema, { materials: [{ name: 'a', more: 1 }] }, 'refuse')).toMatchObject({ code: 'ERR_MALFORMED', path: '/materials/0/more' })
  })

  test('a key __proto__ is a key like any other', () => {
    const link = fromJson(LinkSchema, JSON.parse('{"environment":{"__proto__":{"a":1}},"materials":[{"digest":{"__proto__":"x"}}]}'))
    expect(Object.keys(link.environment ?? {})).toEqual(['__proto__'])
    expect(Object.keys(link.materials[0]?.digest ?? {})).toEqual(['__proto__'])
  })

  test.each<[string, DescMessage, unknown, string]>([
    ['no object', LinkSchema, [], ''],
    ['nothing', LinkSchema, undefined, ''],
    ['null', LinkSchema, null, ''],
    ['a number for a string', LinkSchema, { name: 1 }, '/name'],
    ['a string with a lone surrogate', LinkSchema, { name: '\ud800' }, '/name'],
    ['an object for a list', LinkSchema, { command: {} }, '/command'],
    ['a number in a list', LinkSchema, { command: ['a', 1] }, '/command/1'],
    ['null in a list', LinkSchema, { command: [null] }, '/command/0'],
    ['null in a list of messages', LinkSchema, { materials: [{}, null] }, '/materials/1'],
    ['an array for a map', LinkSchema, { materials: [{ digest: [] }] }, '/materials/0/digest'],
    ['a number in a map', LinkSchema, { materials: [{ digest: { 'a/b~c': 1 } }] }, '/materials/0/digest/a~1b~0c'],
    ['null in a map', LinkSchema, { materials: [{ digest: { sha256: null } }] }, '/materials/0/digest/sha256'],
    ['a string for a message', ProvenanceSchema, { runDetails: { builder: 'x' } }, '/runDetails/builder'],
    ['an array for free JSON', LinkSchema, { environment: [] }, '/environment'],
    ['a lone surrogate in free JSON', LinkSchema, { environment: { a: ['\udc00'] } }, '/environment/a/0'],
    ['what is no JSON', LinkSchema, { environment: { a: () => 1 } }, '/environment/a'],
    ['garbage for bytes', ResourceDescriptorSchema, { content: 'a*==' }, '/content'],
    ['both alphabets for bytes', ResourceDescriptorSchema, { content: '+_+_' }, '/content'],
    ['bytes of an impossible length', ResourceDescriptorSchema, { content: 'aaaaa' }, '/content'],
    ['bytes with wrong padding', ResourceDescriptorSchema, { content: 'aa=' }, '/content'],
    ['a string for a bool', VerificationSummarySchema, { policy: 'x' }, '/policy'],
    ['a bool as text', ProvenanceV01Schema, { metadata: { reproducible: 'true' } }, '/metadata/reproducible'],
    ['a fraction for an integer', ProvenanceV01Schema, { recipe: { definedInMaterial: 1.5 } }, '/recipe/definedInMaterial'],
    ['an integer out of range', ProvenanceV01Schema, { recipe: { definedInMaterial: 2 ** 31 } }, '/recipe/definedInMaterial'],
    ['a negative count', VerificationSummarySchema, { dependencyLevels: { a: -1 } }, '/dependencyLevels/a'],
    ['a count beyond 64 bits', VerificationSummarySchema, { dependencyLevels: { a: '18446744073709551616' } }, '/dependencyLevels/a'],
    ['a count that may be rounded', VerificationSummarySchema, { dependencyLevels: { a: 2 ** 53 } }, '/dependencyLevels/a'],
    ['a count in another base', VerificationSummarySchema, { dependencyLevels: { a: '0x10' } }, '/dependencyLevels/a'],
    ['a time without offset', VerificationSummarySchema, { timeVerified: '2026-01-02T03:04:05' }, '/timeVerified'],
    ['a day that does not exist', VerificationSummarySchema, { timeVerified: '2026-02-30T00:00:00Z' }, '/timeVerified'],
    ['a time with ten digits', VerificationSummarySchema, { timeVerified: '2026-01-02T03:04:05.0123456789Z' }, '/timeVerified'],
    ['a time before the year 1 in UTC', VerificationSummarySchema, { timeVerified: '0001-01-01T00:00:00+01:00' }, '/timeVerified'],
    ['a time after the year 9999 in UTC', VerificationSummarySchema, { timeVerified: '9999-12-31T23:59:59-01:00' }, '/timeVerified'],
    ['a time as numbers that are none', VerificationSummarySchema, { timeVerified: { seconds: 'x' } }, '/timeVerified/seconds'],
    ['a time of more than a billion nanoseconds', VerificationSummarySchema, { timeVerified: { nanos: 1_000_000_000 } }, '/timeVerified/nanos'],
    ['a time as numbers out of range', VerificationSummarySchema, { timeVerified: { seconds: 253_402_300_800 } }, '/timeVerified/seconds'],
    ['a time as an object of something else', VerificationSummarySchema, { timeVerified: { seconds: 1, zone: 'Z' } }, '/timeVerified'],
    ['a number for a time', VerificationSummarySchema, { timeVerified: 1 }, '/timeVerified'],
    ['one key in two spellings', ResourceDescriptorSchema, { mediaType: 'a', media_type: 'b' }, '/media_type'],
  ])('%s is refused with its path', (_name, schema, json, path) => {
    const error = refusal(schema, json)
    expect(error).toMatchObject({ code: 'ERR_MALFORMED', path })
    // found here, and not by protobuf, which knows no path
    expect(error).not.toHaveProperty('cause')
    expect(InTotoError.is(error)).toBe(true)
    expect(CilockError.is(error)).toBe(true)
    expect((error as Error).message.endsWith(path === '' ? '' : ` at ${path}`)).toBe(true)
  })

  test('free JSON nested too deep for binary is refused before it is read', () => {
    const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)
    expect(refusal(LinkSchema, { environment: nested(2000) })).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    let depth = 1
    while (!(refusal(LinkSchema, { environment: nested(depth) }) instanceof Error)) depth++
    expect(depth).toBeGreaterThan(40)
    const deepest = fromJson(LinkSchema, { environment: nested(depth - 1) })
    expect(fromBinary(LinkSchema, toBinary(LinkSchema, deepest))).toEqual(deepest)
  })
})

describe('numbers that protobuf would change', () => {
  const exact = (text: string): unknown => fromJson(LinkSchema, parseJson(`{"environment":{"n":${text}}}`)).environment?.['n']

  test.each([
    ['0', 0],
    ['-1.5', -1.5],
    ['9007199254740991', 9007199254740991],
    ['1.0', 1],
    ['1e3', 1000],
    ['120.50e-1', 12.05],
    ['0.0', 0],
    ['1E-7', 1e-7],
  ])('%s is kept', (text, number) => {
    expect(exact(text)).toBe(number)
  })

  test.each(['9007199254740993', '9007199254740992', '1e22', '0.12345678901234567890', '1e400', '-12345678901234567890', '1e-400'])('%s is refused', (text) => {
    expect(() => exact(text)).toThrow(expect.objectContaining({ code: 'ERR_NUMBER_INEXACT', path: '/environment/n' }))
  })

  test('as number or bigint as well', () => {
    expect(refusal(LinkSchema, { environment: { n: 2 ** 60 } })).toMatchObject({ code: 'ERR_NUMBER_INEXACT' })
    expect(refusal(LinkSchema, { environment: { n: 2n ** 60n } })).toMatchObject({ code: 'ERR_NUMBER_INEXACT' })
    expect(refusal(LinkSchema, { environment: { n: Number.NaN } })).toMatchObject({ code: 'ERR_NUMBER_INEXACT' })
    expect(fromJson(LinkSchema, { environment: { n: 5n } }).environment).toEqual({ n: 5 })
  })

  test('in the predicate of a statement too', () => {
    expect(refusal(StatementSchema, parseJson('{"predicate":{"a":[{"size":18446744073709551615}]}}'))).toMatchObject({
      code: 'ERR_NUMBER_INEXACT',
      path: '/predicate/a/0/size',
    })
  })
})

describe('where specification and protobuf disagree', () => {
  test('dependencyLevels: text and numbers are read, numbers written where they are safe', () => {
    const levels = { SLSA_BUILD_LEVEL_1: '5', SLSA_BUILD_LEVEL_2: 7, big: '18446744073709551615', exact: new JsonNumber('18446744073709551614') }
    const summary = fromJson(VerificationSummarySchema, { dependencyLevels: levels })
    expect(summary.dependencyLevels).toEqual({ SLSA_BUILD_LEVEL_1: 5n, SLSA_BUILD_LEVEL_2: 7n, big: 18446744073709551615n, exact: 18446744073709551614n })
    expect(toJson(VerificationSummarySchema, summary).dependencyLevels).toEqual({
      SLSA_BUILD_LEVEL_1: 5,
      SLSA_BUILD_LEVEL_2: 7,
      big: '18446744073709551615',
      exact: '18446744073709551614',
    })
  })

  test('the older verification summary has underscores', () => {
    const json = { verifier: { id: 'v' }, time_verified: '2026-01-02T03:04:05Z', resource_uri: 'r', verification_result: 'PASSED', policy_level: 'SLSA_LEVEL_3' }
    expect(toJson(VerificationSummaryV02Schema, fromJson(VerificationSummaryV02Schema, json, { unknown: 'refuse' }))).toEqual(json)
  })

  test('times are written in UTC', () => {
    const json = toJson(VerificationSummarySchema, fromJson(VerificationSummarySchema, { timeVerified: '2026-01-02T03:04:05.120+02:00' }))
    expect(json.timeVerified).toBe('2026-01-02T01:04:05.120Z')
  })

  test('witness writes its provenance in the spelling of protobuf, and times as seconds and nanoseconds', () => {
    const started_on = { seconds: 1763833511, nanos: 5 }
    const provenance = fromJson(ProvenanceSchema, { run_details: { metadata: { started_on, finished_on: {} } } }, { unknown: 'refuse' })
    expect(provenance.runDetails?.metadata?.startedOn).toMatchObject({ seconds: 1763833511n, nanos: 5 })
    expect(toJson(ProvenanceSchema, provenance)).toEqual({
      runDetails: { metadata: { startedOn: '2025-11-22T17:45:11.000000005Z', finishedOn: '1970-01-01T00:00:00Z' } },
    })
  })

  const found = { id: 'CVE-1', severity: [{ method: 'CVSS', score: '9' }] }
  const times = { scanStartedOn: '2026-01-02T03:04:05Z' }

  test('vulns v0.1: the keys of the prose and those of the protobuf give one message', () => {
    const prose = { scanner: { uri: 's', db: { uri: 'd' }, result: [found] }, metadata: times }
    const protobuf = { scanner: { uri: 's', database: { uri: 'd' }, result: { vulnerabilities: [found] } }, scanMetadata: times }
    expect(fromJson(VulnsV01Schema, prose, { unknown: 'refuse' })).toEqual(fromJson(VulnsV01Schema, protobuf, { unknown: 'refuse' }))
    expect(toJson(VulnsV01Schema, fromJson(VulnsV01Schema, prose))).toEqual(protobuf)
  })

  test('vulns v0.1: both at once is refused', () => {
    expect(refusal(VulnsV01Schema, { metadata: times, scanMetadata: times })).toMatchObject({ code: 'ERR_MALFORMED', path: '/metadata' })
    expect(refusal(VulnsV01Schema, { scanner: { db: {}, database: {} } })).toMatchObject({ code: 'ERR_MALFORMED', path: '/scanner/db' })
  })

  test('vulns v0.2 has keys of its own', () => {
    const json = { scanner: { uri: 's', version: '1', db: { uri: 'd', lastUpdate: '2026-01-02T03:04:05Z' }, result: [found] }, metadata: times }
    expect(toJson(VulnsSchema, fromJson(VulnsSchema, json, { unknown: 'refuse' }))).toEqual(json)
    expect(refusal(VulnsSchema, { scanner: { database: {} } }, 'refuse')).toMatchObject({ code: 'ERR_MALFORMED', path: '/scanner/database' })
  })

  test('an empty result says that nothing was found, so it is written', () => {
    expect(toJson(VulnsSchema, create(VulnsSchema, { scanner: { uri: 's' } }))).toEqual({ scanner: { uri: 's', result: [] } })
    expect(toJson(TestResultSchema, create(TestResultSchema, { result: 'PASSED' }))).toEqual({ result: 'PASSED', configuration: [] })
    expect(toJson(StatementSchema, create(StatementSchema))).toEqual({ subject: [] })
  })

  test('svr v0.1 has a policy of any type, v0.2 a list of policies', () => {
    const policy = { '@type': 'type.googleapis.com/in_toto_attestation.v1.ResourceDescriptor', uri: 'p' }
    const v01 = { verifier: { id: 'v', policy }, timeCreated: '2026-01-02T03:04:05Z', properties: ['a'] }
    expect(toJson(SvrV01Schema, fromJson(SvrV01Schema, v01, { unknown: 'refuse' }))).toEqual(v01)
    const v02 = { verifier: { id: 'v', policies: [{ uri: 'p' }] }, timeCreated: '2026-01-02T03:04:05Z', properties: [] }
    expect(toJson(SvrSchema, fromJson(SvrSchema, v02, { unknown: 'refuse' }))).toEqual(v02)
    expect(toJson(SvrSchema, create(SvrSchema, { verifier: { id: 'v' } }))).toEqual({ verifier: { id: 'v', policies: [] }, properties: [] })
  })

  test.each([
    ['a well-known type', { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { a: [1] } }],
    ['a time', { '@type': 'type.googleapis.com/google.protobuf.Timestamp', value: '2026-01-02T03:04:05Z' }],
  ])('a policy that is %s', (_name, policy) => {
    expect(toJson(SvrV01Schema, fromJson(SvrV01Schema, { verifier: { policy } }))).toEqual({ verifier: { policy }, properties: [] })
  })

  test.each<[string, unknown, string]>([
    ['an unknown type', { '@type': 'type.googleapis.com/a.B' }, '/verifier/policy/@type'],
    ['no type', { uri: 'p' }, '/verifier/policy/@type'],
    ['a type without host', { '@type': 'in_toto_attestation.v1.ResourceDescriptor' }, '/verifier/policy/@type'],
    ['no object', 'p', '/verifier/policy'],
    ['a wrong member', { '@type': 'type.googleapis.com/in_toto_attestation.v1.ResourceDescriptor', uri: 1 }, '/verifier/policy/uri'],
  ])('a policy of any type with %s is refused', (_name, policy, path) => {
    expect(refusal(SvrV01Schema, { verifier: { policy } })).toMatchObject({ code: 'ERR_MALFORMED', path })
  })

  test('a runtime trace has hostID', () => {
    const json = {
      monitor: { type: 't', configSource: { uri: 'c' }, tracePolicy: { a: true } },
      monitoredProcess: { hostID: 'h', type: 'p', event: 'e' },
      monitorLog: { process: [{ pid: 1 }], network: [{ port: 80 }], fileAccess: [{ name: 'f', digest: { sha256: 'x' } }] },
      metadata: { buildStartedOn: '2026-01-02T03:04:05Z' },
    }
    expect(toJson(RuntimeTraceSchema, fromJson(RuntimeTraceSchema, json, { unknown: 'refuse' }))).toEqual(json)
  })
})

describe('messages that cannot be written', () => {
  test('a time out of range', () => {
    const summary = create(VerificationSummarySchema, { timeVerified: { seconds: 253_402_300_800n } })
    expect(() => toJson(VerificationSummarySchema, summary)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('NaN in free JSON', () => {
    const link = create(LinkSchema, { environment: { a: Number.NaN } })
    expect(() => toJson(LinkSchema, link)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('an integer that its field cannot hold', () => {
    const provenance = create(ProvenanceV01Schema, { recipe: { definedInMaterial: 2 ** 40 } })
    expect(() => toBinary(ProvenanceV01Schema, provenance)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('what is no bytes is a TypeError', () => {
    // @ts-expect-error a message is read from bytes
    expect(() => fromBinary(LinkSchema, 'text')).toThrow(TypeError)
  })

  test('text that is no UTF-8', () => {
    expect(() => fromBinary(LinkSchema, Uint8Array.of(0x0a, 0x01, 0x80))).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('bytes that are no message', () => {
    expect(() => fromBinary(LinkSchema, Uint8Array.of(0x0a, 0x05, 0x61))).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
})

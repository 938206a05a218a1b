import { describe, expect, it } from 'vitest'
import { alice, bob, cause, commandRun, failures, judge, keyid, now, policyOf, publickeys, signPolicy, step } from './support/world.ts'

/** What the first cause is for this document, and where it points. */
async function refusal(document: unknown): Promise<readonly [string, string]> {
  const report = await judge({ policy: document })
  return [cause(report), failures(report)[0]?.place.pointer ?? '']
}

function steps(...all: ReturnType<typeof step>[]): Record<string, unknown> {
  return policyOf({ steps: Object.fromEntries(all.map((each) => [each.name, each])) })
}

describe('expiry', () => {
  it('T1: an expired policy is refused, and its evidence is judged all the same', async () => {
    const report = await judge({ policy: policyOf({ expires: '2026-06-01T11:59:59.999Z' }) })
    expect(report.verdict).toBe('failed')
    expect(cause(report)).toBe('policy-expiry ERR_POLICY_EXPIRED')
    expect(report.steps[0]?.verdict).toBe('passed')
  })
  it('holds until the very millisecond that it names', async () => {
    expect(cause(await judge({ policy: policyOf({ expires: now.toISOString() }) }))).toBe('passed')
  })
  it('T4: a policy without expires is refused', async () => {
    const { expires: _, ...rest } = policyOf()
    expect(await refusal(rest)).toEqual(['policy-missing-key ERR_POLICY_DOCUMENT', '/expires'])
  })
  it('takes null for the year 1, as Go does: expired', async () => {
    expect(await refusal(policyOf({ expires: null }))).toEqual(['policy-expiry ERR_POLICY_EXPIRED', '/expires'])
  })
  it.each(['2048-01-01', '2048-01-01 00:00:00Z', '2048-01-01t00:00:00z', '2048-01-01T00:00:00', '2048-01-01T1:00:00Z', '2048-01-01T00:00:00,5Z', '2047-02-29T00:00:00Z', '2048-01-01T00:00:60Z', '2048-01-01T00:00:00+25:00', ''])(
    'refuses the time %j',
    async (expires) => {
      expect(await refusal(policyOf({ expires }))).toEqual(['policy-time ERR_POLICY_DOCUMENT', '/expires'])
    },
  )
  it('reads an offset', async () => {
    expect(cause(await judge({ policy: policyOf({ expires: '2026-06-01T11:30:00-01:00' }) }))).toBe('passed')
    expect(cause(await judge({ policy: policyOf({ expires: '2026-06-01T12:30:00+01:00' }) }))).toBe('policy-expiry ERR_POLICY_EXPIRED')
  })
})

describe('what the document must be', () => {
  it.each([{}, null, undefined])('T5: a policy without steps (%j) is refused', async (none) => {
    const { steps: _, ...rest } = policyOf()
    expect(await refusal(none === undefined ? rest : { ...rest, steps: none })).toEqual(['policy-empty ERR_POLICY_EMPTY', '/steps'])
  })
  it('T8: a step with an empty key and name is refused', async () => {
    expect(await refusal(steps(step('')))).toEqual(['policy-step-name ERR_POLICY_DOCUMENT', '/steps/'])
  })
  it('T9: a step whose name is not its key is refused', async () => {
    expect(await refusal(policyOf({ steps: { build: step('other') } }))).toEqual(['policy-step-name ERR_POLICY_DOCUMENT', '/steps/build/name'])
  })
  it('refuses the name under which CI/lock keeps external attestations', async () => {
    expect(await refusal(steps(step('__external__')))).toEqual(['policy-step-name ERR_POLICY_DOCUMENT', '/steps/__external__'])
  })
  it('keeps a step named __proto__ a step, which fails without evidence', async () => {
    const document = `{"expires":"2030-01-01T00:00:00Z","publickeys":${JSON.stringify(publickeys(alice))},"steps":{"build":${JSON.stringify(step('build'))},"__proto__":${JSON.stringify(step('__proto__'))}}}`
    const report = await judge({ policy: document })
    expect(report.steps.map(({ step: name, verdict }) => `${name} ${verdict}`)).toEqual(['__proto__ failed', 'build passed'])
  })
  it('T10: a step whose attestationsFrom names itself is refused', async () => {
    expect((await refusal(steps(step('build', { attestationsFrom: ['build'] }))))[0]).toBe('policy-cycle ERR_POLICY_DOCUMENT')
  })
  it('T11: a cycle of two is refused', async () => {
    const report = await judge({ policy: steps(step('a', { attestationsFrom: ['b'] }), step('b', { attestationsFrom: ['a'] })) })
    expect(cause(report)).toBe('policy-cycle ERR_POLICY_DOCUMENT')
    expect(failures(report)[0]?.message).toContain('"a" → "b" → "a"')
  })
  it('T12: a long cycle with a spur is refused, and the spur is not part of it', async () => {
    const ring = ['a', 'b', 'c', 'd'].map((name, index, all) => step(name, { attestationsFrom: [all[(index + 1) % 4] ?? ''] }))
    const report = await judge({ policy: steps(...ring, step('0spur', { attestationsFrom: ['a'] })) })
    expect(failures(report).filter(({ code }) => code === 'policy-cycle').map(({ found }) => found)).toEqual(['"a" → "b" → "c" → "d" → "a"'])
  })
  it('T13: of two disjoint cycles both are told, in the order of their names', async () => {
    const pair = (x: string, y: string) => [step(x, { attestationsFrom: [y] }), step(y, { attestationsFrom: [x] })]
    const report = await judge({ policy: steps(...pair('y', 'z'), ...pair('b', 'a')) })
    expect(failures(report).filter(({ code }) => code === 'policy-cycle').map(({ found }) => found)).toEqual(['"a" → "b" → "a"', '"y" → "z" → "y"'])
  })
  it('T14: a diamond is no cycle', async () => {
    const diamond = steps(step('a'), step('b', { attestationsFrom: ['a'] }), step('c', { attestationsFrom: ['a'] }), step('d', { attestationsFrom: ['b', 'c'] }))
    expect(failures(await judge({ policy: diamond })).map(({ code }) => code)).not.toContain('policy-cycle')
  })
  it('T15, T16: a chain of a hundred steps is no cycle, and a step named twice is none either', async () => {
    const chain = Array.from({ length: 100 }, (_, index) => step(`s${index}`, index === 0 ? {} : { attestationsFrom: [`s${index - 1}`, `s${index - 1}`] }))
    expect(new Set(failures(await judge({ policy: steps(...chain) })).map(({ code }) => code))).toEqual(new Set(['collection']))
  })
  it('T17: an unknown step in attestationsFrom is refused', async () => {
    expect(await refusal(steps(step('build', { attestationsFrom: ['nowhere'] })))).toEqual(['policy-reference ERR_POLICY_DOCUMENT', '/steps/build/attestationsFrom/0'])
  })
  it('T18: an unknown step in artifactsFrom is refused', async () => {
    expect(await refusal(steps(step('build', { artifactsFrom: ['nowhere'] })))).toEqual(['policy-reference ERR_POLICY_DOCUMENT', '/steps/build/artifactsFrom/0'])
  })
  it('T19: an unknown external in externalFrom is refused', async () => {
    expect(await refusal(steps(step('build', { externalFrom: ['nowhere'] })))).toEqual(['policy-reference ERR_POLICY_DOCUMENT', '/steps/build/externalFrom/0'])
  })
  it('T203: a cycle of artifactsFrom is refused', async () => {
    expect((await refusal(steps(step('a', { artifactsFrom: ['b'] }), step('b', { artifactsFrom: ['a'] }))))[0]).toBe('policy-cycle ERR_POLICY_DOCUMENT')
    expect((await refusal(steps(step('a', { artifactsFrom: ['a'] }))))[0]).toBe('policy-cycle ERR_POLICY_DOCUMENT')
  })
  it('refuses a functionary of a type that there is not', async () => {
    for (const type of [undefined, 'key', 'PublicKey']) {
      const functionary = { ...(type === undefined ? {} : { type }), publickeyid: keyid(alice) }
      const document = policyOf({ steps: { build: step('build', { functionaries: [functionary as never] }) } })
      expect(await refusal(document)).toEqual(['policy-functionary-type ERR_POLICY_DOCUMENT', '/steps/build/functionaries/0/type'])
    }
  })
  it('refuses a functionary of type publickey that names roots in place of a key', async () => {
    const byRoots = { type: 'publickey' as const, certConstraint: { commonname: '*', roots: ['*'] } }
    const document = policyOf({ steps: { build: step('build', { functionaries: [byRoots] }) } })
    expect(await refusal(document)).toEqual(['policy-functionary-type ERR_POLICY_DOCUMENT', '/steps/build/functionaries/0'])
    expect(cause(await judge({ policy: document, rules: { functionaryTypes: false } }))).not.toContain('policy-')
  })
  it('refuses a functionary of type root that names no root', async () => {
    const document = policyOf({ steps: { build: step('build', { functionaries: [{ type: 'root', publickeyid: keyid(alice) }] }) } })
    expect(await refusal(document)).toEqual(['policy-functionary-type ERR_POLICY_DOCUMENT', '/steps/build/functionaries/0'])
  })
  it.each([
    ['empty', {}, 'policy-timestamp-constraint', ''],
    ['a bad duration', { maxAge: '1d' }, 'policy-time', '/maxAge'],
    ['a negative one', { maxAge: '-1h' }, 'policy-timestamp-constraint', '/maxAge'],
    ['none at all', { maxAge: '0' }, 'policy-timestamp-constraint', '/maxAge'],
    ['an inverted window', { notBefore: '2026-02-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z' }, 'policy-timestamp-constraint', ''],
  ])('T31: a timestampConstraint with %s is refused', async (_, timestampConstraint, code, at) => {
    expect(await refusal(steps(step('build', { timestampConstraint })))).toEqual([`${code} ERR_POLICY_DOCUMENT`, `/steps/build/timestampConstraint${at}`])
  })
})

describe('keys of the document', () => {
  it.each([
    [policyOf({ roots: {}, extra: 1 }), '/extra'],
    [policyOf({ steps: { build: { ...step('build'), artifactFrom: ['fetch'] } } }), '/steps/build/artifactFrom'],
    [policyOf({ steps: { build: { ...step('build'), threshold: 2 } } }), '/steps/build/threshold'],
    [policyOf({ steps: { build: step('build', { attestations: [{ type: commandRun, rego: [] } as never] }) } }), '/steps/build/attestations/0/rego'],
    [policyOf({ steps: { build: step('build', { functionaries: [{ type: 'publickey', publickeyid: keyid(alice), certConstraint: { emailaddresses: [] } } as never] }) } }), '/steps/build/functionaries/0/certConstraint/emailaddresses'],
  ])('T25: an unknown key is refused at its place (%#)', async (document, pointer) => {
    expect(await refusal(document)).toEqual(['policy-unknown-key ERR_POLICY_DOCUMENT', pointer])
  })
  it('T26: a key that stands twice is refused', async () => {
    const text = JSON.stringify(policyOf())
    expect((await refusal(`${text.slice(0, -1)},"expires":"2040-01-01T00:00:00Z"}`))[0]).toBe('policy-json ERR_POLICY_DOCUMENT')
    expect((await refusal(text.replace('"name":"build"', '"name":"build","name":"build"')))[0]).toBe('policy-json ERR_POLICY_DOCUMENT')
  })
  it('T27: a key in another letter case is refused, and the right one named', async () => {
    const { expires, ...rest } = policyOf()
    const report = await judge({ policy: { ...rest, Expires: expires } })
    expect(cause(report)).toBe('policy-key-case ERR_POLICY_DOCUMENT')
    expect(failures(report)[0]).toMatchObject({ expected: 'expires', place: { document: 'policy', pointer: '/Expires' } })
  })
  it('escapes names in pointers', async () => {
    expect(await refusal(policyOf({ steps: { 'a/b~c': { ...step('a/b~c'), x: 1 } } }))).toEqual(['policy-unknown-key ERR_POLICY_DOCUMENT', '/steps/a~1b~0c/x'])
  })
  it.each([
    [{ steps: [] }, '/steps'],
    [{ steps: { build: null } }, '/steps/build'],
    [{ steps: { build: { ...step('build'), functionaries: {} } } }, '/steps/build/functionaries'],
    [{ steps: { build: { ...step('build'), artifactsFrom: [1] } } }, '/steps/build/artifactsFrom/0'],
    [{ expires: 5 }, '/expires'],
    [{ publickeys: { k: { keyid: 'k', key: '***' } } }, '/publickeys/k/key'],
    [{ externalAttestations: { x: { required: 'yes' } } }, '/externalAttestations/x/required'],
  ])('refuses a value of another kind (%#)', async (change, pointer) => {
    expect(await refusal(policyOf(change))).toEqual(['policy-value ERR_POLICY_DOCUMENT', pointer])
  })
  it('T28: a module that is no base64 is refused', async () => {
    const attestations = [{ type: commandRun, regopolicies: [{ name: 'x', module: '*' }] }]
    expect(await refusal(policyOf({ steps: { build: step('build', { attestations }) } }))).toEqual(['policy-value ERR_POLICY_DOCUMENT', '/steps/build/attestations/0/regopolicies/0/module'])
  })
  it('tells everything that is wrong, not only the first', async () => {
    const report = await judge({ policy: policyOf({ expires: 1, one: 1, steps: { build: { ...step('other'), two: 2 } } }) })
    expect(failures(report).map(({ place }) => place.pointer)).toEqual(['/expires', '/steps/build/two', '/one', '/steps/build/name'])
  })
  it('takes null for absence, as Go does', async () => {
    const absent = { artifactsFrom: null, attestationsFrom: null, externalFrom: null, allowedUntracked: null, timestampConstraint: null }
    const document = policyOf({ roots: null, timestampauthorities: null, externalAttestations: null, steps: { build: step('build', { ...absent, attestations: [{ type: commandRun, regopolicies: null, aipolicies: [] }] }) } })
    expect(cause(await judge({ policy: document }))).toBe('passed')
  })
})

describe('public keys', () => {
  it('T20: a key whose id is not its own is refused, also in upper case', async () => {
    for (const id of [keyid(bob), keyid(alice).toUpperCase()]) {
      const document = policyOf({ publickeys: { k: { keyid: id, key: btoa(alice.publicKeyPem) } } })
      expect(await refusal(document)).toEqual(['policy-public-key ERR_POLICY_KEY', '/publickeys/k/keyid'])
    }
  })
  it('T21: a malformed key is refused, even one that no step names', async () => {
    const document = policyOf({ publickeys: { ...publickeys(alice), unused: { keyid: 'x', key: btoa('no PEM') } } })
    expect(await refusal(document)).toEqual(['policy-public-key ERR_POLICY_KEY', '/publickeys/unused/key'])
  })
  it('T22: a private key is refused, and does not show in the report', async () => {
    const report = await judge({ policy: policyOf({ publickeys: { k: { keyid: keyid(alice), key: btoa(alice.privateKeyPem) } } }) })
    expect(cause(report)).toBe('policy-public-key ERR_POLICY_KEY')
    expect(JSON.stringify(report)).not.toContain('PRIVATE')
  })
  it('T32: a key of a key service with its key embedded is known by both names', async () => {
    const uri = 'awskms:///arn:aws:kms:eu-west-1:1:key/2'
    for (const publickeyid of [uri, keyid(alice)]) {
      const document = policyOf({ publickeys: { k: { keyid: uri, key: btoa(alice.publicKeyPem) } }, steps: { build: step('build', { functionaries: [{ type: 'publickey', publickeyid }] }) } })
      expect(cause(await judge({ policy: document }))).toBe('passed')
    }
  })
  it('T33: a key of a key service without its key is refused', async () => {
    expect(await refusal(policyOf({ publickeys: { k: { keyid: 'awskms:///x', key: '' } } }))).toEqual(['policy-public-key ERR_POLICY_KEY', '/publickeys/k'])
  })
  it('does not take any URI for that of a key service', async () => {
    expect((await refusal(policyOf({ publickeys: { k: { keyid: 'foo:///x', key: btoa(alice.publicKeyPem) } } })))[0]).toBe('policy-public-key ERR_POLICY_KEY')
  })
  it('takes any name for a key, and base64 with line ends', async () => {
    const key = btoa(alice.publicKeyPem).replaceAll(/.{40}/g, '$&\r\n')
    expect(cause(await judge({ policy: policyOf({ publickeys: { 'release key': { keyid: keyid(alice), key } } }) }))).toBe('passed')
  })
})

describe('T35: what is no policy at all', () => {
  it.each([
    ['null', 'policy-value'],
    ['[]', 'policy-value'],
    ['{}', 'policy-missing-key'],
    ['"policy"', 'policy-value'],
    ['', 'policy-json'],
    ['{"expires":', 'policy-json'],
    ['{} {}', 'policy-json'],
    ['\uFEFF{}', 'policy-json'],
    ['{"steps":{"\\ud800":{}}}', 'policy-json'],
    [`{"x":${'['.repeat(300)}${']'.repeat(300)}}`, 'limit'],
  ])('%j is refused without a crash', async (text, code) => {
    expect((await refusal(text))[0]).toMatch(new RegExp(`^${code} `))
  })
  it('refuses a document over the limit of bytes', async () => {
    const report = await judge({ policy: policyOf(), limits: { policyBytes: 100 } })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
  })
  it('T34: refuses every payload type but those of policies', async () => {
    for (const payloadType of ['application/vnd.in-toto+json', '', 'text/plain', 'https://witness.testifysec.com/policy/v0.1 ']) {
      const report = await judge({ policyEnvelope: await signPolicy(policyOf(), { payloadType }) })
      expect(cause(report)).toBe('policy-payload-type ERR_POLICY_PAYLOAD_TYPE')
      expect(report.policy.checks.find(({ code }) => code === 'policy-json')?.state).toBe('not-evaluated')
    }
    const witness = await signPolicy(policyOf(), { payloadType: 'https://witness.testifysec.com/policy/v0.1' })
    expect(cause(await judge({ policyEnvelope: witness }))).toBe('passed')
  })
})

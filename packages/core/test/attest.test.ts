import { attest, AttestError, CilockError, collectionType, parseStatement } from '@cilock/core'
import type { Attestor, AttestOptions, Evidence, RunType, Signer } from '@cilock/core'
import { describe, expect, it, vi } from 'vitest'

const signer: Signer = { keyid: 'test', sign: async () => new Uint8Array([1, 2, 3]) }

function attestor(name: string, runType: RunType, make: Attestor['attest'], more: Partial<Attestor> = {}): Attestor {
  const predicateType = `https://example.test/${name}/v1`
  return { name, predicateType, runType, read: (predicate) => ({ predicate }), attest: make, ...more }
}

const finds =
  (evidence: Evidence): Attestor['attest'] =>
  async () =>
    evidence

function options(attestors: readonly Attestor[], more: Partial<AttestOptions> = {}): AttestOptions {
  let now = Date.parse('2026-01-02T03:04:05Z')
  return {
    step: 'build',
    attestors,
    signers: [signer],
    workingDir: '/somewhere',
    env: {},
    clock: () => new Date((now += 1)),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    ...more,
  }
}

const sha = (digit: string): string => digit.repeat(64)

describe('attest', () => {
  it('has every signature timestamped by each authority, and fails where one gives none', async () => {
    const timestamper = { timestamp: async (signature: Uint8Array) => ({ type: 'tsp', data: new Uint8Array([...signature, 9]) }) }
    const thing = attestor('thing', 'product', finds({ predicate: {} }), { export: true })
    const { envelope, exported } = await attest(options([thing], { timestampers: [timestamper, timestamper] }))
    for (const { signatures } of [envelope, ...exported.map((each) => each.envelope)]) {
      expect(signatures.map(({ timestamps }) => timestamps?.map(({ data }) => [...data]))).toEqual([[[1, 2, 3, 9], [1, 2, 3, 9]]])
    }
    expect(exported).toHaveLength(1)
    const failing = { timestamp: async () => Promise.reject(new TypeError('down')) }
    await expect(attest(options([thing], { timestampers: [failing] }))).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
    await expect(attest(options([thing], { timestampers: [{}] as never }))).rejects.toThrow(TypeError)
  })

  it('runs stages in order and shows each stage what earlier ones found', async () => {
    const seen: string[] = []
    const spy = (name: string, runType: RunType, evidence: Evidence) =>
      attestor(name, runType, async ({ materials, products, completed, executeStart }) => {
        seen.push(`${name}: ${Object.keys(materials).join()} | ${Object.keys(products).join()} | ${completed.map((each) => each.name).join()} | ${executeStart !== undefined}`)
        return evidence
      })
    await attest(
      options([
        spy('last', 'postproduct', { predicate: {} }),
        spy('product', 'product', { predicate: {}, products: { out: { mime_type: 'text/plain', digest: { sha256: sha('a') } } } }),
        spy('material', 'material', { predicate: {}, materials: { in: { sha256: sha('b') } } }),
        spy('execute', 'execute', { predicate: {} }),
        spy('first', 'prematerial', { predicate: {} }),
      ]),
    )
    expect(seen).toEqual([
      'first:  |  |  | false',
      'material:  |  | first | false',
      'execute: in |  | first,material | true',
      'product: in |  | first,material,execute | true',
      'last: in | out | first,material,execute,product | true',
    ])
  })

  it('lists attestors of one stage as given, however long each takes', async () => {
    const slow = (name: string, ms: number) =>
      attestor(name, 'prematerial', async () => {
        await new Promise((resolve) => setTimeout(resolve, ms))
        return { predicate: { name } }
      })
    const frozen = { clock: () => new Date('2026-01-02T03:04:05.120Z') }
    const one = await attest(options([slow('a', 20), slow('b', 0), slow('c', 10)], frozen))
    const other = await attest(options([slow('a', 0), slow('b', 20), slow('c', 5)], frozen))
    expect(one.collection.attestations.map(({ type }) => type.split('/').at(-2))).toEqual(['a', 'b', 'c'])
    expect(one.collection.attestations[0]?.starttime).toBe('2026-01-02T03:04:05.12Z')
    expect(one.envelope.payload).toEqual(other.envelope.payload)
  })

  it('prefixes subjects and back-references with the type, and sorts subjects by bytes', async () => {
    const { envelope } = await attest(
      options(
        [
          attestor('x', 'prematerial', finds({ predicate: 1, subjects: { 'b:2': { sha256: sha('1') }, 'a:1': { sha256: sha('2') } }, backRefs: { 'a:1': { sha256: sha('2') } } })),
          attestor('y', 'product', finds({ predicate: 2, predicateType: 'https://witness.dev/attestations/git/v0.1', subjects: { c: { sha1: '3'.repeat(40) } } })),
        ],
        { subjects: { mine: { sha256: sha('4') } } },
      ),
    )
    const statement = parseStatement(envelope.payload)
    expect(statement.predicateType).toBe(collectionType)
    expect(statement.subject.map(({ name }) => name)).toEqual([
      'https://aflock.ai/attestations/git/v0.1/c',
      'https://example.test/x/v1/a:1',
      'https://example.test/x/v1/b:2',
      'mine',
    ])
    expect(statement.predicate).toMatchObject({ name: 'build', backrefs: { 'https://example.test/x/v1/a:1': { sha256: sha('2') } } })
  })

  it('signs an exported predicate as a statement of its own, about all that the run speaks about', async () => {
    const { collection, exported } = await attest(
      options([
        attestor('image', 'prematerial', finds({ predicate: 1, subjects: { 'imageid:1': { sha256: sha('1') } } })),
        attestor('bom', 'postproduct', finds({ predicate: { a: 1 }, predicateType: 'https://cyclonedx.org/bom', subjects: { file: { sha256: sha('2') } } }), { export: true }),
      ]),
    )
    expect(collection.attestations.map(({ type }) => type)).toEqual(['https://example.test/image/v1'])
    const [bom] = exported
    expect(bom?.predicateType).toBe('https://cyclonedx.org/bom')
    expect(parseStatement(bom?.envelope.payload ?? new Uint8Array()).subject).toEqual([
      { name: 'file', digest: { sha256: sha('2') } },
      { name: 'imageid:1', digest: { sha256: sha('1') } },
    ])
  })

  it('keeps what others found when one fails, and says which', async () => {
    const failing = attestor('bad', 'prematerial', async () => {
      throw new CilockError('ERR_FILE_UNREADABLE', 'no such thing')
    })
    const error: unknown = await attest(options([attestor('good', 'prematerial', finds({ predicate: 1 })), failing])).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AttestError)
    if (!(error instanceof AttestError)) return
    expect(error.code).toBe('ERR_ATTESTOR_FAILED')
    expect(error.failed.map(({ attestor: name, error: reason }) => [name, reason?.code])).toEqual([['bad', 'ERR_FILE_UNREADABLE']])
    expect(error.result.collection.attestations).toHaveLength(1)
    expect(error.result.envelope.signatures).toHaveLength(1)
  })

  it('gives an uncoded failure a code and keeps the cause', async () => {
    const cause = new RangeError('boom')
    const run = attest(options([attestor('bad', 'prematerial', async () => Promise.reject(cause))]))
    await expect(run).rejects.toMatchObject({ failed: [{ error: { code: 'ERR_ATTESTOR_FAILED', cause } }] })
  })

  it('tells nothing to attest apart from a failure', async () => {
    const none = attestor('none', 'postproduct', async () => {
      throw new CilockError('ERR_NOTHING_TO_ATTEST', 'no products')
    })
    const { outcomes, collection } = await attest(options([none]))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['nothing'])
    expect(collection.attestations).toEqual([])
  })

  it('fails an attestor whose digests Go could not read back', async () => {
    const run = attest(options([attestor('odd', 'prematerial', finds({ predicate: 1, subjects: { a: { sha512: 'ff' } } }))]))
    await expect(run).rejects.toMatchObject({ failed: [{ error: { code: 'ERR_DIGEST_INVALID' } }] })
  })

  describe('keeps the evidence of all others when an attestor', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

    it.each<[string, string, Evidence]>([
      ['finds no predicate', 'ERR_EVIDENCE_INVALID', { predicate: undefined }],
      ['finds what is no JSON', 'ERR_EVIDENCE_INVALID', { predicate: { at: new Date(0) } }],
      ['finds what is no Unicode', 'ERR_EVIDENCE_INVALID', { predicate: '\ud800' }],
      ['names a subject by what is no Unicode', 'ERR_EVIDENCE_INVALID', { predicate: 1, subjects: { '\ud800': { sha256: sha('1') } } }],
      ['nests deeper than a statement may', 'ERR_LIMIT_EXCEEDED', { predicate: nested(997) }],
    ])('%s: %s', async (_name, code, evidence) => {
      const run = attest(options([attestor('good', 'prematerial', finds({ predicate: 1 })), attestor('bad', 'product', finds(evidence))]))
      await expect(run).rejects.toMatchObject({ failed: [{ attestor: 'bad', error: { code } }], result: { collection: { attestations: [{ attestation: 1 }] } } })
    })

    it('and lets the deepest predicate that can be read back pass', async () => {
      const { envelope } = await attest(options([attestor('deep', 'product', finds({ predicate: nested(996) }))]))
      expect(parseStatement(envelope.payload).predicateType).toBe(collectionType)
    })
  })

  it('refuses two attestors that contradict each other', async () => {
    const make = (digit: string) => attestor('same', 'prematerial', finds({ predicate: 1, subjects: { a: { sha256: sha(digit) } } }))
    await expect(attest(options([make('1'), make('2')]))).rejects.toMatchObject({ code: 'ERR_EVIDENCE_INVALID' })
  })

  it('refuses them before the next stage runs, naming both and the subject', async () => {
    const make = (name: string, digit: string) => ({ ...attestor(name, 'prematerial', finds({ predicate: 1, subjects: { a: { sha256: sha(digit) } } })), predicateType: 'https://example.test/same' })
    let isRun = false
    const command = attestor('command', 'execute', async () => {
      isRun = true
      return { predicate: 1 }
    })
    const message = new RegExp(`the subject https://example.test/same/a, found sha256:${sha('1')} of one and sha256:${sha('2')} of two`)
    await expect(attest(options([make('one', '1'), make('two', '2'), command]))).rejects.toMatchObject({ code: 'ERR_EVIDENCE_INVALID', message: expect.stringMatching(message) as string })
    expect(isRun).toBe(false)
    // What is exported speaks for itself, and who agrees may say it twice.
    await expect(attest(options([make('one', '1'), { ...make('two', '2'), export: true }, make('three', '1'), command]))).resolves.toMatchObject({ exported: [{ attestor: 'two' }] })
    expect(isRun).toBe(true)
  })

  it('stops when its signal fires, and signs nothing', async () => {
    const controller = new AbortController()
    let signed = 0
    const stopper = attestor('stopper', 'prematerial', async () => {
      controller.abort()
      return { predicate: 1 }
    })
    const counting: Signer = { keyid: '', sign: async () => new Uint8Array([(signed += 1)]) }
    await expect(attest(options([stopper], { signal: controller.signal, signers: [counting] }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(attest(options([stopper], { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(signed).toBe(0)
  })

  it('has no network unless handed one', async () => {
    const online = attestor('online', 'prematerial', async ({ fetch }) => ({ predicate: await (await fetch('https://example.test')).text() }))
    await expect(attest(options([online]))).rejects.toMatchObject({ failed: [{ error: { code: 'ERR_FETCH_MISSING' } }] })
    const { collection } = await attest(options([online], { fetch: async () => new Response('hello') }))
    expect(collection.attestations[0]?.attestation).toBe('hello')
  })

  it('says how every attestor began and ended', async () => {
    const events: string[] = []
    await attest(options([attestor('a', 'prematerial', finds({ predicate: 1 }))], { onEvent: (event) => events.push(event.kind === 'start' ? 'start' : event.outcome) }))
    expect(events).toEqual(['start', 'attested'])
  })

  it.each([
    ['step', { step: '' }],
    ['step', { step: undefined }],
    ['attestors', { attestors: [] }],
    ['attestors', { attestors: undefined }],
    ['signers', { signers: [] }],
    ['signers', { signers: undefined }],
    ['signers', { signers: [{ verify: () => undefined }] }],
    ['step', { step: 'build\ud800' }],
    ['subjects', { subjects: 'app' }],
    ['subjects', { subjects: { '\ud800': { sha256: sha('1') } } }],
    ['subject "app"', { subjects: { app: sha('1') } }],
    ['workingDir', { workingDir: 'work' }],
    ['env', { env: undefined }],
    ['clock', { clock: undefined }],
    ['host', { host: undefined }],
    ['dialect', { dialect: 'other' }],
    ['signal', { signal: {} }],
    ['signal', { signal: new AbortController() }],
    ['run in one of', { attestors: [attestor('odd', 'sometime' as RunType, finds({ predicate: 1 }))] }],
  ])('names a wrong argument: %s', async (name, wrong) => {
    const given = { ...options([attestor('a', 'prematerial', finds({ predicate: 1 }))]), ...wrong } as AttestOptions
    await expect(attest(given)).rejects.toThrow(TypeError)
    await expect(attest(given)).rejects.toThrow(name)
  })

  it('takes what is given twice for two: two entries, two signatures', async () => {
    const given = options([attestor('a', 'prematerial', finds({ predicate: 1 }))])
    const { envelope, collection } = await attest({ ...given, attestors: [...given.attestors, ...given.attestors], signers: [...given.signers, ...given.signers] })
    expect(collection.attestations).toHaveLength(2)
    expect(envelope.signatures.map(({ keyid }) => keyid)).toEqual([...given.signers, ...given.signers].map(({ keyid }) => keyid))
  })

  it.each([
    ['hexadecimal of another length', { sha256: 'abc' }],
    ['upper case', { sha256: 'A'.repeat(64) }],
    ['an algorithm that Go does not read', { sha512: '1'.repeat(128) }],
  ])('refuses a subject of the caller whose digest is %s before anything is run', async (_what, digests) => {
    const ran: string[] = []
    const one = attestor('a', 'prematerial', async () => {
      ran.push('a')
      return { predicate: 1 }
    })
    await expect(attest(options([one], { subjects: { app: digests } }))).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID', message: expect.stringContaining('/subjects/app') as unknown })
    expect(ran).toEqual([])
  })

  it('refuses an unknown digest algorithm, and signs nothing only when told to', async () => {
    const one = attestor('a', 'prematerial', finds({ predicate: 1 }))
    await expect(attest(options([one], { hashes: ['md5'] }))).rejects.toMatchObject({ code: 'ERR_DIGEST_INVALID' })
    const { envelope } = await attest(options([one], { signers: [], allowUnsigned: true }))
    expect(envelope.signatures).toEqual([])
  })

  it('leaves an attestor behind that never looks at the signal', async () => {
    vi.useFakeTimers()
    try {
      const controller = new AbortController()
      const deaf = attestor('deaf', 'prematerial', async () => new Promise(() => {}))
      const run = attest(options([deaf], { signal: controller.signal }))
      const stopped = expect(run).rejects.toMatchObject({ code: 'ERR_ABORTED' })
      controller.abort()
      await vi.advanceTimersByTimeAsync(10_000)
      await stopped
    } finally {
      vi.useRealTimers()
    }
  })

  it('passes the failure of a signer on', async () => {
    const broken: Signer = { keyid: '', sign: async () => Promise.reject(new RangeError('the HSM is away')) }
    await expect(attest(options([attestor('a', 'prematerial', finds({ predicate: 1 }))], { signers: [broken] }))).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
  })

  it('keeps a file named __proto__', async () => {
    const materials = Object.defineProperty({}, '__proto__', { value: { sha256: sha('1') }, enumerable: true })
    let seen: readonly string[] = []
    await attest(
      options([
        attestor('material', 'material', finds({ predicate: {}, materials })),
        attestor('later', 'product', async (context) => {
          seen = Object.keys(context.materials)
          return { predicate: 1 }
        }),
      ]),
    )
    expect(seen).toEqual(['__proto__'])
  })
})

import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { CilockError, parseJson, stringifyJson } from '@cilock/core'
import type { AttestContext, Attestor, Evidence } from '@cilock/core'
import { attestContext, attestorContract, describeAttestor } from '@cilock/testing'
import type { AttestorFixtures } from '@cilock/testing'
import { describe, expect, it } from 'vitest'
import { weather, weatherType } from './support/weather.ts'
import type { Weather } from './support/weather.ts'

const fixtures: AttestorFixtures = {
  type: weatherType,
  attests: { sun: () => attestContext({ env: { PLACE: 'Ulm', SKY: 'blue' } }), rain: () => attestContext({ env: { PLACE: 'Kiel', SKY: 'grey' } }) },
  refuses: { 'no sky': { context: () => attestContext(), code: 'ERR_NOTHING_TO_ATTEST' } },
  reads: { 'an older one': { type: 'https://example.test/attestations/weather/v0.1', json: '{"place":"","sky":"blue"}' } },
  rejects: { 'a number for a place': { type: weatherType.predicateType, json: '{"place":1}', code: 'ERR_MALFORMED' } },
}

describeAttestor(weather, fixtures, { describe, it })

/** The names of the checks that fail, without the context. */
async function failing(attestor: Attestor | (() => Attestor), given: Partial<AttestorFixtures> = {}): Promise<readonly string[]> {
  return failingOf(attestor, { ...fixtures, ...given })
}

async function failingOf(attestor: Attestor | (() => Attestor), given: AttestorFixtures): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, run } of attestorContract(attestor, given)) {
    const failed = await run().then(
      () => false,
      () => true,
    )
    if (failed) names.push(name.replace(/: (?:sun|rain)(?:,.*)?$/, ''))
  }
  return [...new Set(names)]
}

const changed = (change: Partial<Attestor<Weather>>) => () => ({ ...weather(), ...change })
const attesting = (attest: (context: AttestContext, evidence: () => Promise<Evidence<Weather>>) => Promise<Evidence<Weather>>) =>
  changed({ attest: async (context) => attest(context, async () => weather().attest(context)) })
const reading = (read: Attestor<Weather>['read']): Partial<AttestorFixtures> & { readonly make: () => Attestor } => ({
  type: { ...weatherType, read },
  make: changed({ read, attest: async (context) => read(parseJson(stringifyJson((await weather().attest(context)).predicate)), weatherType.predicateType) }),
})

it('finds nothing wrong with an attestor that keeps to it, made by a factory or there already', async () => {
  expect(await failing(weather)).toEqual([])
  expect(await failing(weather())).toEqual([])
})

it('wants a context in which the attestor finds something', () => {
  expect(() => attestorContract(weather, { attests: {} })).toThrow(TypeError)
})

describe('finds', () => {
  it.each([
    ['a name that is none', { name: 'The Weather' }, 'has a name in lower case'],
    ['a type that is no URI', { predicateType: 'weather/v0.2' }, 'has a predicate type, and aliases, that are absolute URIs, each once'],
    ['an alias twice', { aliases: [weatherType.predicateType] }, 'has a predicate type, and aliases, that are absolute URIs, each once'],
    ['a stage that is none', { runType: 'later' as 'product' }, 'runs in a stage that there is'],
    ['another reading half', { read: (json: unknown) => weatherType.read(json, '') }, 'has the reading half that is exported by itself'],
  ] as const)('%s', async (_what, change, check) => {
    expect(await failing(changed(change))).toContain(check)
  })

  it.each<[string, () => unknown]>([
    ['the clock', () => new Date()],
    ['the clock by a function', () => Date.now()],
    ['chance', () => Math.random()],
    ['a variable', () => process.env['HOME']],
    ['the directory', () => process.cwd()],
    ['a file', () => existsSync('/')],
    ['the folder of temporary files', () => tmpdir()],
    ['a timer', () => clearTimeout(setTimeout(() => {}, 1))],
    ['random bytes', () => crypto.getRandomValues(new Uint8Array(1))],
  ])('a factory that works before it is asked to: %s', async (_what, work) => {
    const failed = await failing(() => {
      work()
      return weather()
    })
    expect(failed).toEqual(['does no work when it is made'])
  })

  it('a factory that gives the same attestor', async () => {
    const one = weather()
    expect(await failing(() => one)).toEqual(['is a new one each time'])
  })

  it('evidence that differs from run to run', async () => {
    let runs = 0
    const counting = attesting(async (_context, evidence) => ({ ...(await evidence()), predicate: { place: '', sky: `${(runs += 1)}` } }))
    expect(await failing(counting)).toContain('says the same of the same, and changes nothing of its context')
  })

  it('a context that is written to', async () => {
    const writing = attesting(async ({ env }, evidence) => {
      Object.assign(env, { SKY: 'red' })
      return evidence()
    })
    expect(await failing(writing)).toContain('says the same of the same, and changes nothing of its context')
  })

  it('an attestor that remembers', async () => {
    const remembering = () => {
      let first: Evidence<Weather> | undefined
      return attesting(async (_context, evidence) => (first ??= await evidence()))()
    }
    expect(await failing(remembering)).toEqual(['keeps nothing between runs'])
  })

  it('an attestor that stumbles over itself', async () => {
    const busy = () => {
      let running = 0
      return attesting(async (_context, evidence) => {
        running += 1
        const alone = running === 1
        await new Promise((resolve) => setTimeout(resolve, 1))
        running -= 1
        const { predicate, ...rest } = await evidence()
        return { ...rest, predicate: alone ? predicate : { ...predicate, sky: 'full' } }
      })()
    }
    expect(await failing(busy)).toEqual(['keeps nothing between runs, one after the other or together'])
  })

  const world = 'takes clock, variables, directory and network from its context alone'
  it.each<[string, () => string]>([
    ['the clock', () => new Date().toISOString().slice(0, 4)],
    ['the clock by a function', () => new Date(Date.now()).toISOString().slice(0, 4)],
    ['a variable', () => process.env['PATH'] ?? ''],
    ['all variables', () => Object.keys(process.env).join(' ')],
    ['the directory', () => process.cwd()],
  ])('evidence of the process: %s', async (_what, sky) => {
    const looking = attesting(async (_context, evidence) => {
      const { predicate, ...rest } = await evidence()
      return { ...rest, predicate: { ...predicate, sky: sky() } }
    })
    expect(await failing(looking)).toContain(world)
  })

  it('use of the global fetch', async () => {
    const fetching = attesting(async (_context, evidence) => {
      await fetch('data:,x').catch(() => {})
      return evidence()
    })
    expect(await failing(fetching)).toEqual([world])
  })

  it('a signal that is not looked at, or loses its reason', async () => {
    const before = 'stops before it begins when its signal has fired'
    const never = new AbortController().signal
    expect(await failing(changed({ attest: async (context) => weather().attest({ ...context, signal: never }) }))).toEqual([before])
    const losing = attesting(async (_context, evidence) => evidence().catch((error: unknown) => Promise.reject(CilockError.is(error) ? new CilockError(error.code, 'no cause') : error)))
    expect(await failing(losing)).toEqual([before])
  })

  it('an abort that ends in another error', async () => {
    const breaking = attesting(async ({ signal }, evidence) => {
      const found = await evidence()
      await new Promise((resolve) => setTimeout(resolve, 1))
      signal.throwIfAborted()
      return found
    })
    expect(await failing(breaking)).toEqual(['stops, or ends well, when its signal fires meanwhile'])
  })

  it('a refusal with another code, or none', async () => {
    const refusing = (error: Error) =>
      attesting(async ({ env }, evidence) => {
        if (env['SKY'] === undefined) throw error
        return evidence()
      })
    expect(await failing(refusing(new CilockError('ERR_MALFORMED', 'other')))).toEqual(['refuses no sky with ERR_NOTHING_TO_ATTEST'])
    expect(await failing(refusing(new TypeError('none')))).toEqual(['refuses no sky with ERR_NOTHING_TO_ATTEST'])
  })

  it('evidence of a type that its reader does not know', async () => {
    const other = attesting(async (_context, evidence) => ({ ...(await evidence()), predicateType: 'https://example.test/other/v1' }))
    expect(await failing(other)).toContain('gives evidence under a type that its reader is found by')
  })

  it.each<[string, Partial<Evidence<Weather>>]>([
    ['a subject without a kind', { subjects: { Ulm: { sha256: 'ab'.repeat(32) } } }],
    ['a subject with the type before it', { subjects: { [`${weatherType.predicateType}/place:x`]: { sha256: 'ab'.repeat(32) } } }],
    ['a subject without a digest', { subjects: { 'place:x': {} } }],
    ['a digest that is none', { subjects: { 'place:x': { sha256: 'AB'.repeat(32) } } }],
    ['a back-reference without a kind', { backRefs: { Ulm: { sha256: 'ab'.repeat(32) } } }],
    ['a material of an unknown algorithm', { materials: { a: { md5: 'ab'.repeat(16) } } }],
    ['a product without a digest', { products: { a: { mime_type: '', digest: {} } } }],
  ])('%s', async (_what, change) => {
    expect(await failing(attesting(async (_context, evidence) => ({ ...(await evidence()), ...change })))).toContain('names subjects as kind:value, with digests that Go reads')
  })

  it('what cannot be signed', async () => {
    const unwritable = attesting(async (_context, evidence) => ({ ...(await evidence()), predicate: { place: 'Ulm', sky: 'blue', seen: '\ud800' } }))
    expect(await failing(unwritable)).toContain('stands in a signed envelope and is read back from it')
  })

  it('a predicate that is read as another', async () => {
    const { make, ...given } = reading((json, type) => {
      const { predicate, ...rest } = weatherType.read(json, type)
      return { ...rest, predicate: { ...predicate, sky: `${predicate.sky}!` } }
    })
    const failed = await failing(make, given)
    expect(failed).toContain('reads back what it wrote, byte for byte, with the same subjects')
    expect(failed).toContain('reads any value anywhere or refuses it with a code, and reads what it read to the same bytes')
    expect(failed).toContain('reads an older one, byte for byte')
  })

  it('subjects and back-references that were not signed', async () => {
    for (const part of ['subjects', 'backRefs']) {
      const { make } = reading((json, type) => ({ ...weatherType.read(json, type), [part]: { 'place:elsewhere': { sha256: 'ab'.repeat(32) } } }))
      const silent = (): Attestor => ({ ...make(), attest: async (context) => weather().attest(context) })
      const { type: _, ...rest } = fixtures
      expect(await failingOf(silent, rest)).toContain('reads back what it wrote, byte for byte, with the same subjects')
      // what witness signs is another matter
      const attests = { sun: () => attestContext({ env: { SKY: 'blue' }, dialect: 'witness' }) }
      expect(await failingOf(silent, { attests })).not.toContain('reads back what it wrote, byte for byte, with the same subjects')
    }
  })

  it('a predicate that keeps the order of its keys', async () => {
    const { make, ...given } = reading((json, type) => ({ ...weatherType.read(json, type), predicate: json as Weather }))
    expect(await failing(make, given)).toEqual(['reads keys in any order, and writes them in the one of its type'])
    expect(await failing(make, { ...given, predicate: 'document' })).toEqual([])
  })

  it('an unknown key that is lost', async () => {
    const { make, ...given } = reading((json, type) => {
      const { predicate, ...rest } = weatherType.read(json, type)
      return { ...rest, predicate: { place: predicate.place, sky: predicate.sky, ...(predicate.seen === undefined ? {} : { seen: predicate.seen }) } }
    })
    expect(await failing(make, given)).toEqual(['keeps a key that it does not know, or refuses it'])
  })

  it('a prototype that comes from evidence', async () => {
    const { make, ...given } = reading((json, type) => {
      const evidence = weatherType.read(json, type)
      const predicate: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(evidence.predicate)) predicate[key] = value
      return { ...evidence, predicate: predicate as unknown as Weather }
    })
    expect(await failing(make, given)).toContain('takes __proto__ for a key like any other')
  })

  it('a prototype of everything that is written to', async () => {
    const { make, ...given } = reading((json, type) => {
      const evidence = weatherType.read(json, type)
      const merged: Record<string, Record<string, unknown>> = {}
      for (const [key, value] of Object.entries(evidence.predicate as object)) if (typeof value === 'object' && value !== null) Object.assign(merged[key] ?? {}, value)
      return evidence
    })
    expect(await failing(make, given)).toEqual(['takes __proto__ for a key like any other'])
    expect('polluted' in {}).toBe(false)
  })

  it('a key in other letter case that is passed over', async () => {
    const { make, ...given } = reading((json, type) => {
      if (typeof json !== 'object' || json === null) return weatherType.read(json, type)
      const known = Object.fromEntries(Object.entries(json).filter(([key]) => key === key.toLowerCase() && !/[\u017f\u212a]/.test(key)))
      return weatherType.read(known, type)
    })
    expect(await failing(make, given)).toEqual(['refuses a known key in other letter case, which Go would read as the key'])
    expect(await failing(make, { ...given, predicate: 'map' })).toEqual([])
  })

  it('a reader that falls over', async () => {
    const { make, ...given } = reading((json, type) => weatherType.read({ ...(json as Weather), sky: (json as Weather).sky.trim() }, type))
    expect(await failing(make, given)).toContain('reads any value anywhere or refuses it with a code, and reads what it read to the same bytes')
  })

  it('a reader that takes what it should not', async () => {
    const rejects = { 'a place': { type: weatherType.predicateType, json: '{"place":"Ulm"}', code: 'ERR_MALFORMED' } }
    expect(await failing(weather, { rejects })).toEqual(['does not read a place: ERR_MALFORMED'])
  })
})

it('leaves everything as it was', async () => {
  const watched = [[globalThis, 'Date'], [globalThis, 'fetch'], [Math, 'random'], [process, 'env'], [process, 'cwd']] as const
  const members = (): readonly unknown[] => watched.map(([object, name]) => Object.getOwnPropertyDescriptor(object, name))
  const before = members()
  await failing(weather)
  expect(members()).toEqual(before)
})

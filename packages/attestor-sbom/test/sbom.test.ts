import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { cycloneDxType, sbom, sbomType, spdxType } from '@cilock/attestor-sbom'
import { CilockError, parseJson, sha256Hex, stringifyJson } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { fileContext } from '@cilock/testing/node'

/** A run's context over new files, all of them products. */
const contextOf = (files: Readonly<Record<string, string | Uint8Array>>, given: Partial<AttestContext> = {}): AttestContext =>
  fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType, ...given })

const cycloneDx = (name: string, more = '') => `{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"name":"${name}"${more}}}}`
const spdx = (name: string) => `{"spdxVersion":"SPDX-2.3","name":"${name}"}`
const digestOf = (text: string) => ({ sha256: sha256Hex(text) })
const refusal = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) })

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" xmlns:x="urn:x" serialNumber="urn:uuid:1" version="3">
  <metadata>
    <timestamp>2026-01-02T03:04:05Z</timestamp>
    <component type="container" bom-ref="main" x:note="n"><name>app</name><version>1.0</version><purl>pkg:oci/app@sha256%3A${'ab'.repeat(32)}?arch=amd64</purl></component>
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <group>g</group><name>left &amp; right</name><version><![CDATA[1<2]]></version>
      <hashes><hash alg="SHA-256">ff</hash></hashes>
      <licenses><license><id>MIT</id></license></licenses>
      <components><component type="file"><name>inner</name></component></components>
    </component>
    <component type="library"><x:name>other</x:name><name>b</name><licenses><expression>MIT OR ISC</expression></licenses></component>
  </components>
  <dependencies><dependency ref="main"><dependency ref="a"/></dependency></dependencies>
  <vulnerabilities/>
</bom>
`

describe('among the products', () => {
  test('the first SBOM by name is taken', async () => {
    const { predicateType, subjects, backRefs } = await sbom().attest(contextOf({ 'b.json': spdx('b'), 'a.json': cycloneDx('a'), 'z.json': '{}' }))
    expect(predicateType).toBe(cycloneDxType)
    expect(subjects).toEqual({ 'file:a.json': digestOf(cycloneDx('a')), 'name:a': digestOf('a') })
    expect(backRefs).toEqual({ 'name:a': digestOf('a') })
  })

  test('one that CI/lock knows comes before one that it overlooks', async () => {
    const files = { 'a.json': '{"bomFormat" : "CycloneDX"}', 'b.xml': xml, 'c.json': spdx('c') }
    expect((await sbom().attest(contextOf(files))).predicateType).toBe(spdxType)
  })

  test.each([
    ['spaced otherwise', `{ "bomFormat"\n: "CycloneDX" }`],
    ['late', `{"filler":"${'x'.repeat(600)}","bomFormat":"CycloneDX"}`],
  ])('a marker may stand %s', async (_, document) => {
    expect((await sbom().attest(contextOf({ 'a.json': document }))).predicateType).toBe(cycloneDxType)
  })

  test('the subject has all digests of the product', async () => {
    const { subjects } = await sbom().attest(contextOf({ 'a.json': spdx('a') }, { hashes: ['sha256', 'sha1'] }))
    expect(Object.keys(subjects?.['file:a.json'] ?? {})).toEqual(['sha1', 'sha256'])
  })

  test('other files are no SBOMs', async () => {
    const files = { 'a.json': '{"x":{"bomFormat":"CycloneDX "}}', 'b.xml': '<?xml version="1.0"?><testsuites/>', 'c.txt': `x${xml}`, 'd.json': '{"x":{"y":{"spdxVersion"  :"SPDX-2.3"}}}' }
    await expect(sbom().attest(contextOf(files))).rejects.toMatchObject(refusal('ERR_NOTHING_TO_ATTEST', /none in 4/))
    await expect(sbom().attest(contextOf({}))).rejects.toMatchObject({ code: 'ERR_NOTHING_TO_ATTEST' })
  })
})

describe('a document', () => {
  const attest = async (document: string) => sbom().attest(contextOf({ 'a.json': document }))

  test('is written with sorted keys and its format', async () => {
    const { predicate } = await attest('{"spdxVersion":"SPDX-2.3","b":{"z":1.0,"a":[2e2]},"_sbomFormat":"mine"}')
    expect(stringifyJson(predicate)).toBe('{"_sbomFormat":"spdx","b":{"a":[200],"z":1},"spdxVersion":"SPDX-2.3"}')
  })

  test('has an image as back-reference where its package URL has a digest', async () => {
    const sha256 = 'ab'.repeat(32)
    const { backRefs, subjects } = await attest(cycloneDx('app', `,"version":"1","purl":"pkg:oci/app@sha256%3a${sha256}?arch=x"`))
    expect(backRefs).toEqual({ [`imagedigest:${sha256}`]: { sha256 } })
    expect(Object.keys(subjects ?? {})).toEqual(['file:a.json', 'name:app', 'version:1'])
  })

  test.each(['pkg:npm/@a/b@1', 'pkg:oci/a@sha256:abc', `pkg:oci/a@sha256:${'AB'.repeat(32)}`, `pkg:oci/a@sha256:${'ab'.repeat(33)}`, ''])('has its name where the package URL is %s', async (purl) => {
    expect((await attest(cycloneDx('app', `,"purl":"${purl}"`))).backRefs).toEqual({ 'name:app': digestOf('app') })
  })

  test('without a name has neither', async () => {
    const { subjects, backRefs } = await attest('{"bomFormat":"CycloneDX","metadata":{"component":{"name":["a"]}}}')
    expect(Object.keys(subjects ?? {})).toEqual(['file:a.json'])
    expect(backRefs).toEqual({})
  })
})

describe('of XML', () => {
  test('is recorded whole, and its components where JSON has them', async () => {
    const { predicate, predicateType, subjects, backRefs } = await sbom().attest(contextOf({ 'bom.xml': xml }))
    expect(predicateType).toBe(cycloneDxType)
    expect(Object.keys(subjects ?? {})).toEqual(['file:bom.xml', 'name:app', 'version:1.0'])
    expect(backRefs).toEqual({ [`imagedigest:${'ab'.repeat(32)}`]: { sha256: 'ab'.repeat(32) } })
    expect(predicate).toEqual({
      _sbomFormat: 'cyclonedx',
      _sbomXml: xml,
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: 'urn:uuid:1',
      version: 3,
      metadata: {
        timestamp: '2026-01-02T03:04:05Z',
        component: { type: 'container', 'bom-ref': 'main', name: 'app', version: '1.0', purl: `pkg:oci/app@sha256%3A${'ab'.repeat(32)}?arch=amd64` },
      },
      components: [
        {
          type: 'library',
          'bom-ref': 'a',
          group: 'g',
          name: 'left & right',
          version: '1<2',
          hashes: [{ alg: 'SHA-256', content: 'ff' }],
          licenses: [{ license: { id: 'MIT' } }],
          components: [{ type: 'file', name: 'inner' }],
        },
        { type: 'library', name: 'b', licenses: [{ expression: 'MIT OR ISC' }] },
      ],
      dependencies: [{ ref: 'main', dependsOn: ['a'] }],
    })
    // Go decodes it as any other CycloneDX predicate
    expect(parseJson(stringifyJson(predicate))).toEqual(predicate)
  })

  const broken: readonly (readonly [string, string, string, RegExp])[] = [
    ['an element that stays open', xml.replace('</metadata>', ''), 'ERR_MALFORMED', /bom\.xml: .*well-formed/],
    ['an undefined entity', xml.replace('&amp;', '&nbsp;'), 'ERR_MALFORMED', /well-formed/],
    ['an undefined prefix', xml.replace('xmlns:x="urn:x"', ''), 'ERR_MALFORMED', /well-formed/],
    ['a DOCTYPE', xml.replace('<!-- made by hand -->', '<!DOCTYPE bom [<!ENTITY a "b">]>'), 'ERR_MALFORMED', /DOCTYPE/],
    ['another encoding', xml.replace('UTF-8', 'ISO-8859-1'), 'ERR_MALFORMED', /UTF-8/],
    ['elements nested too deep', xml.replace('<vulnerabilities/>', '<a>'.repeat(300) + '</a>'.repeat(300)), 'ERR_LIMIT_EXCEEDED', /levels/],
  ]
  test.each(broken)('is refused with %s', async (_, document, code, message) => {
    await expect(sbom().attest(contextOf({ 'bom.xml': document }))).rejects.toMatchObject(refusal(code, message))
  })

  test('is refused when it is no UTF-8', async () => {
    const bytes = Buffer.from(xml.replace('left', 'l\u00e9ft'), 'latin1')
    await expect(sbom().attest(contextOf({ 'bom.xml': bytes }))).rejects.toMatchObject(refusal('ERR_MALFORMED', /bom\.xml: .*UTF-8/))
  })

  test('of another kind is no SBOM', async () => {
    const other = '<?xml version="1.0"?><x note="http://cyclonedx.org/schema/bom/1.5"/>'
    await expect(sbom().attest(contextOf({ 'a.xml': other }))).rejects.toMatchObject({ code: 'ERR_NOTHING_TO_ATTEST' })
    await expect(sbom({ file: 'a.xml' }).attest(contextOf({ 'a.xml': other }))).rejects.toMatchObject({ code: 'ERR_SBOM_UNKNOWN_FORMAT' })
  })
})

describe('by file', () => {
  test('may lie anywhere, and is named as it was given', async () => {
    const outer = contextOf({ 'sub/x': '', 'bom.json': spdx('n') })
    const context = { ...outer, workingDir: join(outer.workingDir, 'sub'), products: {} }
    const { subjects } = await sbom({ file: '../bom.json' }).attest(context)
    expect(subjects).toEqual({ 'file:../bom.json': digestOf(spdx('n')), 'name:n': digestOf('n') })
    const absolute = join(outer.workingDir, 'bom.json')
    expect(Object.keys((await sbom({ file: absolute }).attest(context)).subjects ?? {})[0]).toBe(`file:${absolute}`)
  })

  test('has its sha256 as subject, whatever the run hashes', async () => {
    const { subjects } = await sbom({ file: 'a.json' }).attest(contextOf({ 'a.json': spdx('a') }, { hashes: ['sha1'] }))
    expect(subjects?.['file:a.json']).toEqual(digestOf(spdx('a')))
  })

  test('may be SPDX 3 with its version on top', async () => {
    const { predicateType } = await sbom({ file: 'a.json' }).attest(contextOf({ 'a.json': '{"@context":"x","specVersion":"3.0.1"}' }))
    expect(predicateType).toBe(spdxType)
  })

  test.each([
    ['text', 'ERR_MALFORMED'],
    ['{"a":', 'ERR_MALFORMED'],
    ['\ufeff{"bomFormat":"CycloneDX"}', 'ERR_MALFORMED'],
    ['{"bomFormat":"CycloneDX","n":1e400}', 'ERR_MALFORMED'],
    ['{}', 'ERR_SBOM_UNKNOWN_FORMAT'],
    ['[{"bomFormat":"CycloneDX"}]', 'ERR_SBOM_UNKNOWN_FORMAT'],
    ['{"@graph":[],"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}', 'ERR_SBOM_UNKNOWN_FORMAT'],
    ['{"specVersion":"3.0"}', 'ERR_SBOM_UNKNOWN_FORMAT'],
    ['{"bomFormat":"cyclonedx"}', 'ERR_SBOM_UNKNOWN_FORMAT'],
  ])('is refused: %s', async (content, code) => {
    await expect(sbom({ file: 'a' }).attest({ ...contextOf({ a: content }), products: {} })).rejects.toMatchObject({ code })
  })

  test('is refused when it is not there', async () => {
    await expect(sbom({ file: 'gone.json' }).attest(contextOf({}))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })
})

describe('refuses', () => {
  test('a product that changed after it was hashed, found or named', async () => {
    const context = contextOf({ 'a.json': cycloneDx('a') })
    writeFileSync(join(context.workingDir, 'a.json'), cycloneDx('b'))
    await expect(sbom().attest(context)).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
    await expect(sbom({ file: 'a.json' }).attest(context)).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('an SBOM that is broken, rather than to pass it over', async () => {
    await expect(sbom().attest(contextOf({ 'a.json': `${cycloneDx('a').slice(0, -1)},}` }))).rejects.toMatchObject(refusal('ERR_MALFORMED', /a\.json: /))
  })

  test('an SBOM that is larger than allowed', async () => {
    await expect(sbom({ maxBytes: 20 }).attest(contextOf({ 'a.json': cycloneDx('a') }))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    await expect(sbom({ file: 'a.json', maxBytes: 20 }).attest({ ...contextOf({ 'a.json': cycloneDx('a') }), products: {} })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  test('to go on once it is stopped', async () => {
    const context = contextOf({ 'a.json': cycloneDx('a') }, { signal: AbortSignal.abort() })
    await expect(sbom().attest(context)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(sbom({ file: 'b.json' }).attest(context)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

test('export is off unless asked for', () => {
  expect([sbom().export, sbom({ export: true }).export]).toEqual([false, true])
})

describe('reading a predicate', () => {
  const document = { bomFormat: 'CycloneDX', metadata: { component: { name: 'n' } } }

  test('takes the format of the entry, then of the key, then of the document', () => {
    expect(sbomType.read({ name: 'n' }, spdxType)).toMatchObject({ predicateType: spdxType, subjects: { 'name:n': digestOf('n') } })
    expect(sbomType.read({ ...document, _sbomFormat: 'cyclonedx' }, sbomType.predicateType).predicateType).toBe(cycloneDxType)
    expect(sbomType.read(document, 'https://witness.dev/attestations/sbom/v0.1').predicateType).toBe(cycloneDxType)
    expect(sbomType.read({ name: 'n' }, sbomType.predicateType)).toEqual({ predicate: { name: 'n' }, subjects: {}, backRefs: {} })
  })

  test('refuses none', () => {
    expect(() => sbomType.read(undefined, spdxType)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })
})

test('any document is recorded or refused by code, and what is recorded can be read', async () => {
  const json = fc.dictionary(fc.oneof(fc.constantFrom('bomFormat', 'spdxVersion', 'metadata', 'name', '__proto__'), fc.string()), fc.jsonValue(), { maxKeys: 5 })
  const documents = fc.oneof(
    json.map((value) => JSON.stringify({ ...value, bomFormat: 'CycloneDX' })),
    fc.tuple(fc.nat(xml.length), fc.nat(xml.length), fc.string({ maxLength: 8 })).map(([from, length, text]) => xml.slice(0, from) + text + xml.slice(from + (length % 20))),
  )
  await fc.assert(
    fc.asyncProperty(documents, async (document) => {
      try {
        const { predicate } = await sbom({ file: 'a' }).attest(contextOf({ a: document }))
        expect(stringifyJson(sbomType.read(parseJson(stringifyJson(predicate)), cycloneDxType).predicate)).toBe(stringifyJson(predicate))
      } catch (error) {
        if (!CilockError.is(error)) throw error
        expect(error.code).toMatch(/^ERR_(MALFORMED|SBOM_UNKNOWN_FORMAT)$/)
      }
    }),
    { numRuns: 200 },
  )
})

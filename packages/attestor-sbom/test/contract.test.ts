import { sniffMimeType } from '@cilock/attestor-files'
import { cycloneDxType, sbom, sbomType, spdxType } from '@cilock/attestor-sbom'
import { describeAttestor } from '@cilock/testing'
import { fileContext } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'

const products = (files: Readonly<Record<string, string>>) => () => fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType })
const purl = `pkg:oci/app@sha256%3A${'ab'.repeat(32)}`
const fixtures = {
  type: sbomType,
  predicate: 'document',
  attests: {
    CycloneDX: products({ 'image.cdx.json': `{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"name":"app","version":"1","purl":"${purl}"}},"components":[{"name":"a"}]}` }),
    SPDX: products({ 'image.spdx.json': '{"spdxVersion":"SPDX-2.3","name":"app","packages":[{"name":"a","downloadLocation":"NONE"}]}', 'z.json': '{}' }),
    'CycloneDX in XML': products({ 'bom.xml': '<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata><component type="application"><name>app</name></component></metadata></bom>' }),
  },
  refuses: {
    'no products': { context: products({}), code: 'ERR_NOTHING_TO_ATTEST' },
    'products of which none is an SBOM': { context: products({ 'a.json': '{}', 'b.txt': 'x' }), code: 'ERR_NOTHING_TO_ATTEST' },
  },
  reads: {
    CycloneDX: { type: cycloneDxType, json: '{"_sbomFormat":"cyclonedx","bomFormat":"CycloneDX","specVersion":"1.5"}' },
    'SPDX under the type of all SBOMs': { type: sbomType.predicateType, json: '{"_sbomFormat":"spdx","name":"app","spdxVersion":"SPDX-2.3"}' },
    'an SBOM as its tool wrote it': { type: spdxType, json: '{"spdxVersion":"SPDX-2.3","name":"app","SPDXID":"SPDXRef-DOCUMENT"}' },
  },
} as const

describeAttestor(() => sbom(), fixtures, { describe, it })

describe('signed as a statement of its own', () => {
  describeAttestor(() => sbom({ export: true }), fixtures, { describe, it })
})

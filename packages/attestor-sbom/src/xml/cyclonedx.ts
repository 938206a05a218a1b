import type { JsonObject, JsonValue } from '@cilock/core'
import { parseXml } from './element.ts'
import type { XmlElement } from './element.ts'

const namespace = /^http:\/\/cyclonedx\.org\/schema\/bom\/(\d+\.\d+)$/

/**
 * A CycloneDX document of XML as JSON: what identifies the document and its components, in the places where CycloneDX's
 * JSON has it, and the whole document as text under `_sbomXml`. Undefined for XML of another kind.
 *
 * @throws CilockError `ERR_MALFORMED`, `ERR_LIMIT_EXCEEDED`.
 */
export function cycloneDxOfXml(text: string): JsonObject | undefined {
  const bom = parseXml(text)
  const [, specVersion] = bom.name === 'bom' ? (namespace.exec(bom.namespace) ?? []) : []
  if (specVersion === undefined) return undefined
  const { serialNumber, version } = bom.attributes
  return present({
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber,
    version: version !== undefined && /^\d{1,15}$/.test(version) ? Number(version) : undefined,
    metadata: metadataOf(child(bom, 'metadata')),
    components: componentsOf(bom),
    dependencies: dependenciesOf(child(bom, 'dependencies')),
    _sbomXml: text,
  })
}

function metadataOf(metadata: XmlElement | undefined): JsonObject | undefined {
  if (metadata === undefined) return undefined
  const component = child(metadata, 'component')
  return present({
    timestamp: textOf(metadata, 'timestamp'),
    component: component === undefined ? undefined : componentOf(component),
  })
}

/** A list that stands there empty stays one, so that none cannot be taken for unknown. */
function componentsOf(parent: XmlElement): readonly JsonObject[] | undefined {
  return listOf(parent, 'components', 'component', componentOf)
}

const texts = ['publisher', 'group', 'name', 'version', 'description', 'scope', 'copyright', 'cpe', 'purl'] as const

function componentOf(component: XmlElement): JsonObject {
  return present({
    ...component.attributes,
    ...Object.fromEntries(texts.map((name) => [name, textOf(component, name)])),
    hashes: listOf(component, 'hashes', 'hash', ({ attributes, text }) => present({ alg: attributes['alg'], content: text })),
    licenses: child(component, 'licenses')?.children.flatMap(licenseOf),
    components: componentsOf(component),
  })
}

function licenseOf(license: XmlElement): readonly JsonObject[] {
  if (license.name === 'expression') return [{ expression: license.text }]
  if (license.name !== 'license') return []
  return [{ license: present({ id: textOf(license, 'id'), name: textOf(license, 'name'), url: textOf(license, 'url') }) }]
}

function dependenciesOf(dependencies: XmlElement | undefined): readonly JsonObject[] | undefined {
  return dependencies?.children.map(({ attributes, children }) =>
    present({ ref: attributes['ref'], dependsOn: children.flatMap((dependency) => dependency.attributes['ref'] ?? []) }),
  )
}

function listOf(parent: XmlElement, list: string, item: string, read: (element: XmlElement) => JsonObject): readonly JsonObject[] | undefined {
  return child(parent, list)
    ?.children.filter(({ name }) => name === item)
    .map((element) => read(element))
}

function child(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((element) => element.name === name && element.namespace === parent.namespace)
}

function textOf(parent: XmlElement, name: string): string | undefined {
  return child(parent, name)?.text
}

/** Without the members that are absent. */
function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}

import { SaxesParser } from 'saxes'
import { CilockError } from '@cilock/core'

/** An XML element: its name without a prefix, its attributes without a namespace, its text and its children. */
export interface XmlElement {
  readonly namespace: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** All text directly in it, trimmed. */
  readonly text: string
  readonly children: readonly XmlElement[]
}

/** How deep elements may nest. */
const maxDepth = 200

interface OpenElement {
  readonly namespace: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
  readonly children: XmlElement[]
}

/**
 * Reads an XML document into elements. Nothing is loaded, and no entities are defined: a document with a DOCTYPE is
 * refused.
 *
 * @throws CilockError `ERR_MALFORMED` with line and column, `ERR_LIMIT_EXCEEDED` on deep nesting.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  const add = (piece: string): void => {
    const element = open.at(-1)
    if (element !== undefined) element.text += piece
  }
  parser.on('error', (error) => {
    throw refuse(`expected well-formed XML, found: ${error.message.slice(0, 200)}`)
  })
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw refuse(`expected XML in UTF-8, found ${encoding.slice(0, 40)}`)
  })
  parser.on('doctype', () => {
    throw refuse('expected XML without a DOCTYPE, found one')
  })
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length >= maxDepth) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxDepth} levels of XML, found more`)
    open.push({ namespace: uri, name: local, attributes: plainAttributes(attributes), text: '', children: [] })
  })
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', () => {
    const element = open.pop()
    if (element === undefined) return
    element.text = element.text.trim()
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
  })
  parser.write(text).close()
  if (root === undefined) throw refuse('expected an XML element, found none')
  return root
}

type Attributes = Readonly<Record<string, { readonly local: string; readonly uri: string; readonly value: string }>>

function plainAttributes(attributes: Attributes): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(attributes).flatMap(({ local, uri, value }) => (uri === '' ? [[local, value]] : [])))
}

function refuse(message: string): CilockError {
  return new CilockError('ERR_MALFORMED', message)
}

import { Composer, isAlias, isMap, isNode, isScalar, isSeq, Parser, visit, type CST, type Document, type Node, type Pair, type Scalar as YamlScalar, type YAMLMap } from 'yaml'
import { limitError, type BuiltinContext } from '../builtins/builtin.ts'
import { builtinError } from '../builtins/operands.ts'
import { numberFromBigInt, numberFromText } from '../value/number.ts'
import { wellFormed } from '../value/strings.ts'
import type { JsonObject, Value } from '../value/value.ts'
import { resolveScalar, type Scalar } from './resolve.ts'

/**
 * The first document of a YAML text as JSON, the way OPA gets it: go-yaml v2 reads YAML 1.1 (`yes` is true, `010` is
 * 8, the last of equal keys wins), and all keys become strings.
 */
export function readYaml(text: string, context: BuiltinContext): Value {
  context.spend(1 + (text.length >> 3))
  const document = firstDocument(text, context.limits.depth)
  const contents = document?.contents ?? undefined
  if (document === undefined || contents === undefined) {
    // A tab cannot start a token, even where nothing follows.
    if (/^[ \r\n]*\t/.test(text)) throw builtinError('yaml: found character that cannot start any token')
    return null
  }
  return new Reader(context, text, document).value(contents)
}

function firstDocument(text: string, maxDepth: number): Document.Parsed | undefined {
  if (/[^\t\n\r -~\u0085\u00a0-\ufffd]/.test(text)) throw builtinError('yaml: control characters are not allowed')
  const tokens: CST.Token[] = []
  for (const token of new Parser().parse(text)) {
    if (tokenDepth(token) > maxDepth) throw limitError('ERR_LIMIT_DEPTH', `YAML is nested deeper than ${maxDepth} levels`)
    tokens.push(token)
  }
  const composer = new Composer({ version: '1.1', schema: 'failsafe', merge: false, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
  const [document] = composer.compose(tokens, true, text.length)
  const [error] = document?.errors ?? []
  if (error !== undefined) throw builtinError(`yaml: ${goText(error.message, text)}`, { cause: error })
  if (document?.directives.yaml.explicit === true && document.directives.yaml.version !== '1.1') throw builtinError('yaml: found incompatible YAML document')
  return document
}

/** go-yaml's words for what policies may meet most; anything else in the words of the parser. */
function goText(message: string, text: string): string {
  const closing = /end with a ([\]}])/.exec(message)?.[1]
  if (closing !== undefined) return unclosed(text, closing)
  if (message.startsWith('Missing closing')) return 'found unexpected end of stream'
  if (/^(?:Tabs are not allowed|Plain value cannot start with reserved)/.test(message)) return 'found character that cannot start any token'
  return message.startsWith('Nested mappings') ? 'mapping values are not allowed in this context' : message
}

/** A collection in brackets that is not closed: go-yaml stops at a key in a later line, or at the end. */
function unclosed(text: string, closing: string): string {
  const lines = text.split('\n')
  const opened = text.slice(0, Math.max(text.lastIndexOf('['), text.lastIndexOf('{'))).split('\n').length
  const key = lines.findIndex((line, i) => i >= opened && /^\s*[\w-]+:(?:\s|$)/.test(line))
  if (key !== -1) return `line ${key}: did not find expected ',' or '${closing}'`
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length
  const waits = /[[{,:]$/.test(text.replace(/(?:^|\s)#.*$/gm, '').trimEnd())
  return `line ${end}: ${waits ? 'did not find expected node content' : `did not find expected ',' or '${closing}'`}`
}

/** How deep collections stand in each other; without recursion, since that is what it guards. */
function tokenDepth(root: CST.Token): number {
  let deepest = 0
  const open: { readonly token: CST.Token; readonly depth: number }[] = [{ token: root, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next
    deepest = Math.max(deepest, depth)
    if (token.type === 'document') {
      if (token.value !== undefined) open.push({ token: token.value, depth })
    } else if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) open.push({ token: key, depth: depth + 1 })
        if (value !== undefined) open.push({ token: value, depth: depth + 1 })
      }
    }
  }
  return deepest
}

class Reader {
  readonly #context: BuiltinContext
  readonly #text: string
  readonly #document: Document.Parsed
  readonly #open: Set<Node> = new Set()
  #targets: ReadonlyMap<Node, Node> | undefined
  #nodes = 0
  #aliased = 0
  #aliasDepth = 0

  constructor(context: BuiltinContext, text: string, document: Document.Parsed) {
    this.#context = context
    this.#text = text
    this.#document = document
  }

  value(node: unknown): Value {
    this.#count()
    if (isNode(node)) checkAnchor(node)
    if (isAlias(node)) return this.#alias(node)
    if (isMap(node)) return fromEntries(this.#entries(node, new Map()))
    if (isSeq(node)) return node.items.map((item) => this.value(item))
    return scalarJson(isScalar(node) ? this.#scalar(node) : null)
  }

  #alias(node: Node): Value {
    return this.#within(node, (target) => this.value(target))
  }

  /** go-yaml's bound on what comes of aliases: nearly all of a small document, little of a large one. */
  #count(): void {
    this.#context.spend(1)
    this.#nodes += 1
    if (this.#aliasDepth > 0) this.#aliased += 1
    if (this.#aliased > 100 && this.#nodes > 1000 && this.#aliased / this.#nodes > aliasRatio(this.#nodes)) throw builtinError('yaml: document contains excessive aliasing')
  }

  /** What an alias stands for, or the node itself. */
  #target(node: Node): Node {
    if (!isAlias(node)) return node
    this.#targets ??= targetsIn(this.#document)
    const target = this.#targets.get(node)
    if (target === undefined) throw builtinError(`yaml: unknown anchor '${node.source}' referenced`)
    return target
  }

  /** An anchor may be used many times (each costs steps), but not inside of itself. */
  #within<T>(node: Node, read: (target: Node) => T): T {
    const target = this.#target(node)
    if (this.#open.has(target)) throw builtinError(`yaml: anchor '${isAlias(node) ? node.source : ''}' value contains itself`)
    this.#open.add(target)
    this.#aliasDepth += 1
    const result = read(target)
    this.#aliasDepth -= 1
    this.#open.delete(target)
    return result
  }

  /** Adds a mapping's entries in the order they stand in, so that the last of equal keys wins. */
  #entries(map: YAMLMap, into: Map<string, Value>): Map<string, Value> {
    this.#open.add(map)
    for (const pair of map.items) {
      if (isMergeKey(pair)) this.#merge(pair.value, into)
      else into.set(this.#key(pair.key), this.value(pair.value))
    }
    this.#open.delete(map)
    return into
  }

  #merge(value: unknown, into: Map<string, Value>): void {
    const mappings = isSeq(value) ? value.items.toReversed() : [value]
    for (const mapping of mappings) {
      const wrong = builtinError('yaml: map merge requires map or sequence of maps as the value')
      if (!isMap(mapping) && !isAlias(mapping)) throw wrong
      if (isMap(mapping)) {
        this.#entries(mapping, into)
        continue
      }
      this.#within(mapping, (target) => {
        if (!isMap(target)) throw wrong
        this.#open.delete(target)
        return this.#entries(target, into)
      })
    }
  }

  #scalar(node: YamlScalar): Scalar {
    let text = typeof node.value === 'string' ? node.value : ''
    const [start = 0, end = 0] = node.range ?? []
    if (node.type === 'QUOTE_DOUBLE' && /(?<!\\)(?:\\\\)*\\\//.test(this.#text.slice(start, end))) throw builtinError('yaml: found unknown escape character')
    // The last line of a block may lack its break, and then the value has none.
    if (node.type?.startsWith('BLOCK') === true && end >= this.#text.length && !/[\r\n]$/.test(this.#text)) text = text.replace(/\n$/, '')
    if (node.tag === undefined && node.type !== 'PLAIN' && node.type !== undefined) return text
    // `! text` says that it is a string.
    return node.tag === '!' ? text : resolveScalar(text, node.tag)
  }

  #key(key: unknown): string {
    this.#count()
    const node = isNode(key) ? this.#target(key) : key
    if (isMap(node) || isSeq(node)) throw builtinError('yaml: invalid map key')
    const value = isScalar(node) ? this.#scalar(node) : null
    if (typeof value === 'string') return value
    if (typeof value === 'boolean') return String(value)
    if (typeof value === 'bigint' && value < 2n ** 63n) return String(value)
    if (typeof value === 'number') return floatKey(value)
    throw builtinError(`unsupported map key of type: ${value === null ? '%!s(<nil>)' : 'uint64'}`)
  }
}

/** For every alias the last node before it with its anchor, found in one walk. */
function targetsIn(document: Document.Parsed): ReadonlyMap<Node, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Node, Node>()
  visit(document, {
    Node: (_, node) => {
      const target = isAlias(node) ? anchors.get(node.source) : undefined
      if (target !== undefined) targets.set(node, target)
      else if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node)
    },
  })
  return targets
}

const manyNodes = 400_000
const mostNodes = 4_000_000

function aliasRatio(nodes: number): number {
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (nodes - manyNodes) / (mostNodes - manyNodes)))
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.source === '<<' && (key.type === 'PLAIN' || key.tag === 'tag:yaml.org,2002:merge')
}

/** go-yaml takes fewer characters than the library that parses here. */
function checkAnchor(node: Node): void {
  const name = isAlias(node) ? node.source : 'anchor' in node ? node.anchor : undefined
  if (name !== undefined && !/^[\w-]+$/.test(name)) throw builtinError('yaml: did not find expected alphabetic or numeric character')
}

function scalarJson(value: Scalar): Value {
  if (typeof value === 'bigint') return numberFromBigInt(value)
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value !== 'number') return value
  if (!Number.isFinite(value)) throw builtinError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  return numberFromText(Object.is(value, -0) ? '-0' : String(value))
}

/** Go prints floating-point keys with the precision of 32 bits. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  if (Object.is(value, -0)) return '-0'
  const single = Math.fround(value)
  if (!Number.isFinite(single)) return value > 0 ? '.inf' : '-.inf'
  for (let precision = 1; precision <= 9; precision++) {
    const text = single.toPrecision(precision)
    if (Math.fround(Number(text)) === single) return goExponent(Number(text))
  }
  return goExponent(single)
}

/** The shortest form as Go's `%g` writes it: an exponent below 1e-4 and from 1e+06 on. */
export function goExponent(value: number): string {
  if (Object.is(value, -0)) return '-0'
  const [mantissa = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return plainDecimal(value, mantissa, exponent)
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function plainDecimal(value: number, mantissa: string, exponent: number): string {
  if (exponent >= 0 || value === 0) return String(value)
  const sign = mantissa.startsWith('-') ? '-' : ''
  return `${sign}0.${'0'.repeat(-exponent - 1)}${mantissa.replace(/[-.]/g, '')}`
}

function fromEntries(entries: ReadonlyMap<string, Value>): JsonObject {
  const object: Record<string, Value> = {}
  for (const [key, value] of entries) Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  return object
}

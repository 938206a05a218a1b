import { charsetOfHtml, charsetOfMark, charsetOfPlain, charsetOfXml } from './charset.ts'
import { Cursor, isSpace, trimStart } from './cursor.ts'
import { byte, format, headLimit, starts } from './format.ts'
import type { Format, Test } from './format.ts'
import { scanJson } from './json-scan.ts'
import type { JsonQuery } from './json-scan.ts'
import { nextAttribute, skipComment } from './markup-attribute.ts'
import { netpam, netpbm } from './netpbm.ts'
import { installed, runsExactly, runsWith, viaEnv } from './script.ts'
import { separatedBy } from './separated-values.ts'

/** So many bytes are searched for what makes a JSON document an SBOM. */
const sbomLimit = 500

const sbomMarker = (...markers: readonly string[]): Test => {
  return (head) => markers.some((marker) => head.slice(0, sbomLimit).includes(marker))
}

const json: Format = format('application/json', isJson, [
  // The first three are CI/lock's own.
  format('application/vex+json', starts('{"@context":"https://openvex.dev/ns')),
  format('application/vnd.cyclonedx+json', sbomMarker('"bomFormat":"CycloneDX"', '"bomFormat": "CycloneDX"')),
  format('application/spdx+json', sbomMarker('"spdxVersion":"SPDX-', '"spdxVersion": "SPDX-')),
  format('application/geo+json', isJsonObject([{ path: ['type'], values: geoTypes() }])),
  // HAR files are told apart in Go too, only to be called JSON.
  format('model/gltf+json', isJsonObjectButHar([{ path: ['asset', 'version'], values: ['"1.0"', '"2.0"'] }])),
])

const xml: Format = {
  type: 'text/xml',
  test: isMarkup('<?XML'),
  charset: charsetOfXml,
  children: [
    // CI/lock's own, with no white space between the two.
    format(
      'application/vnd.cyclonedx+xml',
      starts('<?xml version="1.0" encoding="UTF-8"?><bom xmlns="http://cyclonedx.org/schema/bom/'),
    ),
    format('application/rss+xml', isXml('<rss')),
    format('application/atom+xml', isXml('<feed', 'xmlns="http://www.w3.org/2005/Atom"')),
    format('model/x3d+xml', isXml('<X3D', 'xmlns:xsd="http://www.w3.org/2001/XMLSchema-instance"')),
    format(
      'application/vnd.google-earth.kml+xml',
      isXml(
        '<kml',
        'xmlns="http://www.opengis.net/kml/2.2"',
        'xmlns="http://earth.google.com/kml/2.0"',
        'xmlns="http://earth.google.com/kml/2.1"',
        'xmlns="http://earth.google.com/kml/2.2"',
      ),
    ),
    format('application/x-xliff+xml', isXml('<xliff', 'xmlns="urn:oasis:names:tc:xliff:document:1.2"')),
    format('model/vnd.collada+xml', isXml('<COLLADA', 'xmlns="http://www.collada.org/2005/11/COLLADASchema"')),
    format(
      'application/gml+xml',
      isXml(
        '',
        'xmlns:gml="http://www.opengis.net/gml"',
        'xmlns:gml="http://www.opengis.net/gml/3.2"',
        'xmlns:gml="http://www.opengis.net/gml/3.3/exr"',
      ),
    ),
    format('application/gpx+xml', isXml('<gpx', 'xmlns="http://www.topografix.com/GPX/1/1"')),
    format(
      'application/vnd.garmin.tcx+xml',
      isXml('<TrainingCenterDatabase', 'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"'),
    ),
    format('application/x-amf', isXml('<amf')),
    format(
      'application/vnd.ms-package.3dmanufacturing-3dmodel+xml',
      isXml('<model', 'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"'),
    ),
    format('application/vnd.adobe.xfdf', isXml('<xfdf', 'xmlns="http://ns.adobe.com/xfdf/"')),
    format('application/owl+xml', isXml('<Ontology', 'xmlns="http://www.w3.org/2002/07/owl#"')),
    format('application/xhtml+xml', isXhtml),
  ],
}

const html: Format = {
  type: 'text/html',
  test: isMarkup(
    '<!DOCTYPE HTML', '<HTML', '<HEAD', '<SCRIPT', '<IFRAME', '<H1', '<DIV', '<FONT', '<TABLE', '<A', '<STYLE',
    '<TITLE', '<B', '<BODY', '<BR', '<P', '<!--',
  ),
  charset: charsetOfHtml,
}

/** Text of any kind: bytes without the control characters that only binary data has. Asked last. */
export const text: Format = {
  type: 'text/plain',
  test: isText,
  charset: charsetOfPlain,
  children: [
    // CI/lock's own.
    format('text/sha256+text', starts('sha256:')),
    format('image/svg+xml', isSvg),
    html,
    xml,
    format('text/x-php', isPhp),
    format(
      'text/javascript',
      runsWith(
        '/bin/node', '/usr/bin/node', '/bin/nodejs', '/usr/bin/nodejs',
        ...viaEnv('node'),
        ...viaEnv('nodejs'),
      ),
    ),
    format('text/x-lua', runsExactly(...installed('lua'))),
    format('text/x-perl', runsExactly('/usr/bin/perl', ...viaEnv('perl'))),
    format('text/x-python', runsWith(...installed('python'))),
    format('text/x-ruby', runsWith(...installed('ruby'))),
    json,
    format('application/x-ndjson', isJsonLines),
    format('text/rtf', starts('{\\rtf')),
    format('application/x-subrip', isSubRip),
    format('text/x-tcl', runsWith(...installed('tcl'), ...installed('wish'))),
    format('text/csv', separatedBy(',')),
    format('text/tab-separated-values', separatedBy('\t')),
    format('text/vcard', startsAnyCase('BEGIN:VCARD\n', 'BEGIN:VCARD\r\n')),
    format('text/calendar', startsAnyCase('BEGIN:VCALENDAR\n', 'BEGIN:VCALENDAR\r\n')),
    format('application/warc', starts('WARC/1.0', 'WARC/1.1')),
    format('text/vtt', isVtt),
    format('text/x-shellscript', runsExactly('/bin/sh', ...['bash', 'csh', 'dash', 'ksh', 'tcsh', 'zsh'].flatMap(shell))),
    format('image/x-portable-bitmap', netpbm('P1\n', 'P4\n')),
    format('image/x-portable-graymap', netpbm('P2\n', 'P5\n')),
    format('image/x-portable-pixmap', netpbm('P3\n', 'P6\n')),
    format('image/x-portable-arbitrarymap', netpam),
    format('message/rfc822', isMail),
  ],
}

/** The WHATWG's binary data bytes do not occur, or a byte order mark says that they may. */
export function isText(head: string): boolean {
  if (charsetOfMark(head) !== '') return true
  for (let index = 0; index < head.length; index++) {
    const code = byte(head, index)
    if (code <= 0x08 || code === 0x0b || (code >= 0x0e && code <= 0x1a) || (code >= 0x1c && code <= 0x1f)) return false
  }
  return true
}

function shell(name: string): readonly string[] {
  return [`/bin/${name}`, `/usr/local/bin/${name}`, ...viaEnv(name)]
}

/** ASCII letters in any case; at least one byte has to follow. */
function startsAnyCase(...prefixes: readonly string[]): Test {
  return (head) => prefixes.some((prefix) => startsWithAnyCase(head, prefix))
}

function startsWithAnyCase(head: string, prefix: string): boolean {
  return head.length > prefix.length && head.slice(0, prefix.length).toUpperCase() === prefix
}

/** One of the tags stands first, in any case, and ends there. */
function isMarkup(...tags: readonly string[]): Test {
  return (head) => {
    const rest = trimStart(head.startsWith('\xef\xbb\xbf') ? head.slice(3) : head)
    return tags.some((tag) => startsWithAnyCase(rest, tag) && (rest.charAt(tag.length) === '>' || isSpace(rest.charAt(tag.length))))
  }
}

/** The tag stands among the first bytes, and one of the attributes behind it. */
function isXml(tag: string, ...attributes: readonly string[]): Test {
  return (head) => {
    const start = trimStart(head).slice(0, 512)
    if (attributes.length === 0) return start.indexOf(tag) > 0
    const found = start.indexOf(tag)
    if (found === -1) return false
    return attributes.some((attribute) => found < start.indexOf(attribute))
  }
}

function isXhtml(head: string): boolean {
  return /<!DOCTYPE[\t\n\f\r ]+HTML|<HTML[\t\n\f\r ]+XMLNS=/i.test(head.slice(0, 1024))
}

function isSvg(head: string): boolean {
  const cursor = new Cursor(trimStart(head))
  if (cursor.startsWith('<?xml')) return isSvgDocument(cursor)
  while (skipComment(cursor));
  if (!cursor.startsWith('<svg')) return false
  for (let more = true; more; ) {
    const attribute = nextAttribute(cursor)
    if (attribute.name === 'xmlns' && attribute.value === 'http://www.w3.org/2000/svg') return true
    more = attribute.more
  }
  return false
}

function isSvgDocument(cursor: Cursor): boolean {
  for (let more = true; more; ) {
    const attribute = nextAttribute(cursor)
    if (attribute.name === 'version') return cursor.rest.includes('<svg')
    more = attribute.more
  }
  return false
}

function isPhp(head: string): boolean {
  return (
    startsAnyCase('<?PHP', '<?\n', '<?\r', '<? ')(head) ||
    runsWith('/usr/local/bin/php', '/usr/bin/php', ...viaEnv('php'))(head)
  )
}

/** An array or an object: a lone string or number is text. */
function isJson(head: string): boolean {
  return (firstCharacter(head) === '[' || firstCharacter(head) === '{') && isWholeJson(head, [])
}

function isJsonObject(queries: readonly JsonQuery[]): Test {
  const keys = queries.map(({ path }) => path.map((key) => `"${key}"`))
  return (head) =>
    firstCharacter(head) === '{' &&
    // Most documents have no such keys at all, and need not be scanned again.
    keys.some((path) => path.every((key) => head.includes(key))) &&
    isWholeJson(head, queries)
}

function isJsonObjectButHar(queries: readonly JsonQuery[]): Test {
  const har = isJsonObject([{ path: ['log', 'version'] }, { path: ['log', 'creator'] }, { path: ['log', 'entries'] }])
  const wanted = isJsonObject(queries)
  return (head) => !har(head) && wanted(head)
}

function firstCharacter(head: string): string {
  return trimStart(head).charAt(0)
}

/** A head of full length may end anywhere in the document. */
function isWholeJson(head: string, queries: readonly JsonQuery[]): boolean {
  const scan = scanJson(head, queries)
  return scan.matched && (head.length < headLimit ? scan.parsed : scan.inspected) === head.length
}

function isJsonLines(head: string): boolean {
  const cursor = new Cursor(head)
  let lines = 0
  let documents = 0
  while (!cursor.done) {
    const line = cursor.line()
    const scan = scanJson(line)
    if (scan.inspected !== line.length) return false
    if (scan.outermost === 'array' || scan.outermost === 'object') documents++
    lines++
  }
  return lines > 1 && documents > 0
}

function geoTypes(): readonly string[] {
  const shapes = ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon']
  return ['Feature', 'FeatureCollection', ...shapes, 'GeometryCollection'].map((name) => `"${name}"`)
}

function isSubRip(head: string): boolean {
  const cursor = new Cursor(head)
  if (cursor.line() !== '1') return false
  const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d,\\d{3}'
  const times = new RegExp(`^(${time}) --> (${time})$`).exec(cursor.line())
  const [, from = '', to = ''] = times ?? []
  return times !== null && from <= to && cursor.line() !== ''
}

function isVtt(head: string): boolean {
  const rest = head.startsWith('\xef\xbb\xbf') ? head.slice(3) : head
  return rest === 'WEBVTT' || starts('WEBVTT\n', 'WEBVTT\r', 'WEBVTT ', 'WEBVTT\t')(rest)
}

/** Two header lines of a mail, the first of them at the top. */
function isMail(head: string): boolean {
  const cursor = new Cursor(head)
  if (!isMailHeader(cursor.line())) return false
  for (let line = 0; line < 20; line++) {
    if (isMailHeader(cursor.line())) return true
  }
  return false
}

function isMailHeader(line: string): boolean {
  return (
    starts(
      'From: ', 'To: ', 'Date: ', 'Subject: ', 'Received: ', 'Relay-Version: ', '#! rnews', 'N#! rnews',
      'Forward to', 'Pipe to', 'Content-Type: ', 'Content-Transfer-Encoding: ',
    )(line) || /^(?:CC|DELIVERED-TO|RETURN-PATH): /i.test(line)
  )
}

/** A layout cut into what stands for itself and what stands for a part of the time (Go's reference time). */
export interface LayoutPiece {
  readonly literal: string
  /** The part as the layout writes it (`2006`, `Jan`, `.000`), or '' at the end. */
  readonly part: string
}

const part =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07|[.,](?:0+|9+)(?!\d)/g

/** The layouts cut last: policies use few, over and over. */
const known: Map<string, readonly LayoutPiece[]> = new Map()
const room = 32

export function layoutPieces(layout: string): readonly LayoutPiece[] {
  let pieces = known.get(layout)
  if (pieces === undefined) {
    pieces = cut(layout)
    if (known.size >= room) known.clear()
    if (layout.length < 256) known.set(layout, pieces)
  }
  return pieces
}

function cut(layout: string): readonly LayoutPiece[] {
  const pieces: LayoutPiece[] = []
  let copied = 0
  for (const found of layout.matchAll(part)) {
    pieces.push({ literal: layout.slice(copied, found.index), part: found[0] })
    copied = found.index + found[0].length
  }
  pieces.push({ literal: layout.slice(copied), part: '' })
  return pieces
}

/** Layouts that have a name. */
const named: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
}

/** The layout that a name stands for, or the text itself. */
export const layoutNamed = (text: string): string => (Object.hasOwn(named, text) ? (named[text] ?? text) : text)

/** The types that generated expressions have. */
export const kinds = ['number', 'string', 'boolean', 'numbers', 'strings', 'anys', 'numberSet', 'stringSet', 'numberMap', 'stringMap', 'record', 'any'] as const
export type Kind = (typeof kinds)[number]

/** What iterating a collection of a kind gives: key and value. */
export const members: Readonly<Partial<Record<Kind, readonly [Kind, Kind]>>> = {
  numbers: ['number', 'number'],
  strings: ['number', 'string'],
  anys: ['number', 'any'],
  numberSet: ['number', 'number'],
  stringSet: ['string', 'string'],
  numberMap: ['string', 'number'],
  stringMap: ['string', 'string'],
}

export const collections = Object.keys(members) as readonly Kind[]

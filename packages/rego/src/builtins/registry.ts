import type { Builtin } from './builtin.ts'
import { arithmeticBuiltins } from './arithmetic.ts'
import { aggregateBuiltins, arrayBuiltins, setBuiltins } from './collections.ts'
import { comparisonBuiltins } from './comparison.ts'
import { globBuiltins } from './glob.ts'
import { jsonBuiltins } from './json.ts'
import { numbersRangeBuiltins } from './numbers-range.ts'
import { objectBuiltins } from './objects.ts'
import { reflectionBuiltins } from './reflection.ts'
import { regexBuiltins } from './regex.ts'
import { stringFormatBuiltins } from './string-format.ts'
import { stringPositionBuiltins } from './string-positions.ts'
import { stringReplaceBuiltins } from './string-replace.ts'
import { stringTrimBuiltins } from './string-trim.ts'
import { stringBuiltins } from './strings.ts'
import { nowBuiltins } from './now.ts'
import { typeBuiltins } from './types.ts'
import { walkBuiltins } from './walk.ts'

/** The everyday built-ins, which come with the core. */
export const coreBuiltins: readonly Builtin[] = [
  ...comparisonBuiltins,
  ...arithmeticBuiltins,
  ...aggregateBuiltins,
  ...arrayBuiltins,
  ...setBuiltins,
  ...objectBuiltins,
  ...typeBuiltins,
  ...jsonBuiltins,
  ...walkBuiltins,
  ...reflectionBuiltins,
  ...stringBuiltins,
  ...stringFormatBuiltins,
  ...stringPositionBuiltins,
  ...stringReplaceBuiltins,
  ...stringTrimBuiltins,
  ...regexBuiltins,
  ...globBuiltins,
  ...nowBuiltins,
  ...numbersRangeBuiltins,
]

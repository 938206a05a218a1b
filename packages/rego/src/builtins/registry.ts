import type { Builtin } from './builtin.ts'
import { arithmeticBuiltins } from './arithmetic.ts'
import { base64Builtins } from './base64.ts'
import { bitsBuiltins } from './bits.ts'
import { aggregateBuiltins, arrayBuiltins, setBuiltins } from './collections.ts'
import { comparisonBuiltins } from './comparison.ts'
import { globBuiltins } from './glob.ts'
import { graphBuiltins } from './graphs.ts'
import { hexBuiltins } from './hex.ts'
import { jsonBuiltins } from './json.ts'
import { netCidrBuiltins } from './net-cidr.ts'
import { numbersRangeBuiltins } from './numbers-range.ts'
import { objectBuiltins } from './objects.ts'
import { randBuiltins } from './rand.ts'
import { reflectionBuiltins } from './reflection.ts'
import { regexBuiltins } from './regex.ts'
import { semverBuiltins } from './semver.ts'
import { stringFormatBuiltins } from './string-format.ts'
import { stringPositionBuiltins } from './string-positions.ts'
import { stringReplaceBuiltins } from './string-replace.ts'
import { stringTrimBuiltins } from './string-trim.ts'
import { stringBuiltins } from './strings.ts'
import { timeBuiltins } from './time.ts'
import { typeBuiltins } from './types.ts'
import { unitsBuiltins } from './units.ts'
import { urlQueryBuiltins } from './url-query.ts'
import { uuidBuiltins } from './uuid.ts'

/** The built-ins that come with the core: all that need no format of their own. */
export const coreBuiltins: readonly Builtin[] = [
  ...comparisonBuiltins,
  ...arithmeticBuiltins,
  ...aggregateBuiltins,
  ...arrayBuiltins,
  ...setBuiltins,
  ...objectBuiltins,
  ...typeBuiltins,
  ...jsonBuiltins,
  ...graphBuiltins,
  ...reflectionBuiltins,
  ...stringBuiltins,
  ...stringFormatBuiltins,
  ...stringPositionBuiltins,
  ...stringReplaceBuiltins,
  ...stringTrimBuiltins,
  ...regexBuiltins,
  ...globBuiltins,
  ...timeBuiltins,
  ...base64Builtins,
  ...bitsBuiltins,
  ...hexBuiltins,
  ...netCidrBuiltins,
  ...numbersRangeBuiltins,
  ...randBuiltins,
  ...semverBuiltins,
  ...unitsBuiltins,
  ...urlQueryBuiltins,
  ...uuidBuiltins,
]

import { goldenKeySuite } from './suite/golden.ts'

goldenKeySuite('node')

import { keyFormSuite } from './suite/forms.ts'

keyFormSuite('node')

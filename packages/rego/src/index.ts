export { RegoError } from './errors.ts'
